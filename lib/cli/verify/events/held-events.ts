import { ownText } from '../../../../lambdas/collector/core/page/record';
import { dayOf, hourOf } from '../../../../lambdas/contract/storage/archive-layout';
import type { QuarantinedRecord } from '../../../../lambdas/contract/feed/audit-record';
import type { ArchiveObjects } from '../../archive-objects';
import type { QuarantineDays } from '../../quarantine/quarantine-days';
import { comparedEvent } from './compared-event';
import type { ComparedEvent } from './compared-event';
import type { TimeRange } from './events-between';

/**
 * What the archive holds of one hour, in no order; an event that lies there twice is given twice.
 * @param hour whole hours since 1970
 */
export async function archivedEvents(archive: ArchiveObjects, hour: number): Promise<ComparedEvent[]> {
  const events: ComparedEvent[] = [];
  for (const key of await archive.keysOf(hour))
    for (const line of await archive.lines(key)) events.push(comparedEvent(ownText(line) ?? line));
  return events;
}

/** What lies in quarantine and nowhere else, by the hour of its own time. */
export interface QuarantinedHours {
  readonly byHour: ReadonlyMap<number, readonly ComparedEvent[]>;
  /** Events without a usable time: they may belong to any hour. */
  readonly withoutTime: readonly ComparedEvent[];
}

/** Reads the quarantine from the range's first day on: nothing arrives before it has happened. */
export async function quarantinedHours(
  quarantine: QuarantineDays,
  range: TimeRange,
): Promise<QuarantinedHours> {
  const byHour = new Map<number, ComparedEvent[]>();
  const withoutTime: ComparedEvent[] = [];
  for (const day of await quarantine.days(dayOf(range.fromS * 1000))) {
    for await (const { record, isRedriven } of quarantine.events(day)) {
      if (isRedriven) continue;
      const event = comparedEvent(textOf(record));
      if (event.timestampS === undefined) withoutTime.push(event);
      else if (event.timestampS >= range.fromS && event.timestampS < range.toS) add(byHour, event);
    }
  }
  return { byHour, withoutTime };
}

/** Bytes that are no text are read as Netskope's other endpoint is: with a replacement for what cannot be read. */
function textOf({ raw, raw_base64 = '' }: QuarantinedRecord): string {
  return raw ?? Buffer.from(raw_base64, 'base64').toString('utf8');
}

/** Sorts events into the hours of their own time. */
export function eventsByHour(events: readonly ComparedEvent[]): Map<number, ComparedEvent[]> {
  const byHour = new Map<number, ComparedEvent[]>();
  for (const event of events) if (event.timestampS !== undefined) add(byHour, event);
  return byHour;
}

function add(byHour: Map<number, ComparedEvent[]>, event: ComparedEvent): void {
  const hour = hourOf(event.timestampS ?? 0);
  const events = byHour.get(hour);
  if (events === undefined) byHour.set(hour, [event]);
  else events.push(event);
}
