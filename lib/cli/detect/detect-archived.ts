import type { Severity } from '../../../lambdas/contract/storage/alert-record';
import { withMutes } from '../../../lambdas/detector/core/rule/mute';
import type { Tuning } from '../../../lambdas/detector/core/rule/tuning';
import { inParallel } from '../../../lambdas/shared/in-parallel';
import { countOf } from '../../format/quantities';
import { ArchiveObjects } from '../archive/archive-objects';
import { describeError } from '../describe-error';
import type { RuleOptions } from '../detection/chosen-detection';
import { chooseDetection } from '../detection/chosen-detection';
import { DeployedMutes } from '../detection/deployed-mutes';
import { ExitCode } from '../operator-error';
import type { Session } from '../session';
import type { DetectionRange, HourOfArchive, TypedDetectionRange } from './detection-range';
import { hoursOfArchive, readDetectionRange } from './detection-range';
import { DetectionReport } from './detection-report';
import type { MatchedHour, MatchedObject } from './detection-tally';
import type { EvaluatedSource } from './replayed-detector';
import { matchLines, ReplayedDetector } from './replayed-detector';
import type { ShownAlertsOptions } from './shown-alerts';

export interface DetectOptions extends RuleOptions, TypedDetectionRange, ShownAlertsOptions {
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
  const muted = await mutedAsDeployed(session, detection.tuning, options);
  const archive = new ArchiveObjects(deployment, sourceId);
  const hours = await hoursOfArchive(archive, range);
  const report = new DetectionReport(session.terminal, {
    sourceId,
    range,
    firstEventHour: hours[0]?.hour,
    detection,
    shown: options,
    notes: muted.notes,
    isFull: options.full === true,
  });
  await replay(session, { archive, sourceId, tuning: muted.tuning }, { report, range, hours });
  report.show();
  if (report.tally.reaches(options.failOn)) session.exitCode = ExitCode.Finding;
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
      const alerts = detector.evaluate(hour);
      if (hour.hour >= range.fromHour) report.add(hour, alerts);
      events += hour.objects.reduce((sum, object) => sum + object.events, 0);
    }
    const read = done + next.length;
    progress.update(read, `${countOf(read, 'hour')}, ${countOf(events, 'event')}`);
  }
  progress.stop();
}

interface HourReader extends EvaluatedSource {
  readonly archive: ArchiveObjects;
}

/**
 * Reads the objects of an hour, and sorts their events into the groups of the rules.
 * @throws OperatorError if an object is not gzip
 */
async function readMatchedHour(reader: HourReader, { hour, keys }: HourOfArchive): Promise<MatchedHour> {
  const objects = await inParallel(keys, OBJECTS_AT_ONCE, (key) => readMatchedObject(reader, key));
  return { hour, objects: objects.sort(byTime) };
}

async function readMatchedObject(reader: HourReader, key: string): Promise<MatchedObject> {
  return matchLines(await reader.archive.lines(key), reader, key);
}

function byTime(one: MatchedObject, other: MatchedObject): number {
  if (one.firstEventS !== other.firstEventS) return one.firstEventS < other.firstEventS ? -1 : 1;
  return one.key < other.key ? -1 : 1;
}

/** The tuning without what is muted in the deployment, unless the rules are asked for as they come, and what to say of it. */
async function mutedAsDeployed(
  session: Session,
  tuning: Tuning,
  { untuned = false }: { readonly untuned?: boolean },
): Promise<{ readonly tuning: Tuning; readonly notes: readonly string[] }> {
  const deployment = await session.deployment();
  if (untuned || deployment.outputs.DetectionTable === undefined) return { tuning, notes: [] };
  try {
    const mutes = await new DeployedMutes(deployment, session.nowMs).read();
    const notes =
      mutes.length === 0 ? [] : [`${countOf(mutes.length, 'mute')} of the deployment counted, too.`];
    return { tuning: withMutes(tuning, { mutes }), notes };
  } catch (error) {
    return { tuning, notes: [`The mutes of the deployment are left out. ${describeError(error).what}`] };
  }
}
