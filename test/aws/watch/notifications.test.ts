import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AlarmRules, Notifications } from '../../../lib/aws/watch/notifications';
import { DeployedTemplate } from '../deployed-template';
import type { StackTemplate } from '../synthesized-app';
import { pipelineApp, pipelineTemplate, resourcesOfType, templatesOf } from '../synthesized-app';
import type { AlarmState } from './cloudwatch-model/alarm-definition';
import type { AlarmMessage } from './cloudwatch-model/alarm-messages';
import { messagesOf } from './cloudwatch-model/alarm-messages';

describe('notifications', () => {
  const stack = new Stack(new App());
  const messages = new AlarmRules(stack, 'Recoveries', new sqs.Queue(stack, 'Undelivered'));
  new Notifications(stack, 'Notifications', { emails: ['soc@example.com', 'ops@example.com'], messages });
  const template = Template.fromStack(stack);

  function hasStatement(statement: Record<string, unknown>): void {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(statement)]) },
    });
  }

  it.each(['soc@example.com', 'ops@example.com'])('reach %s', (Endpoint) => {
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint });
  });

  it('may be sent by the alarms of this account', () => {
    hasStatement({
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
  });

  it('are never sent without TLS', () => {
    hasStatement({
      Effect: 'Deny',
      Principal: '*',
      Action: 'sns:Publish',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });
});

/** Amazon EventBridge user guide, "Quotas", event pattern size. */
const MAX_PATTERN_CHARACTERS = 2048;

const AT_S = Date.UTC(2026, 10, 22, 9, 30) / 1000;
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:notificationstopicae679cbd';

describe('the message that an alarm is over', () => {
  // Each id is a prefix of the next one.
  const sources = [{ id: 'corp' }, { id: 'corp-eu' }, { id: 'corp-eu-2', alarmEmails: ['eu@example.com'] }];
  const deployed = new DeployedTemplate(pipelineTemplate({ sources }));

  function sent(alarmName: string, from: AlarmState, to: AlarmState): AlarmMessage[] {
    return messagesOf(deployed, alarmName, { from, to, atS: AT_S });
  }

  it('says which alarm ended and when, what it meant and why it ended', () => {
    expect(sent('NetskopeAudit-corp-behind', 'ALARM', 'OK')).toEqual([
      {
        topic: TOPIC,
        text:
          '"OK: NetskopeAudit-corp-behind ended at 2026-11-22T09:30:00Z."\n' +
          '"What it meant: The archive of this source is further behind the present than late events explain. ' +
          'Begin with `npx --no -- netskope-audit doctor`. Runbook: docs/runbook.md#behind. Recipients: NetskopeAudit."\n' +
          '"Why it ended: Threshold Crossed: the reason that CloudWatch gives."',
      },
    ]);
  });

  it('is sent once for each alarm but one, to those who were notified when it fired and to nobody else', () => {
    const alarms = deployed.ofType('AWS::CloudWatch::Alarm').map(([, { AlarmName }]) => AlarmName as string);
    expect(alarms).toHaveLength(31);
    const readers = (messages: readonly AlarmMessage[]): unknown[] => messages.map(({ topic }) => topic);
    for (const name of alarms) {
      const own = name.startsWith('NetskopeAudit-corp-eu-2-');
      const expected = own
        ? 'arn:aws:sns:us-east-1:111122223333:sourcescorpeu2notificationstopic2ad8353c'
        : TOPIC;
      expect([name, readers(sent(name, 'OK', 'ALARM'))]).toEqual([name, [expected]]);
      const isTold = name !== 'NetskopeAudit-collector-not-invoked';
      expect([name, readers(sent(name, 'ALARM', 'OK'))]).toEqual([name, isTold ? [expected] : []]);
    }
  });

  it('is not sent by an alarm that never fired and becomes OK', () => {
    expect(sent('NetskopeAudit-corp-behind', 'INSUFFICIENT_DATA', 'OK')).toEqual([]);
    expect(sent('NetskopeAudit-dead-letters', 'INSUFFICIENT_DATA', 'OK')).toEqual([]);
  });

  it('is sent by one rule for all sources in all stacks, but for those with recipients of their own', () => {
    const RECOVERIES = 'Tells when an alarm that fired is over';
    const many = Array.from({ length: 41 }, (_, place) => ({ id: `tenant-${place + 1}` }));
    const own = { id: 'tenant-42', alarmEmails: ['eu@example.com'] };
    const stacks = templatesOf(pipelineApp({ sources: [...many, own] }));
    const all = {
      ofType: (type: string) =>
        stacks
          .flatMap((stack) => resourcesOfType(stack, type))
          .map(([id, { Properties }]): [string, Record<string, unknown>] => [id, Properties])
          .filter(([, { Description }]) => type !== 'AWS::Events::Rule' || Description === RECOVERIES),
    };
    const change = { from: 'ALARM', to: 'OK', atS: AT_S } as const;
    const topics = (alarmName: string): unknown[] =>
      messagesOf(all, alarmName, change).map(({ topic }) => topic);
    expect(topics('NetskopeAudit-tenant-1-behind')).toEqual([{ Ref: 'NotificationsTopicAE679CBD' }]);
    expect(topics('NetskopeAuditSources3-tenant-41-behind')).toEqual([{ Ref: 'NotificationsTopicAE679CBD' }]);
    expect(topics('NetskopeAuditSources3-tenant-42-behind')).toEqual([
      { Ref: 'Sourcestenant42NotificationsTopic4BDC6A4B' },
    ]);
    expect(all.ofType('AWS::Events::Rule')).toHaveLength(2);
  });
});

test('where the address of the runbook is set, every alarm of every stack leads to its entry', () => {
  const runbookUrl = 'https://git.example.com/docs/runbook.md';
  const own = { id: 'tenant-22', alarmEmails: ['eu@example.com'] };
  const sources = [...Array.from({ length: 21 }, (_, place) => ({ id: `tenant-${place + 1}` })), own];
  const described = templatesOf(pipelineApp({ runbookUrl, sources }))
    .flatMap((stack) => resourcesOfType(stack, 'AWS::CloudWatch::Alarm'))
    .map(([, { Properties }]) => Properties as { AlarmName: string; AlarmDescription: string });
  expect(described).toHaveLength(22 * 8 + 7);
  for (const { AlarmName, AlarmDescription } of described) {
    const [, kind] = /-([a-z]+(?:-[a-z]+)*)$/.exec(AlarmName) ?? [];
    expect(AlarmDescription).toContain(`Runbook: https://git.example.com/docs/runbook.md#${kind}.`);
  }
});

describe('the message that the collector is not started any more', () => {
  const deployed = new DeployedTemplate(pipelineTemplate());
  const sent = (from: AlarmState, to: AlarmState): AlarmMessage[] =>
    messagesOf(deployed, 'NetskopeAudit-collector-not-invoked', { from, to, atS: AT_S });

  it('says when it fired, what it means and why', () => {
    expect(sent('OK', 'ALARM')).toEqual([
      {
        topic: TOPIC,
        text:
          '"ALARM: NetskopeAudit-collector-not-invoked fired at 2026-11-22T09:30:00Z."\n' +
          '"What it means: AWS Lambda has not started the collector for several periods of the longest schedule. ' +
          'Begin with `npx --no -- netskope-audit doctor`. Runbook: docs/runbook.md#collector-not-invoked."\n' +
          '"Why it fired: Threshold Crossed: the reason that CloudWatch gives."',
      },
    ]);
  });

  it('is not sent for a fresh deployment, whose alarm fires until the first run', () => {
    expect(sent('INSUFFICIENT_DATA', 'ALARM')).toEqual([]);
    expect(sent('ALARM', 'OK')).toEqual([]);
  });

  it('waits for the longest schedule of all sources in all stacks, retired ones aside', () => {
    const many = Array.from({ length: 20 }, (_, place) => ({ id: `tenant-${place + 1}` }));
    const [template] = templatesOf(
      pipelineApp({
        sources: [
          { id: 'gone', scheduleMinutes: 60, retired: true },
          ...many,
          { id: 'slow', scheduleMinutes: 30 },
        ],
      }),
    ) as [StackTemplate];
    const alarms = resourcesOfType(template, 'AWS::CloudWatch::Alarm').map(
      ([, { Properties }]) => Properties,
    );
    const alarm = alarms.find(({ AlarmName }) => AlarmName === 'NetskopeAudit-collector-not-invoked');
    expect(alarm).toMatchObject({ Period: 60, EvaluationPeriods: 105 });
  });
});

describe('a message that cannot be sent', () => {
  const templates = templatesOf(
    pipelineApp({
      sources: [
        ...Array.from({ length: 20 }, (_, place) => ({ id: `tenant-${place + 1}` })),
        { id: 'tenant-21', alarmEmails: ['eu@example.com'] },
      ],
    }),
  );
  const [pipeline, further] = templates as [StackTemplate, StackTemplate];

  /** Where the rules of a stack leave what they could not deliver, each place once. */
  function deadLettersOf(template: StackTemplate): unknown[] {
    const targets = resourcesOfType(template, 'AWS::Events::Rule').flatMap(
      ([, { Properties }]) => Properties.Targets as readonly { readonly DeadLetterConfig?: unknown }[],
    );
    const places = new Set(targets.map(({ DeadLetterConfig }) => JSON.stringify(DeadLetterConfig)));
    return [...places].map((place) => JSON.parse(place) as unknown);
  }

  it('is kept in a queue that the alarm dead-letters watches, whatever stack the rule is in', () => {
    expect(deadLettersOf(pipeline)).toEqual([
      { Arn: { 'Fn::GetAtt': ['SchedulesUndeliveredQueueF987B4E9', 'Arn'] } },
      { Arn: { 'Fn::GetAtt': ['DetectionObjectsUndetectedQueue2D24985B', 'Arn'] } },
    ]);
    const ofPipeline = {
      StackName: 'NetskopeAudit',
      OutputName: 'PublishOutputFnGetAttSchedulesUndeliveredQueueF987B4E9ArnBEEEF04F',
    };
    expect(deadLettersOf(further)).toMatchObject([{ Arn: { 'Fn::GetStackOutput': ofPipeline } }]);
    const { Metrics } = pipeline.Resources.CollectorAlarmsdeadletters3CD8A71E?.Properties ?? {};
    expect(JSON.stringify(Metrics)).toContain('["SchedulesUndeliveredQueueF987B4E9","QueueName"]');
    expect(JSON.stringify(Metrics)).toContain('["DetectionObjectsUndetectedQueue2D24985B","QueueName"]');
  });

  it('is admitted to the queue by one statement for the rules of all stacks, since a policy has room for 20', () => {
    const policies = resourcesOfType(pipeline, 'AWS::SQS::QueuePolicy').map(
      ([, { Properties }]) => Properties,
    );
    const [policy, ...others] = policies.filter(({ Queues }) =>
      JSON.stringify(Queues).includes('SchedulesUndeliveredQueueF987B4E9'),
    );
    expect(others).toEqual([]);
    expect(policy?.PolicyDocument).toMatchObject({
      Statement: [
        { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage' },
      ],
    });
  });
});

it('the pattern of a source with the longest id and recipients of its own, in the stack of the 500th, fits into the limit of EventBridge', () => {
  const id = 'a'.repeat(40);
  const retired = Array.from({ length: 480 }, (_, index) => ({ id: `old-${index}`, retired: true }));
  const last = templatesOf(
    pipelineApp({ sources: [...retired, { id, alarmEmails: ['eu@example.com'] }] }),
  ).at(-1);
  if (last === undefined) throw new Error('the application has no stack; expected two');
  const [[, rule] = []] = resourcesOfType(last, 'AWS::Events::Rule');
  const pattern = JSON.stringify(new DeployedTemplate(last).resolve(rule?.Properties.EventPattern));
  expect(pattern).toContain(`"Recipients: NetskopeAuditSources25, source ${id}."`);
  expect(pattern.length).toBeLessThan(MAX_PATTERN_CHARACTERS);
});
