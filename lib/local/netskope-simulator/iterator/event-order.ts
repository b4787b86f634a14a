import type { EventLog } from '../event-log';

/** Position of an event in an order; a number of -1 comes before every event of that second. */
export interface Place {
  /** Unix seconds, of insertion or of the event, depending on the order. */
  readonly timeS: number;
  /** How many events became visible before this one. */
  readonly number: number;
}

/** An order of the visible events. */
export interface EventOrder {
  /** The place of the event at an index, 0 for the first in this order. @throws RangeError if there is none. */
  at(index: number): Place;
  /** Whether a cursor at `timeS` never delivers events that are inserted later with an earlier time. */
  readonly leavesLateEventsBehind: boolean;
}

/** The order in which events became visible. Late events are at the end, so no cursor misses them. */
export class InsertionOrder implements EventOrder {
  readonly leavesLateEventsBehind = false;
  readonly #log: EventLog;

  constructor(log: EventLog) {
    this.#log = log;
  }

  at(index: number): Place {
    return { timeS: this.#log.insertedAtS(index), number: index };
  }
}

/** The order in which events happened; within a second, the order in which they became visible. */
export class EventTimeOrder implements EventOrder {
  readonly leavesLateEventsBehind = true;
  readonly #log: EventLog;
  readonly #places: Place[] = [];

  constructor(log: EventLog) {
    this.#log = log;
  }

  at(index: number): Place {
    this.#sortNewEvents();
    const place = this.#places[index];
    if (place === undefined) {
      throw new RangeError(`No event at index ${index}; expected 0 to ${this.#places.length - 1}`);
    }
    return place;
  }

  #sortNewEvents(): void {
    const known = this.#places.length;
    if (known === this.#log.length) return;
    const newEvents = this.#log.slice(known, this.#log.length);
    this.#places.push(...newEvents.map(({ timestampS }, n) => ({ timeS: timestampS, number: known + n })));
    this.#places.sort(comparePlaces);
  }
}

/** Negative if `one` comes before `other`. */
export function comparePlaces(one: Place, other: Place): number {
  return one.timeS - other.timeS || one.number - other.number;
}
