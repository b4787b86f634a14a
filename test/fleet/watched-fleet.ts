import { statusChange } from '../../lambdas/collector/adapters/table-status';
import type { Announcement } from '../../lambdas/collector/core/ports';
import type { FleetSource } from '../../lambdas/contract/deployment/fleet';
import type { SourceStatus } from '../../lambdas/contract/storage/fleet-table';
import type { Affected } from '../../lambdas/fleet/message';
import { changeMessage, NOBODY_AFFECTED } from '../../lambdas/fleet/message';
import { affectedBy } from '../../lambdas/shared/fleet-sources';
import { metricIdentity } from '../aws/watch/cloudwatch-model/alarm-definition';
import type { Span } from '../aws/watch/cloudwatch-model/timelines';
import { DEPLOYED_AT_S, sourceTimeline } from '../aws/watch/cloudwatch-model/timelines';

const ROUND_S = 360;

/** A source with the settings of a fresh clone, added when the stack was deployed. */
export const DEFAULT_SOURCE: FleetSource = {
  sourceId: 'netskope',
  label: 'Netskope',
  startLookbackHours: 24,
  scheduleMinutes: 6,
  dailyRecheck: true,
  addedAtMs: DEPLOYED_AT_S * 1000,
  noDataWindowMinutes: 1_440,
};

interface Timeline {
  /** What differs from DEFAULT_SOURCE. */
  readonly source?: Partial<FleetSource>;
  readonly spans: readonly Span[];
}

/** What a fleet tells of a source over a timeline, with the time since the deployment: `26:00 no-data ALARM`. */
export function tells({ source, spans }: Timeline): string[] {
  const watched = { ...DEFAULT_SOURCE, ...source };
  const runs = announcements(spans);
  const toS = DEPLOYED_AT_S + (spans.at(-1)?.untilH ?? 0) * 3_600;
  const texts: string[] = [];
  let status: SourceStatus = {};
  let told: Affected = NOBODY_AFFECTED;
  for (let nowS = DEPLOYED_AT_S; nowS <= toS; nowS += ROUND_S) {
    while ((runs[0]?.timeS ?? Infinity) <= nowS) status = afterRun(status, runs.shift());
    const kinds = affectedBy(watched, status, nowS * 1000);
    const affected = { ...NOBODY_AFFECTED, ...Object.fromEntries(kinds.map((kind) => [kind, ['netskope']])) };
    const text = changeMessage('audit', { told, affected })?.text ?? '';
    for (const [, state = '', kind = ''] of text.matchAll(/^(ALARM|OK): ([a-z-]+)/gm))
      texts.push(`${sinceDeployment(nowS)} ${kind} ${state}`);
    told = affected;
  }
  return texts;
}

interface Run {
  readonly timeS: number;
  readonly announcement: Announcement;
}

/** As the adapter has DynamoDB do it. */
function afterRun(status: SourceStatus, run: Run | undefined): SourceStatus {
  if (run === undefined) return status;
  const { set, begin, remove } = statusChange(run.announcement, run.timeS * 1000);
  const left = Object.entries(status).filter(([name]) => !remove.some((removed) => removed === name));
  return { ...begin, ...Object.fromEntries(left), ...set };
}

/** What the runs of a timeline announce, from what they would have sent as metrics; without a token they succeed, too. */
function announcements(spans: readonly Span[]): Run[] {
  const byTime = new Map<number, Map<string, number>>();
  for (const { identity, timeS, value } of sourceTimeline(6, spans)) {
    const sent = byTime.get(timeS) ?? new Map<string, number>();
    byTime.set(timeS, sent.set(identity, value));
  }
  return [...byTime].map(([timeS, sent]) => {
    const valueOf = (name: string): number | undefined =>
      sent.get(metricIdentity('NetskopeAudit', name, [{ Name: 'SourceId', Value: 'netskope' }]));
    const archived = valueOf('EventsArchived');
    const isAwaiting =
      spans.find(({ untilH }) => timeS < DEPLOYED_AT_S + untilH * 3_600)?.runs === 'awaiting';
    const refused = valueOf('CredentialsRefused');
    const counts = {
      ...(archived !== undefined && { archived }),
      quarantined: valueOf('EventsQuarantined') ?? 0,
    };
    return {
      timeS,
      announcement: {
        ...(!isAwaiting && { counts }),
        runSucceeded: isAwaiting || archived !== undefined,
        ...(refused !== undefined && { credentialsRefused: refused === 1 }),
        lagS: valueOf('LagSeconds'),
        recovered: valueOf('EventsRecovered'),
        tokenDaysLeft: valueOf('TokenDaysLeft'),
      },
    };
  });
}

function sinceDeployment(atS: number): string {
  const minutes = Math.round((atS - DEPLOYED_AT_S) / 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}
