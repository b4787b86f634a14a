import { lowerBound } from '../../lower-bound';
import type { EventLog, SimulatedEvent } from '../event-log';
import type { SimulatorOptions } from '../simulator-options';

/** Before every event. */
const ORIGIN: Place = { timeS: 0, number: -1 };

/** The visible events in the order of a cursor. An index counts events in that order, from 0. */
export class Walk {
  readonly #log: EventLog;
  readonly #order: EventOrder;

  constructor(log: EventLog, walksBy: SimulatorOptions['walksBy']) {
    this.#log = log;
    this.#order = walksBy === 'event-time' ? new EventTimeOrder(log) : new InsertionOrder(log);
  }

  /** Time of the event at an index, unix seconds; undefined if there is none. */
  timeS(index: number): number | undefined {
    return index >= 0 && index < this.#log.length ? this.#order.at(index).timeS : undefined;
  }

  /** Index of the first event at `epochS` or later; the number of events if there is none. */
  firstAtOrAfter(epochS: number): number {
    return this.firstAfter({ timeS: epochS, number: -1 });
  }

  /** Index of the first event after a place; the number of events if there is none. */
  firstAfter(place: Place): number {
    return lowerBound(this.#log.length, (index) => comparePlaces(this.#order.at(index), place) <= 0);
  }

  /** The place of the event before an index. */
  placeBefore(index: number): Place {
    return index > 0 ? this.#order.at(index - 1) : ORIGIN;
  }

  /**
   * The place of a cursor that has delivered everything before an index and covered the time before `reachedS`. By
   * event time, it does not return to events inserted later with a time before `reachedS`.
   */
  standAt(index: number, reachedS: number): Place {
    const before = this.placeBefore(index);
    const covered = { timeS: reachedS, number: -1 };
    return this.#order.leavesLateEventsBehind && comparePlaces(before, covered) < 0 ? covered : before;
  }

  /** Events from one index (included) to another (excluded), among the first `known` visible ones. */
  events(from: number, to: number, known: number): readonly SimulatedEvent[] {
    const events: SimulatedEvent[] = [];
    for (let index = from; index < to; index++) {
      const { number } = this.#order.at(index);
      if (number < known) events.push(this.#log.at(number));
    }
    return events;
  }
}

/** Position of an event in an order; a number of -1 comes before every event of that second. */
export interface Place {
  /** Unix seconds, of insertion or of the event, depending on the order. */
  readonly timeS: number;
  /** How many events became visible before this one. */
  readonly number: number;
}

/** An order of the visible events. */
interface EventOrder {
  /** The place of the event at an index, 0 for the first in this order. @throws RangeError if there is none. */
  at(index: number): Place;
  /** Whether a cursor at `timeS` never delivers events that are inserted later with an earlier time. */
  readonly leavesLateEventsBehind: boolean;
}

/** The order in which events became visible. Late events are at the end, so no cursor misses them. */
class InsertionOrder implements EventOrder {
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
class EventTimeOrder implements EventOrder {
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
function comparePlaces(one: Place, other: Place): number {
  return one.timeS - other.timeS || one.number - other.number;
}
