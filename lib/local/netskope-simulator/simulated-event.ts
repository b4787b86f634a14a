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
