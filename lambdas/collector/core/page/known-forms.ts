import type { FeedSchema } from '../../../contract/feed/feed';
import { FormReader } from './event-form';

/** Limit on the texts of what is remembered: some ten thousand forms, a few megabytes. */
const MOST_CHARACTERS = 4_000_000;

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
  private readonly known = new Map<string, KnownForm>();
  private form: string | undefined;
  private characters = 0;

  constructor(schema: FeedSchema) {
    this.reader = new FormReader(schema);
  }

  /** The known form of the element that begins at an offset of a body. @returns undefined if it has to be parsed */
  find(body: Buffer, from: number): KnownForm | undefined {
    this.form = this.reader.read(body, from);
    return this.form === undefined ? undefined : this.known.get(this.form);
  }

  /** Remembers the form of the event that was looked at last, and accepted since. */
  add(known: KnownForm): void {
    if (this.form === undefined) return;
    const characters = this.form.length + known.content.length;
    if (this.characters + characters > MOST_CHARACTERS) {
      this.known.clear();
      this.characters = 0;
    }
    this.characters += characters;
    this.known.set(this.form, known);
  }
}
