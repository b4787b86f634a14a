import { alarmDefinition, alarmProperties, metricIdentity } from './cloudwatch-model/alarm-definition';
import type { MetricPoint } from './cloudwatch-model/alarm-replay';
import { BUSY, DEPLOYED_AT_S } from './cloudwatch-model/timelines';
import { alarmStack, fires, templateAlarms } from './cloudwatch-model/watched-source';

/** In the model, the stack's deployment is called `audit`. */
const AFFECTED = [
  { Name: 'Alarm', Value: 'archive-damaged' },
  { Name: 'Deployment', Value: 'audit' },
];

/** Verifications, so many hours after the deployment, each with the sources that it found damaged. */
function told(
  verifications: readonly (readonly [hours: number, damaged: number])[],
  untilH: number,
): string[] {
  const morePoints: MetricPoint[] = verifications.map(([hours, damaged]) => ({
    identity: metricIdentity('NetskopeAudit', 'SourcesAffected', AFFECTED),
    timeS: DEPLOYED_AT_S + hours * 3_600,
    value: damaged,
  }));
  const alarms = templateAlarms({}, 'archive-damaged');
  return fires({ spans: [{ untilH, ...BUSY }], morePoints, alarms });
}

test('clean archives fire nothing, and a fresh deployment says nothing before its first verification', () => {
  expect(
    told(
      [
        [13, 0],
        [37, 0],
      ],
      60,
    ),
  ).toEqual([]);
});

test('damage fires with the verification that finds it, until one finds it repaired', () => {
  expect(
    told(
      [
        [13, 0],
        [37, 1],
        [61, 1],
        [85, 0],
        [109, 0],
      ],
      120,
    ),
  ).toEqual(['37:02 archive-damaged ALARM', '85:02 archive-damaged OK']);
});

test('a verification that fails ends nothing', () => {
  expect(told([[13, 2]], 90)).toEqual(['13:02 archive-damaged ALARM']);
});

test('the alarm is about any source, and keeps its state between two verifications', () => {
  const [alarm] = alarmProperties(alarmStack()).filter(({ AlarmName }) =>
    AlarmName.endsWith('archive-damaged'),
  );
  expect(alarm && alarmDefinition(alarm)).toEqual({
    name: 'audit-archive-damaged',
    expression: 'metric',
    metrics: {
      metric: {
        identity: metricIdentity('NetskopeAudit', 'SourcesAffected', AFFECTED),
        statistic: 'Maximum',
      },
    },
    periodS: 3_600,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    comparison: 'GreaterThanOrEqualToThreshold',
    threshold: 1,
    missing: 'ignore',
  });
  expect(alarm?.AlarmActions).toEqual([{ Ref: 'NotificationsTopicAE679CBD' }]);
});
