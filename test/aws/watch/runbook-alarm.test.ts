import { App, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import { ALARMS } from '../../../lambdas/contract/telemetry/alarms';
import {
  alarmDescription,
  alarmWindow,
  assertEvaluable,
  RunbookAlarm,
} from '../../../lib/aws/watch/runbook-alarm';
import { runbookTexts } from '../../runbook-texts';
import { alarmProperties } from './cloudwatch-model/alarm-definition';
import { alarmStack } from './cloudwatch-model/watched-source';

describe('an alarm with a runbook entry', () => {
  test('is refused by name at synthesis if CloudWatch would refuse its window', () => {
    const stack = new Stack(new App(), 'audit');
    const period = Duration.minutes(30);
    const build = (): cloudwatch.Alarm =>
      new RunbookAlarm(stack, {
        kind: 'quarantined',
        name: 'audit-netskope-quarantined',
        metric: new cloudwatch.Metric({ namespace: 'N', metricName: 'M', period }),
        evaluationPeriods: 49,
        comparison: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        threshold: 0,
        treatMissingData: cloudwatch.TreatMissingData.IGNORE,
      });
    expect(build).toThrow(
      'alarm audit-netskope-quarantined: 49 periods of 1800 s are 88200 s; CloudWatch takes 86400 s at most with periods below one hour',
    );
  });
});

describe('a window of time, cut into periods', () => {
  test.each([
    ['15 minutes', Duration.minutes(15), 300, 3],
    ['17 minutes', Duration.minutes(17), 60, 17],
    ['1 hour', Duration.hours(1), 300, 12],
    ['24 hours, the longest of 5-minute periods', Duration.hours(24), 300, 288],
    ['25 hours, for which CloudWatch accepts no period below an hour', Duration.hours(25), 3_600, 25],
    ['25 hours and 15 minutes, rounded up', Duration.minutes(25 * 60 + 15), 3_600, 26],
    ['7 days, the longest of all', Duration.days(7), 3_600, 168],
  ])('%s', (_name, length, periodS, evaluationPeriods) => {
    expect(alarmWindow(length)).toEqual({ period: Duration.seconds(periodS), evaluationPeriods });
  });

  test('of more than 7 days is refused, with the limit of CloudWatch', () => {
    expect(() => alarmWindow(Duration.hours(169))).toThrow(
      'alarm window: 169 periods of 3600 s are 608400 s; CloudWatch takes 604800 s at most with periods from one hour',
    );
  });
});

describe('a window that CloudWatch would refuse at deployment is refused at synthesis', () => {
  test.each([
    [
      'more than a day of short periods',
      Duration.minutes(30),
      49,
      'x: 49 periods of 1800 s are 88200 s; CloudWatch takes 86400 s at most with periods below one hour',
    ],
    [
      'more than a week of long ones',
      Duration.days(1),
      8,
      'x: 8 periods of 86400 s are 691200 s; CloudWatch takes 604800 s at most with periods from one hour',
    ],
    [
      'a broken minute',
      Duration.seconds(90),
      1,
      'x: 1 periods of 90 s; CloudWatch takes periods of whole minutes',
    ],
    ['no time', Duration.seconds(0), 1, 'x: 1 periods of 0 s; CloudWatch takes periods of whole minutes'],
    ['no period', Duration.minutes(5), 0, 'x: 0 periods of 300 s; CloudWatch takes one period at least'],
  ])('%s', (_name, period, evaluationPeriods, message) => {
    expect(() => assertEvaluable({ period, evaluationPeriods }, 'x')).toThrow(message);
  });

  test.each([
    ['a day of half hours', Duration.minutes(30), 48],
    ['a week of days', Duration.days(1), 7],
  ])('%s is accepted', (_name, period, evaluationPeriods) => {
    expect(() => assertEvaluable({ period, evaluationPeriods }, 'x')).not.toThrow();
  });
});

const KINDS = Object.keys(ALARMS) as AlarmKind[];

describe('the runbook', () => {
  const texts = runbookTexts();

  test('has one entry for each kind of alarm that is deployed, followed by problems that fire no alarm', () => {
    const deployed = alarmProperties(alarmStack()).map(({ AlarmName }) =>
      AlarmName.replace(/^audit-(?:netskope-)?/, ''),
    );
    expect(deployed).toEqual(KINDS);
    expect([...texts.keys()]).toEqual([
      'no-data',
      'not-running',
      'credentials-refused',
      'behind',
      'quarantined',
      'events-recovered',
      'events-without-group',
      'token-expiring',
      'collector-errors',
      'collector-throttles',
      'dead-letters',
      'collector-not-invoked',
      'detection-behind',
      'detector-errors',
      'archive-damaged',
      'unreadable-page',
      'foreign-object',
      'resting',
      'giving-up',
    ]);
    expect(KINDS).toEqual([...texts.keys()].slice(0, -4));
  });

  test.each([...texts])(
    'begins %s with doctor and one more command, then says what it means, what to look at and what to do',
    (_heading, text) => {
      const begin =
        /^```sh\nnpx --no -- netskope-audit doctor(?: <source id>)?\nnpx --no -- netskope-audit (?:backfill|detect|quarantine redrive|setup|status|verify)\b.* {3}# .+\n```\n\n/;
      expect(text).toMatch(begin);
      expect(text.replace(begin, '')).toMatch(
        /^\*\*Means\.\*\* [^]+\n\n\*\*Look at\.\*\* [^]+\n\n\*\*Do\.\*\* /,
      );
    },
  );

  test.each(KINDS)('explains %s with the sentence of the alarm itself', (kind) => {
    expect(texts.get(kind)?.replace(/\s+/g, ' ')).toContain(`**Means.** ${ALARMS[kind]}`);
  });

  test('is named in the description of every alarm, after one sentence that says what it means', () => {
    expect(alarmDescription('token-expiring')).toBe(
      "This source's token has 30 days or less to live, or has expired. Begin with `npx --no -- netskope-audit doctor`. Runbook: docs/runbook.md#token-expiring.",
    );
  });

  test('is led to by a link, where a deployment says where its copy is', () => {
    const runbookUrl = 'https://git.example.com/soc/netskope-audit/blob/main/docs/runbook.md';
    expect(
      alarmDescription('quarantined', { runbookUrl, endOfDescription: 'Recipients: NetskopeAudit.' }),
    ).toBe(
      'Events of this source could not be placed in the archive and were put into quarantine. Begin with `npx --no -- netskope-audit doctor`. Runbook: https://git.example.com/soc/netskope-audit/blob/main/docs/runbook.md#quarantined. Recipients: NetskopeAudit.',
    );
  });
});
