import { lowerBound } from '../lower-bound';
/**
 * How long events are kept, in seconds. Netskope keeps them for 90 rolling days unless a tenant bought more (AWS
 * CloudWatch pipelines, Netskope source: range of at most 90 days).
 */
export const RETENTION_S = 90 * 86_400;

/** One audit event as the simulator holds it. */
export interface SimulatedEvent {
  /** The exact JSON text that is served. */
  readonly text: string;
  /** The `_id` in the text, of a number its decimal text, of an ObjectId its digits; absent if the event has none. */
  readonly id?: string;
  /** When it happened, unix seconds. */
  readonly timestampS: number;
  /** When Netskope stored it, unix seconds. It cannot be seen before. */
  readonly insertedAtS: number;
  /** How the iterator damages every page that contains this event, resent ones too. @default - not at all */
  readonly poison?: Poison;
}

/**
 * How an event damages every page that contains it.
 * - `unbalanced-quote`: one quote of the event is missing, so that the quotes of the body do not match.
 * - `escaped-result-key`: the page is JSON, but its key is written `"\u0072esult"`.
 * - `bom-inside`: a byte order mark precedes the event, where JSON allows none.
 * - `gzip-bomb`: the body is gzip, small, and unpacks to more than 64 MiB of spaces before the JSON.
 * - `garbled-but-balanced`: a colon of the event is missing; brackets and quotes still match.
 */
export type Poison =
  'unbalanced-quote' | 'escaped-result-key' | 'bom-inside' | 'gzip-bomb' | 'garbled-but-balanced';

/**
 * The tenant's audit events in the order in which they became visible, which is the order of the iterator: a late event
 * comes after earlier arrivals, whatever its own time.
 */
export class EventLog {
  readonly #visible: SimulatedEvent[] = [];
  /** Insertion time for each visible event, never less than that of the one before it. */
  readonly #insertedAtS: number[] = [];
  #awaited: SimulatedEvent[] = [];

  /** Appends events; they become visible in the first `reveal` at or after their insertion time. */
  add(events: readonly SimulatedEvent[]): void {
    for (const event of events) this.#awaited.push(event);
  }

  /** Makes events visible that are inserted by `nowS`. */
  reveal(nowS: number): void {
    if (this.#awaited.length === 0) return;
    const due = this.#awaited.filter((event) => event.insertedAtS <= nowS);
    this.#awaited = this.#awaited.filter((event) => event.insertedAtS > nowS);
    due.sort((a, b) => a.insertedAtS - b.insertedAtS);
    for (const event of due) {
      this.#insertedAtS.push(Math.max(event.insertedAtS, this.#insertedAtS.at(-1) ?? 0));
      this.#visible.push(event);
    }
  }

  /** Gives every visible event another text. */
  rewrite(change: (text: string) => string): void {
    for (const [position, event] of this.#visible.entries())
      this.#visible[position] = { ...event, text: change(event.text) };
  }

  /** Every event added, the visible ones first. */
  get all(): readonly SimulatedEvent[] {
    return this.#awaited.length === 0 ? this.#visible : [...this.#visible, ...this.#awaited];
  }

  /** Number of visible events. */
  get length(): number {
    return this.#visible.length;
  }

  /** One visible event. @throws RangeError if there is no such event. */
  at(position: number): SimulatedEvent {
    const event = this.#visible[position];
    if (event === undefined) {
      throw new RangeError(`No event at position ${position}; expected 0 to ${this.length - 1}`);
    }
    return event;
  }

  /** Visible events `from` (included) to `to` (excluded). */
  slice(from: number, to: number): readonly SimulatedEvent[] {
    return this.#visible.slice(from, to);
  }

  /** Insertion time of one visible event, unix seconds. @throws RangeError if there is no such event. */
  insertedAtS(position: number): number {
    const insertedAtS = this.#insertedAtS[position];
    if (insertedAtS === undefined) {
      throw new RangeError(`No event at position ${position}; expected 0 to ${this.length - 1}`);
    }
    return insertedAtS;
  }

  /** Position of the first visible event inserted at `epochS` or later; `length` if there is none. */
  firstAtOrAfter(epochS: number): number {
    return lowerBound(this.length, (index) => this.insertedAtS(index) < epochS);
  }
}
