import type { SimulatedEvent } from '../simulator-options';

/**
 * How an event spoils every page that holds it.
 * - `unbalanced-quote`: one quote of the event is missing, so that the quotes of the body do not pair.
 * - `escaped-result-key`: the page is JSON, but its key is written `"\u0072esult"`.
 * - `bom-inside`: a byte order mark stands before the event, where JSON allows none.
 * - `gzip-bomb`: the body is gzip, small, and unpacks to more than 64 MiB of spaces before the JSON.
 * - `garbled-but-balanced`: a colon of the event is missing; brackets and quotes still pair.
 */
export type Poison =
  'unbalanced-quote' | 'escaped-result-key' | 'bom-inside' | 'gzip-bomb' | 'garbled-but-balanced';

/** The text of an event as its poison spoils it; the event's own text where the poison spoils something else. */
export function servedText({ text, poison }: SimulatedEvent): string {
  switch (poison) {
    case 'unbalanced-quote':
      return text.replace('"', '');
    case 'bom-inside':
      return `\uFEFF${text}`;
    case 'garbled-but-balanced':
      return garbled(text);
    case 'escaped-result-key':
    case 'gzip-bomb':
    case undefined:
      return text;
  }
}

/** Whether an event of the page has this poison. */
export function isPoisonedBy(poison: Poison, events: readonly SimulatedEvent[]): boolean {
  return events.some((event) => event.poison === poison);
}

/** The text without the colon behind its first key: no JSON, but brackets and quotes still pair. */
export function garbled(text: string): string {
  return text.replace('":', '" ');
}
