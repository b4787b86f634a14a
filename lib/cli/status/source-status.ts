import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { lagOf } from '../../../lambdas/collector/core/protocol/checkpoint';
import type { Checkpoint, RecheckJob } from '../../../lambdas/contract/storage/checkpoint-table';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import { FLEET_ALARM_KINDS } from '../../../lambdas/contract/telemetry/alarms';
import { inParallel } from '../../../lambdas/shared/in-parallel';
import { ArchiveObjects } from '../archive/archive-objects';
import { readShownEvent } from '../archive/shown-event';
import { readLiveCheckpoint, readRecheckCheckpoint } from '../deployment/collector';
import type { KnownAlarm } from '../deployment/deployed-alarms';
import { alarmsOfDeployment, alarmsOfSource, isFiring, readAlarms } from '../deployment/deployed-alarms';
import type { Deployment, SourceInStack } from '../deployment/deployment';
import type { ErrorDescription } from '../describe-error';
import type { Attempt } from './attempt';
import { attempt } from './attempt';
import { readReportedMetrics } from './reported-metrics';
import type { SourceMetrics } from './source-metrics';

/** What the status is made of; each part is read by calls of its own. */
export type StatusPart = 'alarms' | 'metrics' | 'checkpoint' | 'recheck' | 'last event';

/** The status of one source. Counts cover the last 24 hours; unknown values are absent. */
export interface SourceStatus {
  readonly sourceId: string;
  readonly label: string;
  /** `unknown` if something that it depends on could not be read. */
  readonly state: SourceState | 'unknown';
  /** What could not be read; absent if there is nothing. */
  readonly unread?: readonly StatusPart[];
  readonly lastRunAtMs?: number;
  /** Event time of the newest event in the archive. */
  readonly lastEventAtMs?: number;
  /** How far the archive is behind the present. */
  readonly lagS?: number;
  readonly archived24h?: number;
  readonly quarantined24h?: number;
  /** Archived events that came again with another value in a field, since the streams began. */
  readonly conflicting: number;
  /** Archived events that came before with fewer fields, since the streams began. */
  readonly editions: number;
  readonly tokenDaysLeft?: number;
  /** No call to Netskope is made before this; absent while a run is at work. */
  readonly restUntilMs?: number;
  /** The daily recheck; absent if it is switched off, or no run has begun it. */
  readonly recheck?: RecheckJob;
  /** Version of the collector that last ran for it; absent before it has run, and if that version did not say. */
  readonly collectorVersion?: string;
  /** Absent if the alarms could not be read. */
  readonly alarmCount?: number;
  readonly firingAlarms: readonly AlarmKind[];
}

export interface DeploymentStatus {
  /** In the order of the settings. */
  readonly sources: readonly SourceStatus[];
  /** Firing alarms of what all sources share. */
  readonly firingAlarms: readonly AlarmKind[];
  /** The alarms that there are, of the sources and of what they share. */
  readonly alarms: readonly KnownAlarm[];
  /** Why something could not be read, each reason once. */
  readonly failures: readonly ErrorDescription[];
}

/** Sources read at the same time: each reads an hour of the archive, and the SDK keeps 50 connections. */
const SOURCES_AT_ONCE = 5;

export async function readDeploymentStatus(
  deployment: Deployment,
  nowMs: number,
  sources = deployment.sources,
): Promise<DeploymentStatus> {
  const cloudWatch = deployment.aws.client(CloudWatchClient);
  const [known, metrics] = await Promise.all([
    attempt(readAlarms(cloudWatch, [...sources.flatMap(alarmsOfSource), ...alarmsOfDeployment(deployment)])),
    attempt(readReportedMetrics(deployment, sources, nowMs)),
  ]);
  const alarms = (known.value ?? []).filter(({ found }) => found !== undefined);
  const alarmsOf = (sourceId?: string): readonly KnownAlarm[] =>
    alarms.filter((alarm) => alarm.sourceId === sourceId);
  const shared = new Failures();
  // The alarms of a fleet are about all sources: what its runs report tells which of them are affected.
  shared.add('alarms', deployment.isFleet ? metrics : known);
  shared.add('metrics', metrics);
  const watched = sources.map((source, place) => ({
    source,
    alarms: alarmsOf(source.sourceId),
    metrics: metrics.value?.[place] ?? {},
    nowMs,
    failures: new Failures(shared),
  }));
  const statuses = await inParallel(watched, SOURCES_AT_ONCE, (one) => readSourceStatus(deployment, one));
  const all = [known.failure ?? [], ...watched.map(({ failures }) => failures.reasons)].flat();
  return {
    sources: statuses,
    firingAlarms: firingKinds(alarmsOf()),
    alarms,
    failures: [...new Map(all.map((reason) => [reason.what, reason])).values()],
  };
}

/** What could not be read, and why. */
class Failures {
  private readonly byPart = new Map<StatusPart, ErrorDescription>();

  /** @param shared of all sources */
  constructor(shared?: Failures) {
    for (const [part, failure] of shared?.byPart ?? []) this.byPart.set(part, failure);
  }

  add(part: StatusPart, { failure }: Attempt<unknown>): void {
    if (failure !== undefined) this.byPart.set(part, failure);
  }

  get parts(): readonly StatusPart[] {
    return [...this.byPart.keys()];
  }

