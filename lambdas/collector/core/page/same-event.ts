import { isDeepStrictEqual } from 'node:util';

/** A string, or a number: the string alternative comes first, so that digits inside strings do not match. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
/** Integers of fewer digits are exact in a double. */
const EXACT_DIGITS = 15;

/**
 * Whether two JSON texts have the same value, digit for digit: an integer above 2^53 must be exactly the same, while
 * white space, key order and escapes may differ. Decides whether two events with one `_id` are one event.
 */
export function sameEvent(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    return isDeepStrictEqual(parseExactly(one), parseExactly(other));
  } catch (error) {
    if ((error as Error).name === 'RangeError') return false; // nested too deeply to compare: both are kept
    throw error;
  }
}

/** If more events share an `_id`, the others are compared by text alone: a page full of them would take minutes. */
const MAX_COMPARED = 8;

/** Events by `_id`, to find the one with the same content. */
export class EventsById {
  private readonly events = new Map<string, { readonly text: () => string; readonly index: number }[]>();
  private readonly indexByText = new Map<string, Map<string, number>>();

  /** @param text returns the event's exact text; called only if another event has the same `_id` */
  add(id: string, index: number, text: () => string): void {
    const events = this.events.get(id);
    if (events === undefined) this.events.set(id, [{ text, index }]);
    else events.push({ text, index });
    this.indexByText.get(id)?.set(text(), index);
  }

  has(id: string): boolean {
    return this.events.has(id);
  }

  /** Indexes of all events with this `_id`. */
  indexesOf(id: string): readonly number[] {
    return (this.events.get(id) ?? []).map(({ index }) => index);
  }

  /** Index of the event with this `_id` and the same content; undefined if there is none. */
  findSame(id: string, text: string): number | undefined {
    const events = this.events.get(id) ?? [];
    let byText = this.indexByText.get(id);
    if (byText === undefined) {
      byText = new Map(events.map((event) => [event.text(), event.index]));
      this.indexByText.set(id, byText);
    }
    return (
      byText.get(text) ?? events.slice(0, MAX_COMPARED).find((event) => sameEvent(event.text(), text))?.index
    );
  }
}

/** Parses JSON; a number that a double may round becomes `{"number":"<digits>"}`. @throws SyntaxError */
export function parseExactly(text: string): unknown {
  const exact = text.replace(STRING_OR_NUMBER, (token) =>
    token.startsWith('"') || token.length <= EXACT_DIGITS ? token : `{"number":"${token}"}`,
  );
  return JSON.parse(exact) as unknown;
}
