import type { EventLog } from '../event-log';
import type { SimulatedEvent } from '../simulated-event';
import type { SimulatorOptions } from '../simulator-options';
import type { EventOrder, Place } from './event-order';
import { comparePlaces, EventTimeOrder, InsertionOrder } from './event-order';

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
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comparePlaces(this.#order.at(middle), place) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
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
