import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import { ALARMS, runbookHeading } from '../../../lambdas/contract/telemetry/alarms';
import { alarmDescription, runbookTexts } from '../../../lib/aws/watch/runbook';
import { alarmProperties } from './cloudwatch-model/alarm-definition';
import { alarmStack } from './cloudwatch-model/watched-source';

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
      'detection-behind',
      'detector-errors',
      'unreadable-page',
      'foreign-object',
      'resting',
      'giving-up',
    ]);
    const headings = new Set(KINDS.map(runbookHeading));
    expect([...headings].filter((heading) => !texts.has(heading))).toEqual([]);
    expect([...headings]).toEqual([...texts.keys()].slice(0, -4));
  });

  test.each([...texts])('says under %s what it means, what to look at and what to do', (_heading, text) => {
    expect(text).toMatch(/^\*\*Means\.\*\* [^]+\n\n\*\*Look at\.\*\* [^]+\n\n\*\*Do\.\*\* /);
  });

  test.each(KINDS.filter((kind) => kind === runbookHeading(kind)))(
    'explains %s with the sentence of the alarm itself',
    (kind) => {
      expect(texts.get(kind)?.replace(/\s+/g, ' ')).toContain(`**Means.** ${ALARMS[kind]}`);
    },
  );

  test('is named in the description of every alarm, after one sentence that says what it means', () => {
    expect(alarmDescription('token-expiring-7')).toBe(
      "This source's token has 7 days or less to live. Runbook: docs/runbook.md#token-expiring, also at the foot of the dashboard if there is one.",
    );
  });
});
