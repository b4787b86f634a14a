import type { SimulatedEvent } from '../event-log';
import { eventsOf } from './audit-event-draft';
import { ordinaryMonth } from './ordinary-month';
import { intrusion } from './scripted-acts';

const S_PER_HOUR = 3_600;
const S_PER_DAY = 24 * S_PER_HOUR;
/** In the third week of the month: in the days before, an administrator comes and another one goes. */
const LAST_DAY = 16;

interface Days {
  /** Any integer; the same options give the same events. */
  readonly seed: number;
  /** Unix seconds, included. */
  readonly fromEpochS: number;
  /** Unix seconds, excluded. */
  readonly toEpochS: number;
}

/**
 * Ordinary days of a tenant of twenty administrators, in the order of insertion. In the last two hours an account is taken
 * over, and used.
 */
export function daysWithIntrusion({ seed, fromEpochS, toEpochS }: Days): SimulatedEvent[] {
  const monthS = Math.floor(toEpochS / S_PER_DAY) * S_PER_DAY - LAST_DAY * S_PER_DAY;
  const acts = intrusion(0);
  const shiftS = toEpochS - S_PER_HOUR - Math.max(...acts.map(({ atS }) => atS));
  const story = acts.map((act) => ({ ...act, atS: act.atS + shiftS }));
  return eventsOf([...ordinaryMonth({ seed, monthS }), ...story], seed).filter(
    ({ timestampS, insertedAtS }) => timestampS >= fromEpochS && insertedAtS < toEpochS,
  );
}