  get reasons(): readonly ErrorDescription[] {
    return [...this.byPart.values()];
  }
}

/** What the state of a source is told by. */
const PARTS_OF_STATE: readonly StatusPart[] = ['alarms', 'metrics', 'checkpoint'];

interface ObservedSource {
  readonly source: SourceInStack;
  /** Those that it has. */
  readonly alarms: readonly KnownAlarm[];
  readonly metrics: SourceMetrics;
  readonly nowMs: number;
  /** Receives what else cannot be read. */
  readonly failures: Failures;
}

async function readSourceStatus(
  deployment: Deployment,
  { source, alarms, metrics, nowMs, failures }: ObservedSource,
): Promise<SourceStatus> {
  const { sourceId, label } = source;
  const [live, daily, lastEvent] = await Promise.all([
    attempt(readLiveCheckpoint(deployment, sourceId)),
    attempt(source.dailyRecheck ? readRecheckCheckpoint(deployment, sourceId) : Promise.resolve(undefined)),
    attempt(newestEventAtMs(new ArchiveObjects(deployment, sourceId))),
  ]);
  failures.add('checkpoint', live);
  failures.add('recheck', daily);
  failures.add('last event', lastEvent);
  const [checkpoint, recheck, unread] = [live.value, daily.value, failures.parts];
  const firing = metrics.affectedBy ?? firingKinds(alarms);
  return {
    sourceId,
    label,
    state: PARTS_OF_STATE.some((part) => unread.includes(part))
      ? 'unknown'
      : sourceState({ nowMs, checkpoint, metrics, firing }),
    ...(unread.length > 0 && { unread }),
    lastRunAtMs: latest(
      metrics.succeededAtMs,
      metrics.reportedAtMs,
      metrics.refusedAtMs,
      checkpoint?.servedAtMs,
    ),
    lastEventAtMs: lastEvent.value,
    lagS: checkpoint === undefined ? undefined : lagOf(checkpoint, nowMs),
    archived24h: metrics.archived,
    quarantined24h: metrics.quarantined,
    conflicting: (checkpoint?.totals.conflicting ?? 0) + (recheck?.totals.conflicting ?? 0),
    editions: (checkpoint?.totals.editions ?? 0) + (recheck?.totals.editions ?? 0),
    tokenDaysLeft: metrics.tokenDaysLeft,
    restUntilMs: restUntilMs(checkpoint, nowMs),
    recheck: recheck?.recheck,
    collectorVersion: checkpoint?.collectorVersion,
    alarmCount: unread.includes('alarms')
      ? undefined
      : metrics.affectedBy === undefined
        ? alarms.length
        : FLEET_ALARM_KINDS.length,
    firingAlarms: firing,
  };
}

function firingKinds(alarms: readonly KnownAlarm[]): readonly AlarmKind[] {
  return alarms.filter(isFiring).map(({ kind }) => kind);
}

/** Each call stores a rest before it is made, so a rest counts only while no run is at work. */
function restUntilMs(checkpoint: Checkpoint | undefined, nowMs: number): number | undefined {
  const { restUntilMs = 0, lease } = checkpoint ?? {};
  return restUntilMs > nowMs && (lease?.expiresAtMs ?? 0) <= nowMs ? restUntilMs : undefined;
}

async function newestEventAtMs(archive: ArchiveObjects): Promise<number | undefined> {
  const objects = await Promise.all((await archive.newestKeys()).map((key) => archive.lines(key)));
  const times = objects.flat().map((line) => readShownEvent(line).time);
  const newest = times.reduce((one, other) => (one > other ? one : other), '');
  return newest === '' ? undefined : Date.parse(`${newest.replace(' ', 'T')}Z`);
}

function latest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** The worst known state of a source. */
export type SourceState =
  | 'running'
  | 'never ran'
  | 'not running'
  | 'credentials refused'
  | 'waiting for credentials'
  | 'failing'
  | 'behind'
  | 'resting'
  | 'catching up'
  | 'caught up';

export interface KnownOfSource {
  readonly nowMs: number;
  /** Absent before the first run that had credentials. */
  readonly checkpoint?: Checkpoint;
  readonly metrics: SourceMetrics;
  readonly firing: readonly AlarmKind[];
}

/**
 * Determines the state of a source. The alarms decide what is late, because they know the schedule. The metrics decide
 * the rest, except that there were no credentials yet: no run has made a checkpoint then.
 */
export function sourceState({ nowMs, checkpoint, metrics, firing }: KnownOfSource): SourceState {
  const { succeededAtMs = 0, reportedAtMs = 0, refusedAtMs = 0 } = metrics;
  const hasReported = succeededAtMs + reportedAtMs + refusedAtMs > 0;
  if ((checkpoint?.lease?.expiresAtMs ?? 0) > nowMs) return 'running';
  if (!hasReported) return checkpoint === undefined ? 'never ran' : 'not running';
  if (firing.includes('not-running')) return 'not running';
  if (refusedAtMs > 0 && refusedAtMs >= succeededAtMs) return 'credentials refused';
  if (checkpoint === undefined) return 'waiting for credentials';
  if (reportedAtMs > succeededAtMs) return 'failing';
  if (firing.includes('behind')) return 'behind';
  if ((checkpoint?.restUntilMs ?? 0) > nowMs) return 'resting';
  return checkpoint?.caughtUp === true ? 'caught up' : 'catching up';
}
