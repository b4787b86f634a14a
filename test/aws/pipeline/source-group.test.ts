import type { StackTemplate } from '../synthesized-app';
import { pipelineTemplate, resourcesOfType } from '../synthesized-app';

const SCHEDULE = 'AWS::Scheduler::Schedule';

/** Properties of the sources' only resource of a type. */
function onlyOf(template: StackTemplate, type: string): Record<string, unknown> {
  const found = resourcesOfType(template, type).filter(([id]) => id.startsWith('Sources'));
  expect(found).toHaveLength(1);
  return found[0]?.[1].Properties ?? {};
}

describe('a source', () => {
  const template = pipelineTemplate({
    sources: [
      {
        id: 'corp-eu',
        label: 'Corp Europe',
        scheduleMinutes: 15,
        startLookbackHours: 48,
        dailyRecheck: false,
      },
    ],
  });

  it('has a secret without any value, which is kept when the stack is deleted', () => {
    const [[logicalId, secret] = []] = resourcesOfType(template, 'AWS::SecretsManager::Secret');
    expect(logicalId).toBe('SourcescorpeuSecretD0C8D276');
    expect(secret?.DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(secret?.Properties).toEqual({
      Name: 'NetskopeAudit/corp-eu',
      Description: 'Domain and token of Corp Europe',
    });
  });

  it('has an output that links to its secret', () => {
    const outputs = JSON.stringify(Object.values(template.Outputs));
    expect(outputs).toContain('/secretsmanager/secret?name=NetskopeAudit%2Fcorp-eu&region=');
  });

  it('is collected at its own interval, by the collector, with its settings', () => {
    const { ScheduleExpression, FlexibleTimeWindow, Target } = onlyOf(template, SCHEDULE);
    expect(ScheduleExpression).toBe('rate(15 minutes)');
    expect(FlexibleTimeWindow).toEqual({ Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 });
    expect(Target).toMatchObject({
      Arn: { 'Fn::GetAtt': ['CollectorFunctionE9933A71', 'Arn'] },
      Input:
        '{"sourceId":"corp-eu","label":"Corp Europe","startLookbackHours":48,"scheduleMinutes":15,"dailyRecheck":false}',
    });
  });

  it('leaves the retry of a run that could not be started to the next one, and keeps its input in a queue', () => {
    expect(onlyOf(template, SCHEDULE).Target).toMatchObject({
      RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 360 },
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['SchedulesUndeliveredQueueF987B4E9', 'Arn'] } },
    });
  });

  it.each([
    [60, 'rate(1 hour)', { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 }],
    [5, 'rate(5 minutes)', { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 2 }],
    [2, 'rate(2 minutes)', { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1 }],
    [1, 'rate(1 minute)', { Mode: 'OFF' }],
  ])(
    'with a schedule of %i minutes begins up to half of it late, so that sources do not begin at once',
    (scheduleMinutes, expression, window) => {
      const schedule = onlyOf(pipelineTemplate({ sources: [{ id: 'corp', scheduleMinutes }] }), SCHEDULE);
      expect(schedule.ScheduleExpression).toBe(expression);
      expect(schedule.FlexibleTimeWindow).toEqual(window);
    },
  );
});

describe('the alarms of a source', () => {
  /** Logical ids of the topics that the source's alarms go to. */
  function topicsOf(template: StackTemplate, sourceId: string): unknown {
    const prefix = `NetskopeAudit-${sourceId}-`;
    const actions = resourcesOfType(template, 'AWS::CloudWatch::Alarm')
      .map(([, { Properties }]) => Properties)
      .filter(({ AlarmName }) => typeof AlarmName === 'string' && AlarmName.startsWith(prefix))
      .flatMap(({ AlarmActions }) => (AlarmActions as { readonly Ref: string }[]).map(({ Ref }) => Ref));
    return [...new Set(actions)];
  }

  function subscribersOf(template: StackTemplate, topicId: string): unknown {
    return resourcesOfType(template, 'AWS::SNS::Subscription')
      .map(([, { Properties }]) => Properties)
      .filter(({ TopicArn }) => (TopicArn as { readonly Ref: string }).Ref === topicId)
      .map(({ Endpoint }) => Endpoint);
  }

  const template = pipelineTemplate({
    sources: [{ id: 'ours' }, { id: 'theirs', alarmEmails: ['team@example.com'] }],
  });

  it('notify the addresses of the deployment', () => {
    expect(topicsOf(template, 'ours')).toEqual(['NotificationsTopicAE679CBD']);
    expect(subscribersOf(template, 'NotificationsTopicAE679CBD')).toEqual(['soc@example.com']);
  });

  it('notify its own addresses, and no others, if it names some', () => {
    expect(topicsOf(template, 'theirs')).toEqual(['SourcestheirsNotificationsTopic9095C812']);
    expect(subscribersOf(template, 'SourcestheirsNotificationsTopic9095C812')).toEqual(['team@example.com']);
  });
});
