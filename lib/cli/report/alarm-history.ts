import type { AlarmHistoryItem } from '@aws-sdk/client-cloudwatch';
import { CloudWatchClient, paginateDescribeAlarmHistory } from '@aws-sdk/client-cloudwatch';
import { parsedJson } from '../../../lambdas/shared/json-text';
import { alarmsOfDeployment, alarmsOfSource } from '../deployment/deployed-alarms';
import type { Deployment, SourceInStack } from '../deployment/deployment';
import { OperatorError } from '../operator-error';
import type { TimeRange } from '../terminal/time-range';
import type { AlarmChange, Report, ReportedAlarmHistory } from './report';

/**
 * How long CloudWatch keeps the history of an alarm at least: two weeks (Amazon CloudWatch command line reference,
 * mon-describe-alarm-history). Newer pages name no time, and what was not kept must not pass for quiet.
 */
export const HISTORY_DAYS = 14;
const MS_PER_DAY = 86_400_000;
/** Most in one answer (Amazon CloudWatch API reference, DescribeAlarmHistory). */
const MAX_RECORDS = 100;

interface AlarmsOfPeriod {
  readonly deployment: Deployment;
  readonly source: SourceInStack;
  readonly range: TimeRange;
}

/** Reads how the alarms have changed since the period began: one call for each that the deployment can have. */
export async function readAlarmHistory(
  { deployment, source, range }: AlarmsOfPeriod,
  nowMs: number,
): Promise<ReportedAlarmHistory> {
  const client = deployment.aws.client(CloudWatchClient);
  const StartDate = new Date(range.fromEpochS * 1000);
  const keptFromMs = nowMs - HISTORY_DAYS * MS_PER_DAY;
  const changes: AlarmChange[] = [];
  for (const { name: AlarmName } of [...alarmsOfSource(source), ...alarmsOfDeployment(deployment)]) {
    const request = { AlarmName, StartDate, HistoryItemType: 'StateUpdate' } as const;
    for await (const { AlarmHistoryItems = [] } of paginateDescribeAlarmHistory(
      { client, pageSize: MAX_RECORDS },
      request,
    ))
      changes.push(...AlarmHistoryItems.map(changeOf));
  }
  return {
    knownFromMs: StartDate.getTime() < keptFromMs ? keptFromMs : undefined,
    changes: changes.sort((one, other) => one.atMs - other.atMs),
  };
}

/** @throws OperatorError if CloudWatch answers in another form than it documents */
function changeOf({ AlarmName: name = '', Timestamp, HistoryData = '' }: AlarmHistoryItem): AlarmChange {
  const { oldState, newState } = (parsedJson(HistoryData) ?? {}) as StateUpdate;
  const [from, to] = [oldState?.stateValue, newState?.stateValue];
  if (Timestamp === undefined || typeof from !== 'string' || typeof to !== 'string')
    throw new OperatorError({
      what: `The history of alarm ${name} has an item of an unknown form; expected its time, the old and the new state.`,
      whatToDo: 'Update this command line; the console of CloudWatch shows the history of the alarm.',
    });
  const reason = newState?.stateReason;
  return { name, atMs: Timestamp.getTime(), from, to, reason: typeof reason === 'string' ? reason : '' };
}

type StateUpdate = Readonly<Partial<Record<'oldState' | 'newState', HistoryState>>>;
type HistoryState = Readonly<Partial<Record<'stateValue' | 'stateReason', unknown>>> | null | undefined;

/** The changes within the period, the oldest first. */
export function changesOfPeriod(
  { range }: Report,
  { changes }: ReportedAlarmHistory,
): readonly AlarmChange[] {
  return changes.filter(({ atMs }) => atMs < range.toEpochS * 1000);
}

/**
 * Names of the alarms that fired at some time of the period. One without a change since it began has been in its
 * present state from then on.
 */
export function firedInPeriod(report: Report, history: ReportedAlarmHistory): readonly string[] {
  const { status, range } = report;
  const fromMs = history.knownFromMs ?? range.fromEpochS * 1000;
  const unchanged = (status.isChecked ? status.alarms : []).filter(
    ({ name, state, sinceMs = 0 }) =>
      state === 'ALARM' && sinceMs <= fromMs && !history.changes.some((change) => change.name === name),
  );
  const first = new Map(history.changes.toReversed().map((change) => [change.name, change]));
  const atBegin = [...first.values()].filter(({ from }) => from === 'ALARM');
  const changed = changesOfPeriod(report, history).filter(({ to }) => to === 'ALARM');
  return [...new Set([...unchanged, ...atBegin, ...changed].map(({ name }) => name))].sort();
}
