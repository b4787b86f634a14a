import type { Feed } from '../../../contract/feed/feed';
import { hourOf } from '../../../contract/storage/archive-layout';
import { ByteBuilder } from './byte-builder';
import { ContentFields } from './content-fields';
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
 * Validates the events of one page as they are parsed, and keeps what the collector needs of each. Parsed values are
 * dropped at once: a page of them, held until it is stored, would cost more garbage collection than all other work.
 */
export class EventReader {
  private readonly builder = new ByteBuilder();
  private readonly contentFields: ContentFields;

  constructor(private readonly feed: Feed) {
    this.contentFields = new ContentFields(feed.schema);
  }

  /** The added fields of all accepted events read so far, as UTF-8. */
  get content(): Buffer {
    return this.builder.bytes;
  }

  /**
   * @param value as parsed, or an `Unreadable`
   * @param index its place in the page
   */
  read(value: unknown, index: number): ReadEvent {
    const verdict = validate(this.feed, value);
    if (verdict.kind === 'rejected') {
      const { _id, timestamp } = (value ?? {}) as Readonly<Record<string, unknown>>;
      return {
        kind: 'rejected',
        index,
        reasons: verdict.reasons,
        ...(value instanceof Unreadable ? { unreadable: value } : {}),
        hasId: typeof _id === 'string',
        ...(typeof timestamp === 'number' ? { timestampS: timestamp } : {}),
      };
    }
    const { event, drift } = verdict;
    const contentFrom = this.builder.length;
    this.builder.addText(this.contentFields.of(event));
    return {
      kind: 'accepted',
      index,
      id: event._id,
      timestampS: event.timestamp,
      hour: hourOf(event.timestamp),
      drift,
      contentFrom,
      contentTo: this.builder.length,
    };
  }
}
