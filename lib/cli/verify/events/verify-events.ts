import { formatMinute } from '../../../local/start/quantities';
import { countOf } from '../../count-of';
import type { Deployment } from '../../deployment';
import { readLiveCheckpoint } from '../../doctor/live-checkpoint';
import { ExitCode } from '../../exit-code';
import type { Session } from '../../session';
import { BothSides } from './both-sides';
import type { TimeRange } from './events-between';
import { EventsReport } from './events-report';
import { fileGap } from './file-gap';
import { compareCounts, compareEvents } from './hour-comparison';
import { readRange } from './verified-range';

export interface EventsOptions {
  readonly from?: string;
  readonly to?: string;
  /** Whether events are compared, and not only their numbers. */
  readonly ids?: boolean;
  readonly all?: boolean;
  readonly fileBackfill?: boolean;
}

/**
 * Compares the archive with what Netskope's other endpoint has, hour by hour of event time: the axis of the archive, and
 * the only one that every event has on both sides. An event that surfaces late is compared once it has surfaced.
 */
export async function verifyEvents(
  session: Session,
  options: EventsOptions,
  askedSourceId?: string,
): Promise<void> {
  const nowMs = session.nowMs();
  const range = readRange(options, nowMs);
  const deployment = await session.deployment();
  const { sourceId } = deployment.source(askedSourceId);
  const { ids: byEvent = false, all = false } = options;
  const report = new EventsReport(session.terminal, { sourceId, range, byEvent, all });
  const sides = await BothSides.open(session, { deployment, sourceId }, range);
  const withoutTime = await compareAll(session, sides, report);
  report.show(
    { netskope: withoutTime, quarantined: sides.quarantinedWithoutTime },
    await notesOn(deployment, sourceId, range),
  );
  if (report.differing.length > 0) session.exitCode = ExitCode.Finding;
  if (options.fileBackfill === true)
    await fileGap(session, { deployment, sourceId, hours: report.differing, nowMs });
}

/** @returns how many of Netskope's events have no usable time */
async function compareAll({ terminal }: Session, sides: BothSides, report: EventsReport): Promise<number> {
  const { chunks } = sides;
  const { sourceId, byEvent } = report.options;
  const progress = terminal.progress({ title: `verify ${sourceId}`, total: chunks.length });
  const compare = byEvent ? compareEvents : compareCounts;
  let [events, withoutTime] = [0, 0];
  for (const [place, chunk] of chunks.entries()) {
    const found = await sides.events(chunk);
    for (const ofHour of found.hours) {
      report.add(compare(ofHour));
      events += ofHour.netskope.length;
    }
    withoutTime += found.withoutTime;
    progress.update(place + 1, countOf(events, 'event'));
  }
  progress.stop();
  return withoutTime;
}

/** What is not collected yet is missing, but not lost. */
async function notesOn(deployment: Deployment, sourceId: string, { toS }: TimeRange): Promise<string[]> {
  const checkpoint = await readLiveCheckpoint(deployment, sourceId);
  if (checkpoint === undefined) return [`${sourceId} has not collected anything yet.`];
  const { watermarkS = 0, caughtUpAtMs = 0 } = checkpoint;
  const completeToS = Math.max(watermarkS, Math.floor(caughtUpAtMs / 1000));
  if (completeToS >= toS) return [];
  return [
    `The live feed stands at ${formatMinute(completeToS)}: what Netskope has of the time after it is not collected yet.`,
  ];
}
