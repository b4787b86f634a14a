import type { FeedSchema } from '../../../../contract/feed/feed';
import { FormReader } from './event-form';

/** Limit on what is remembered: some ten thousand forms. */
const MOST_BYTES = 4_000_000;

/** What all accepted events of a form have in common. */
export interface KnownForm {
  readonly drift: readonly string[];
  /** The fields that their records add because of what the events say. */
  readonly content: string;
  /** Where the content stands in the last page that has such an event. */
  place?: ContentPlace;
}

/** Added fields in the content of a page. Byte offsets, the end exclusive. */
export interface ContentPlace {
  /** Tells pages apart, and does not keep them in memory. */
  readonly page: object;
  readonly contentFrom: number;
  readonly contentTo: number;
}

/** The forms of accepted events, from page to page. */
export class KnownForms {
  /** After `find`, of the event that was looked at. */
  readonly reader: FormReader;
  /** By the hash of the form. Of two forms with one hash, the later one is remembered. */
  private readonly known = new Map<number, { readonly form: Int32Array; readonly known: KnownForm }>();
  private hasForm = false;
  private bytes = 0;

  constructor(schema: FeedSchema) {
    this.reader = new FormReader(schema);
  }

  /** The known form of the element that begins at an offset of a body. @returns undefined if it has to be parsed */
  find(body: Buffer, from: number): KnownForm | undefined {
    const { reader } = this;
    this.hasForm = reader.read(body, from);
    if (!this.hasForm) return undefined;
    const candidate = this.known.get(reader.hash);
    return candidate !== undefined && reader.hasRead(candidate.form) ? candidate.known : undefined;
  }

  /** Offset of the end of the event that was looked at last. @returns undefined if it has no form */
  get end(): number | undefined {
    return this.hasForm ? this.reader.end : undefined;
  }

  /** Remembers the form of the event that was looked at last, and accepted since. */
  add(known: KnownForm): void {
    if (!this.hasForm) return;
    const { form, hash } = this.reader;
    const bytes = form.byteLength + known.content.length;
    if (this.bytes + bytes > MOST_BYTES) {
      this.known.clear();
      this.bytes = 0;
    }
    this.bytes += bytes;
    this.known.set(hash, { form, known });
  }
}
