import { isDeepStrictEqual } from 'node:util';
import { append } from '../../../shared/collections';

/** A string, or a number: the string alternative comes first, so that digits inside strings do not match. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
/** Integers of fewer digits are exact in a double. */
const EXACT_DIGITS = 15;

/**
 * What an event is beside a stored one of the same `_id`: `held` if the stored one has all its fields in the same values,
 * `edition` if it has all fields of the stored one and more, because Netskope adds fields to events that it delivered
 * before, and `other` if a value differs.
 */
export type Relation = 'held' | 'edition' | 'other';

/**
 * Compares two events digit for digit: an integer above 2^53 must be exactly the same, while white space, key order and
 * escapes may differ.
 * @param stored JSON text of an object, as is `text`
 */
export function relationTo(stored: string, text: string): Relation {
  if (stored === text) return 'held';
  try {
    const before = parseExactly(stored) as Fields;
    const after = parseExactly(text) as Fields;
    if (hasAll(before, after)) return 'held';
    return hasAll(after, before) ? 'edition' : 'other';
  } catch (error) {
    if ((error as Error).name === 'RangeError') return 'other'; // nested too deeply to compare: both are kept
    throw error;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function hasAll(fields: Fields, wanted: Fields): boolean {
  return Object.entries(wanted).every(
    ([name, value]) => Object.hasOwn(fields, name) && isDeepStrictEqual(fields[name], value),
  );
}

/** What an event is beside all stored ones of its `_id`, as far as it is not held. */
export interface Standing {
  /** One more than the newest stored edition that it continues, or the one that it contradicts; absent if that is 1. */
  readonly edition?: number;
  /** Whether a stored one has another value in a field. Then it continues none: both are evidence. */
  readonly isConflicting?: boolean;
}

/** Finds out what an event is beside stored ones of its `_id`. */
export class Comparison {
  isHeld = false;
  private newestEdition = 1;
  private isConflicting = false;

  /** @param edition of the stored event, absent if it is the first */
  add(stored: string, text: string, edition = 1): void {
    const relation = relationTo(stored, text);
    this.isHeld ||= relation === 'held';
    this.isConflicting ||= relation === 'other';
    this.newestEdition = Math.max(this.newestEdition, edition);
  }

  /** Of an event that is not held, after at least one stored one was added. */
  get standing(): Standing {
    if (!this.isConflicting) return { edition: this.newestEdition + 1 };
    return { isConflicting: true, ...(this.newestEdition === 1 ? {} : { edition: this.newestEdition }) };
  }
}

/** If more events share an `_id`, the others are compared by text alone: a page full of them would take minutes. */
const MAX_COMPARED = 8;

/** An event with an `_id` that another one has, too. */
export interface EventWithId {
  readonly index: number;
  /** The exact text, made when it is needed. */
  readonly text: () => string;
}

/** Events by `_id`. */
export class EventsById<Event extends EventWithId = EventWithId> {
  private readonly events = new Map<string, Event[]>();
  private readonly byText = new Map<string, Map<string, Event>>();

  add(id: string, event: Event): void {
    append(this.events, id, event);
    this.byText.get(id)?.set(event.text(), event);
  }

  has(id: string): boolean {
    return this.events.has(id);
  }

  /** All events with this `_id`. */
  of(id: string): readonly Event[] {
    return this.events.get(id) ?? [];
  }

  /** Those that are to be compared with a text of this `_id`: the first few, and the one with the same text. */
  toCompare(id: string, text: string): readonly Event[] {
    let byText = this.byText.get(id);
    if (byText === undefined) {
      byText = new Map(this.of(id).map((event) => [event.text(), event]));
      this.byText.set(id, byText);
    }
    const same = byText.get(text);
    const first = this.of(id).slice(0, MAX_COMPARED);
    return same === undefined || first.includes(same) ? first : [...first, same];
  }
}

/** Parses JSON; a number that a double may round becomes `{"number":"<digits>"}`. @throws SyntaxError */
export function parseExactly(text: string): unknown {
  const exact = text.replace(STRING_OR_NUMBER, (token) =>
    token.startsWith('"') || token.length <= EXACT_DIGITS ? token : `{"number":"${token}"}`,
  );
  return JSON.parse(exact) as unknown;
}
