import type { AlertRecord, Severity } from '../../../lambdas/contract/storage/alert-record';
import { alertOf } from '../../../lambdas/detector/core/alert/alert';
import type { ArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { readLines } from '../../../lambdas/detector/core/event/read-lines';
import { applyBatch } from '../../../lambdas/detector/core/group/apply-batch';
import type { GroupState } from '../../../lambdas/detector/core/group/group-state';
import { announced, EMPTY_STATE } from '../../../lambdas/detector/core/group/group-state';
import { matchEvents } from '../../../lambdas/detector/core/group/match-events';
import type { GroupBatch } from '../../../lambdas/detector/core/rule/tuned-rule';
import type { Tuning } from '../../../lambdas/detector/core/rule/tuning';
import { countOf } from '../../format/quantities';
import { ArchiveObjects } from '../archive/archive-objects';
import { inParallel } from '../archive/in-parallel';
import { ExitCode } from '../operator-error';
import type { Session } from '../session';
import type { RuleOptions } from './chosen-detection';
import { chooseDetection } from './chosen-detection';
import type { DetectionRange, HourOfArchive, TypedDetectionRange } from './detection-range';
import { hoursOfArchive, readDetectionRange } from './detection-range';
import { DetectionReport } from './detection-report';
import type { MatchedHour, MatchedObject } from './detection-tally';

export interface DetectOptions extends RuleOptions, TypedDetectionRange {
  /** Whether each alert is shown as the message that would have been sent. */
  readonly full?: boolean;
  /** The command ends with ExitCode.Finding if an alert is at least this severe. */
  readonly failOn?: Severity;
}

const HOURS_AT_ONCE = 4;

/** A full object takes some 30 MB while it is read. */
const OBJECTS_AT_ONCE = 2;

/**
 * Shows the alerts that the detector would have raised if the archived objects had been delivered in order of time. It
 * only reads.
 */
export async function detectArchived(
  session: Session,
  options: DetectOptions,
  askedSourceId?: string,
): Promise<void> {
  const detection = await chooseDetection(options);
  const range = readDetectionRange(options, { nowMs: session.nowMs(), rules: detection.rules });
  const deployment = await session.deployment();
  const { sourceId } = deployment.source(askedSourceId);
  const archive = new ArchiveObjects(deployment, sourceId);
  const hours = await hoursOfArchive(archive, range);
  const { full: isFull = false, failOn } = options;
  const report = new DetectionReport(session.terminal, {
    sourceId,
    range,
    firstEventHour: hours[0]?.hour,
    detection,
    isFull,
  });
  await replay(session, { archive, sourceId, tuning: detection.tuning }, { report, range, hours });
  report.show();
  if (failOn !== undefined && report.tally.reaches(failOn)) session.exitCode = ExitCode.Finding;
}

interface Replay {
  readonly report: DetectionReport;
  readonly range: DetectionRange;
  readonly hours: readonly HourOfArchive[];
}

/** Reads several hours at a time, and evaluates them one after another. */
async function replay(
  { terminal }: Session,
  reader: HourReader,
  { report, range, hours }: Replay,
): Promise<void> {
  const detector = new ReplayedDetector();
  const progress = terminal.progress({ title: `detect ${reader.sourceId}`, total: hours.length });
  let events = 0;
  for (let done = 0; done < hours.length; done += HOURS_AT_ONCE) {
    const next = hours.slice(done, done + HOURS_AT_ONCE);
    const matched = await inParallel(next, HOURS_AT_ONCE, (hour) => readMatchedHour(reader, hour));
    for (const hour of matched) {
      const alerts = hour.objects.flatMap(({ batches }) => detector.evaluate(batches));
      if (hour.hour >= range.fromHour) report.add(hour, alerts);
      events += hour.objects.reduce((sum, object) => sum + object.events, 0);
    }
    const read = done + next.length;
    progress.update(read, `${countOf(read, 'hour')}, ${countOf(events, 'event')}`);
  }
  progress.stop();
}

interface HourReader {
  readonly archive: ArchiveObjects;
  readonly sourceId: string;
  readonly tuning: Tuning;
}

/**
 * Reads the objects of an hour, and sorts their events into the groups of the rules.
 * @throws OperatorError if an object is not gzip
 */
async function readMatchedHour(reader: HourReader, { hour, keys }: HourOfArchive): Promise<MatchedHour> {
  const objects = await inParallel(keys, OBJECTS_AT_ONCE, (key) => readMatchedObject(reader, key));
  return { hour, objects: objects.sort(byTime) };
}

async function readMatchedObject(
  { archive, sourceId, tuning }: HourReader,
  key: string,
): Promise<MatchedObject> {
  const lines = await archive.lines(key);
  const { events, ...skipped } = readLines(lines, sourceId, tuning.anonymousUsers);
  const { batches, counts, failures } = matchEvents(events, tuning.rules, key);
  return {
    key,
    events: events.length,
    firstEventS: earliestS(events),
    ...skipped,
    batches,
    counts,
    failures,
  };
}

function earliestS(events: readonly ArchivedEvent[]): number {
  return events.reduce((earliest, { timeS }) => Math.min(earliest, timeS), Infinity);
}

function byTime(one: MatchedObject, other: MatchedObject): number {
  if (one.firstEventS !== other.firstEventS) return one.firstEventS < other.firstEventS ? -1 : 1;
  return one.key < other.key ? -1 : 1;
}

/** The detector with the states of its groups in memory. It notifies nobody. */
class ReplayedDetector {
  private readonly states = new Map<string, GroupState>();

  /** Evaluates the batches of one object. @returns the alerts they raise */
  evaluate(batches: readonly GroupBatch[]): AlertRecord[] {
    return batches.flatMap((batch) => this.evaluateGroup(batch));
  }

  private evaluateGroup(batch: GroupBatch): AlertRecord[] {
    const before = this.states.get(batch.groupId) ?? EMPTY_STATE;
    const { state, raised } = applyBatch(before, batch);
    // Stored as after the alert was sent: without its cause, which is no longer needed.
    const after = raised.reduce((current, { startS }) => announced(current, startS), state);
    this.states.set(batch.groupId, after);
    return raised.flatMap((window) => alertOf(batch, window, window.startS) ?? []);
  }
}
