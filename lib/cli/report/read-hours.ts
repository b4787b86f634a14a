import type { Session } from '../session';
import type { TimeRange } from '../terminal/time-range';
import { oldestKeptS } from '../terminal/time-range';
import type { HourComparison } from '../verify/events/hour-comparison';
import { compareEvents } from '../verify/events/hour-comparison';
import { Reconciliation } from '../verify/events/reconciliation';
import type { SourceInDeployment } from '../verify/events/stored-events';
import { StoredEvents } from '../verify/events/stored-events';
import { compareAll, notesOn } from '../verify/events/verify-events';
import { checked } from './checked';
import type { Report, ReportedHour } from './report';

type Hours = Pick<Report, 'hours' | 'netskope'>;

/** Compares the range with Netskope, hour by hour; where that cannot be done, counts what is stored. */
export async function readHours(
  session: Session,
  place: SourceInDeployment,
  range: TimeRange,
): Promise<Hours> {
  const isKept = range.fromEpochS >= oldestKeptS(session.nowMs());
  const compared = isKept
    ? await checked(session, () => compare(session, place, range))
    : {
        isChecked: false as const,
        why: 'The period begins more than 90 days ago, and Netskope keeps events for 90 days.',
      };
  if (!compared.isChecked) {
    return { hours: await checked(session, () => countStored(session, place, range)), netskope: compared };
  }
  const { hours, quarantinedWithoutTime, withoutTime, notes } = compared;
  return {
    hours: { isChecked: true, hours, withoutTime: quarantinedWithoutTime },
    netskope: { isChecked: true, withoutTime, notes },
  };
}

async function compare(session: Session, place: SourceInDeployment, range: TimeRange) {
  const hours: ReportedHour[] = [];
  const sides = await Reconciliation.open(session, place, range);
  const withoutTime = await compareAll(session, sides, {
    title: `compare ${place.sourceId}`,
    compare: compareEvents,
    onHour: (hour) => hours.push({ ...hour, events: eventsOf(hour) }),
  });
  const { quarantinedWithoutTime } = sides.stored;
  const notes = await notesOn(place.deployment, place.sourceId, range);
  return { hours, quarantinedWithoutTime, withoutTime, notes };
}

async function countStored({ terminal }: Session, place: SourceInDeployment, range: TimeRange) {
  const stored = await StoredEvents.open(place, range);
  const { chunks } = stored;
  const progress = terminal.progress({ title: `count ${place.sourceId}`, total: chunks.length });
  const hours: ReportedHour[] = [];
  try {
    for (const [number, chunk] of chunks.entries()) {
      for (const ofHour of await stored.hours(chunk))
        hours.push(storedHour(compareEvents({ ...ofHour, netskope: [] })));
      progress.update(number + 1);
    }
  } finally {
    progress.stop();
  }
  return { hours, withoutTime: stored.quarantinedWithoutTime };
}

/** Without Netskope nothing can be missing or extra. */
function storedHour(hour: HourComparison): ReportedHour {
  const { hour: number, archived, quarantined, doubled } = hour;
  return {
    hour: number,
    archived,
    quarantined,
    doubled,
    events: { ...eventsOf(hour), missing: [], extra: [] },
  };
}

function eventsOf({ events }: HourComparison): ReportedHour['events'] {
  const { missing = [], extra = [], doubled = [], conflicting = [] } = events ?? {};
  return { missing, extra, doubled, conflicting };
}
