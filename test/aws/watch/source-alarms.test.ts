import { lateAfterS } from '../../../lambdas/contract/telemetry/metrics';
import { alarmDefinition, alarmProperties } from './cloudwatch-model/alarm-definition';
import { alarmStack } from './cloudwatch-model/watched-source';

const OF_SOURCE = /^audit-netskope-/;

function sourceAlarms(source?: Parameters<typeof alarmStack>[0]) {
  return alarmProperties(alarmStack(source)).filter(({ AlarmName }) => OF_SOURCE.test(AlarmName));
}

/** Metric, statistic, window and limit of an alarm, in one line. */
function inWords(properties: ReturnType<typeof sourceAlarms>[number]): string {
  const { name, periodS, evaluationPeriods, datapointsToAlarm, comparison, threshold, missing, ...read } =
    alarmDefinition(properties);
  const metrics = Object.values(read.metrics).map(({ identity, statistic }) => `${statistic} ${identity}`);
  const window = `${datapointsToAlarm} of ${evaluationPeriods} x ${periodS} s`;
  return `${name.replace(OF_SOURCE, '')}: ${read.expression} of ${metrics.join()} ${comparison} ${threshold}, ${window}, missing ${missing}`;
}

/** As CloudWatch identifies it: namespace, name and the whole set of dimensions. */
const sent = (statistic: string, name: string): string =>
  `${statistic} ["NetskopeAudit","${name}",["SourceId","netskope"]]`;
const ZEROS = 'IF(FILL(sent, REPEAT), sent, 0)';

describe('the alarms of a source', () => {
  test('watch these metrics, over these windows, against these limits', () => {
    expect(sourceAlarms().map(inWords)).toEqual([
      `no-data: ${ZEROS} of ${sent('Sum', 'EventsArchived')} LessThanThreshold 1, 288 of 288 x 300 s, missing ignore`,
      `not-running: ${ZEROS} of ${sent('SampleCount', 'EventsArchived')} LessThanThreshold 1, 6 of 6 x 300 s, missing ignore`,
      `credentials-refused: ${ZEROS} of ${sent('Sum', 'CredentialsRefused')} GreaterThanOrEqualToThreshold 1, 1 of 1 x 1200 s, missing notBreaching`,
      `behind: FILL(sent, REPEAT) of ${sent('Minimum', 'LagSeconds')} GreaterThanThreshold 3600, 6 of 6 x 300 s, missing ignore`,
      `quarantined: ${ZEROS} of ${sent('Sum', 'EventsQuarantined')} GreaterThanOrEqualToThreshold 1, 1 of 1 x 3600 s, missing notBreaching`,
      `events-recovered: ${ZEROS} of ${sent('Sum', 'EventsRecovered')} GreaterThanOrEqualToThreshold 1, 1 of 1 x 86400 s, missing notBreaching`,
      `events-without-group: ${ZEROS} of ${sent('Sum', 'EventsWithoutGroup')} GreaterThanOrEqualToThreshold 5, 1 of 1 x 86400 s, missing notBreaching`,
      `token-expiring: metric of ${sent('Maximum', 'TokenDaysLeft')} LessThanOrEqualToThreshold 30, 1 of 1 x 3600 s, missing ignore`,
    ]);
  });

  test('are billed as one alarm metric each', () => {
    const metrics = sourceAlarms().map((alarm) => Object.keys(alarmDefinition(alarm).metrics).length);
    expect(metrics).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });

  test('notify the topic when they fire, and have no other action', () => {
    for (const { AlarmActions, OKActions, InsufficientDataActions } of sourceAlarms()) {
      expect(AlarmActions).toEqual([{ Ref: 'NotificationsTopicAE679CBD' }]);
      expect([OKActions, InsufficientDataActions]).toEqual([undefined, undefined]);
    }
  });

  test('say what they mean, where the runbook entry is, and whom they notify', () => {
    expect(sourceAlarms()[0]?.AlarmDescription).toBe(
      'No audit event of this source was archived during the whole window. Begin with `npx --no -- netskope-audit doctor`. Runbook: docs/runbook.md#no-data. Recipients: audit.',
    );
  });

  test('leave no-data out if the source switches it off', () => {
    const names = sourceAlarms({ noDataAlarm: false }).map(({ AlarmName }) => AlarmName);
    expect(names).toEqual([
      'audit-netskope-not-running',
      'audit-netskope-credentials-refused',
      'audit-netskope-behind',
      'audit-netskope-quarantined',
      'audit-netskope-events-recovered',
      'audit-netskope-events-without-group',
      'audit-netskope-token-expiring',
    ]);
  });

  test('leave events-recovered out if the source has no daily recheck', () => {
    const names = sourceAlarms({ dailyRecheck: false }).map(({ AlarmName }) => AlarmName);
    expect(names).toEqual([
      'audit-netskope-no-data',
      'audit-netskope-not-running',
      'audit-netskope-credentials-refused',
      'audit-netskope-behind',
      'audit-netskope-quarantined',
      'audit-netskope-events-without-group',
      'audit-netskope-token-expiring',
    ]);
  });

  test('leave events-without-group out of a deployment without detection', () => {
    const names = alarmProperties(alarmStack({}, { hasDetection: false })).map(({ AlarmName }) => AlarmName);
    expect(names).toContain('audit-netskope-events-recovered');
    expect(names).not.toContain('audit-netskope-events-without-group');
  });

  test('adapt to a slow schedule: three missed runs, and the lag that they cause', () => {
    const alarms = sourceAlarms({ scheduleMinutes: 120 });
    const read = alarms.map(({ AlarmName, EvaluationPeriods, Threshold }) => [
      AlarmName,
      EvaluationPeriods,
      Threshold,
    ]);
    expect(read).toContainEqual(['audit-netskope-not-running', 75, 1]);
    expect(read).toContainEqual(['audit-netskope-behind', 75, 21_600]);
  });

  test.each([
    [1, 600, 3_600],
    [5, 600, 3_600],
    [15, 1_800, 3_600],
    [30, 3_600, 5_400],
    [60, 7_200, 10_800],
  ])(
    'with a schedule of %i minutes, runs send what is late by %i s, and behind fires at %i s',
    (scheduleMinutes, lateS, behindS) => {
      const behind = sourceAlarms({ scheduleMinutes }).find(({ AlarmName }) => AlarmName.endsWith('-behind'));
      expect(lateAfterS(scheduleMinutes)).toBe(lateS);
      expect(behind?.Threshold).toBe(behindS);
    },
  );

  test('are refused at synthesis if CloudWatch would refuse their window', () => {
    expect(() => alarmStack({ noDataWindowMinutes: 8 * 1_440 })).toThrow(
      'alarm window: 192 periods of 3600 s are 691200 s; CloudWatch takes 604800 s at most with periods from one hour',
    );
  });
});
