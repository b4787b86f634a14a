import type { Poison, SimulatedEvent } from '../simulated-event';

/** The text of an event as damaged by its poison; unchanged if the poison damages something else. */
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

/** The text without the colon after its first key: not JSON, but brackets and quotes still match. */
export function garbled(text: string): string {
  return text.replace('":', '" ');
}
