import { isUtf8 } from 'node:buffer';
import type { Feed } from '../../../contract/feed/feed';
import { hourOf } from '../../../contract/storage/archive-layout';
import { parsedJson } from '../../../shared/json-text';
import { ContentFields } from './content-fields';
import type { ContentPlace, KnownForm } from './form/known-forms';
import type { PageMemory } from './page-memory';
import { skipValue, trimmedEnd } from './result-splitter';
import type { Standing } from './same-event';
import { Unreadable, validate } from './validate';

/** An event that goes to the archive. */
export interface AcceptedEvent extends Standing {
  readonly kind: 'accepted';
  /** Its place in the page. */
  readonly index: number;
  /** Its `_id`, as text. */
  readonly id: string;
  /** Event time, whole unix seconds. */
  readonly timestampS: number;
  /** Event time, in whole hours since 1970. */
  readonly hour: number;
  /** Deviations from the documented shape, `<field> <type seen>`. */
  readonly drift: readonly string[];
  /** Where in the page's `content` the fields begin that its record adds because of what it says. */
  readonly contentFrom: number;
  /** Exclusive. */
  readonly contentTo: number;
}

/** An event that goes to quarantine. */
export interface RejectedEvent {
  readonly kind: 'rejected';
  /** Its place in the page. */
  readonly index: number;
  readonly reasons: readonly string[];
  /** Set if it is not JSON or not UTF-8. */
  readonly unreadable?: Unreadable;
  /** Whether it has a string as its `_id`. */
  readonly hasId: boolean;
  /** Its `timestamp`, if that is a number. */
  readonly timestampS?: number;
}

export type ReadEvent = AcceptedEvent | RejectedEvent;

/**
 * Reads the events of one body. Most differ from earlier ones in id and time alone: they are not parsed, and the verdict is the
 * earlier one's. The others are parsed and validated, and their values dropped at once: a page of them, held until it is
 * stored, would cost more garbage collection than all other work.
 */
export class EventReader {
  /** In the order in which they were read. */
  readonly events: ReadEvent[] = [];
  /** Whether an event is not JSON or not UTF-8. */
  isGarbled = false;
  private readonly contentFields: ContentFields;
  private readonly isText: boolean;
  private readonly page = {};

  /** @param memory of the same feed; the one reader that uses it is the newest */
  constructor(
    private readonly feed: Feed,
    private readonly memory: PageMemory,
    private readonly body: Buffer,
  ) {
    memory.content.clear();
    this.contentFields = new ContentFields(feed.schema);
    this.isText = isUtf8(body);
  }

  /** The added fields of all accepted events read so far, as UTF-8. */
  get content(): Buffer {
    return this.memory.content.bytes;
  }

  /**
   * Reads the element of a list that begins at this offset.
   * @returns the offset of the comma or bracket after it, or the body's length
   */
  readElement(from: number): number {
    const { forms } = this.memory;
    const known = forms.find(this.body, from);
    if (known !== undefined) {
      const { id, timestampS, end } = forms.reader;
      this.accept(id, timestampS, known);
      return end;
    }
    const to = forms.end ?? skipValue(this.body, from);
    const accepted = this.parse(from, trimmedEnd(this.body, to));
    if (accepted !== undefined) forms.add(accepted);
    return to;
  }

  /** Reads the event between two offsets. @returns undefined if it was rejected */
  parse(from: number, to: number): KnownForm | undefined {
    const value = this.valueOf(this.body.subarray(from, to));
    const verdict = validate(this.feed, value);
    if (verdict.kind === 'rejected') {
      this.reject(value, verdict.reasons);
      return undefined;
    }
    const { event, drift } = verdict;
    const known = { drift, content: this.contentFields.of(event) };
    this.accept(event._id, event.timestamp, known);
    return known;
  }

  private valueOf(bytes: Buffer): unknown {
    if (!this.isText && !isUtf8(bytes)) return new Unreadable('the event is not UTF-8', true);
    const value = parsedJson(bytes.toString('utf8'));
    return value === undefined ? new Unreadable('the event is not JSON') : value;
  }

  private accept(id: string, timestampS: number, known: KnownForm): void {
    const { contentFrom, contentTo } = this.placeOf(known);
    this.events.push({
      kind: 'accepted',
      index: this.events.length,
      id,
      timestampS,
      hour: hourOf(timestampS),
      drift: known.drift,
      contentFrom,
      contentTo,
    });
  }

  /** Events of one form share their added fields. */
  private placeOf(known: KnownForm): ContentPlace {
    const { page, memory } = this;
    if (known.place?.page === page) return known.place;
    const contentFrom = memory.content.length;
    memory.content.addText(known.content);
    return (known.place = { page, contentFrom, contentTo: memory.content.length });
  }

  private reject(value: unknown, reasons: readonly string[]): void {
    if (value instanceof Unreadable) this.isGarbled = true;
    const { _id, timestamp } = (value ?? {}) as Readonly<Record<string, unknown>>;
    this.events.push({
      kind: 'rejected',
      index: this.events.length,
      reasons,
      ...(value instanceof Unreadable ? { unreadable: value } : {}),
      hasId: typeof _id === 'string',
      ...(typeof timestamp === 'number' ? { timestampS: timestamp } : {}),
    });
  }
}
