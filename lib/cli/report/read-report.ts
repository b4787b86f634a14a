import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { COLLECTOR_VERSION } from '../../../lambdas/collector/adapters/version';
import { dayOf } from '../../../lambdas/contract/storage/archive-layout';
import type { ChainFinding } from '../../../lambdas/verifier/core/chain-check';
import type { AlertHistory } from '../alerts/alert-history';
import { MAX_ALERTS, newestAlerts } from '../alerts/newest-alerts';
import { AlertObjects } from '../alerts/stored-alerts';
import type { KnownAlarm } from '../deployment/deployed-alarms';
import type { Deployment, SourceInStack } from '../deployment/deployment';
import { OperatorError } from '../operator-error';
import { readQuarantine } from '../quarantine/read-quarantine';
import type { Session } from '../session';
import { readTenantHost } from '../setup/source-secret';
import { readDeploymentStatus } from '../status/source-status';
import type { TimeRange } from '../terminal/time-range';
import { followChains, prepareAudit } from '../verify/chain/verify-chain';
import { readAlarmHistory } from './alarm-history';
import { checked } from './checked';
import { readHours } from './read-hours';
import type { ArrivalDays, Report, ReportedAlarm, ReportedAlert, ReportedChain } from './report';

interface Subject {
  readonly deployment: Deployment;
  readonly source: SourceInStack;
  readonly range: TimeRange;
  /** Objects expire so many days after they were stored. @default - never */
  readonly retentionDays?: number;
  /** File or folder of heads that were kept. @default - those in the bucket alone */
  readonly heads?: string;
}

/** Makes every check of a report, one after another. */
export async function readReport(session: Session, subject: Subject): Promise<Report> {
  const { deployment, source, range, retentionDays, heads } = subject;
  const { sourceId, label } = source;
  const { aws, stackName, name, region, outputs } = deployment;
  const { Arn = '' } = await aws.client(STSClient).send(new GetCallerIdentityCommand({}));
  const days = { fromDay: dayOf(range.fromEpochS * 1000), toDay: dayOf(range.toEpochS * 1000 - 1) };
  return {
    sourceId,
    label,
    range,
    madeAtMs: session.nowMs(),
    retentionDays,
    heads,
    operator: Arn,
    place: { stackName, name, region, bucket: outputs.ArchiveBucket, options: session.placeOptions(region) },
    tenant: await checked(session, async () => ({ host: await readTenantHost(deployment, sourceId) })),
    version: COLLECTOR_VERSION,
    ...(await readHours(session, { deployment, sourceId }, range)),
    chain: await checked(session, () => readChain(session, subject)),
    quarantine: await checked(session, async () => readArrivals(session, sourceId, days)),
    status: await checked(session, () => readStatus(session, subject)),
    alarmHistory: await checked(session, () => readAlarmHistory(subject, session.nowMs())),
    alerts: await checked(session, () => readAlerts(subject)),
  };
}

async function readChain(
  session: Session,
  { source, retentionDays, heads }: Subject,
): Promise<ReportedChain> {
  const { sourceId } = source;
  const findings: ChainFinding[] = [];
  const onFinding = (finding: ChainFinding): void => void findings.push(finding);
  const prepared = await prepareAudit(session, { sourceId, options: { retentionDays, heads }, onFinding });
  const { total, keptHeads, isRunning } = prepared;
  const progress = session.terminal.progress({ title: `verify ${sourceId}`, total });
  return { stock: await followChains(prepared, progress), findings, keptHeads, isRunning };
}

async function readArrivals(session: Session, sourceId: string, days: ArrivalDays) {
  return { ...days, ...(await readQuarantine(session, sourceId, days)) };
}

async function readStatus(session: Session, { deployment, source }: Subject) {
  const { sources, alarms, failures } = await readDeploymentStatus(deployment, session.nowMs(), [source]);
  const [failure] = failures;
  if (failure !== undefined) throw new OperatorError(failure);
  const [status] = sources;
  if (status === undefined) throw new Error('a source has no status');
  return { ...status, alarms: alarms.map(reportedAlarm) };
}

function reportedAlarm({ name, found = {} }: KnownAlarm): ReportedAlarm {
  const { StateValue = '', StateTransitionedTimestamp, StateUpdatedTimestamp } = found;
  return {
    name,
    state: StateValue,
    sinceMs: (StateTransitionedTimestamp ?? StateUpdatedTimestamp)?.getTime(),
  };
}

async function readAlerts({ deployment, source, range }: Subject) {
  const found = await newestAlerts(new AlertObjects(deployment), source.sourceId, {
    filter: range,
    count: MAX_ALERTS,
  });
  return { alerts: found.map(reportedAlert), hasDetector: deployment.outputs.DetectorFunction !== undefined };
}

function reportedAlert({ alertId, severity, first, newest }: AlertHistory): ReportedAlert {
  const { first_event_time: firstEventTime, headline } = first.record;
  return { alertId, severity, firstEventTime, headline, events: newest.record.event_count };
}
