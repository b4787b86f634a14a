import { readDeploymentSettings } from '../../../lib/aws/deployment-settings';
import { DeployedTemplate } from '../deployed-template';
import { inOneLine, permissionsOf } from '../pipeline/permissions';
import type { Settings } from '../synthesized-app';
import { pipelineApp, pipelineTemplate, resourcesOfType, templatesOf } from '../synthesized-app';
import { fits } from './cloudwatch-model/event-rule';

/** cdk.json has sources; JSON has no undefined, so the context of a fleet has none. */
const FLEET = { fleet: true, sources: undefined };

const fleetTemplate = (settings: Settings = {}) => pipelineTemplate({ ...FLEET, ...settings });

const COLLECTOR = 'arn:aws:lambda:us-east-1:111122223333:function:collectorfunctione9933a71';
const QUEUE = 'arn:aws:sqs:us-east-1:111122223333:fleetrunsqueuea90ea7f9';

describe('a fleet', () => {
  const template = new DeployedTemplate(fleetTemplate());

  it('is one stack, in which nothing belongs to a source', () => {
    expect(templatesOf(pipelineApp(FLEET)).map(({ stackName }) => stackName)).toEqual(['NetskopeAudit']);
    expect(resourcesOfType(template.template, 'AWS::SecretsManager::Secret')).toEqual([]);
    expect(Object.keys(template.template.Resources).length).toBeLessThan(100);
    expect(template.resolve(template.template.Outputs.Sources?.Value)).toBe('[]');
    expect(template.template.Outputs).toHaveProperty('FleetFunction');
  });

  it('keeps everything that a deployment of sources has, under the same logical ids', () => {
    const ofFleet = template.template.Resources;
    const ofSources = pipelineTemplate({ dashboard: false }).Resources;
    const missing = Object.keys(ofSources).filter((id) => !(id in ofFleet));
    expect(missing.filter((id) => !id.startsWith('Sourcesnetskope'))).toEqual([
      'CollectorAlarmscollectorerrors0818874B',
    ]);
  });

  it('starts a round every six minutes', () => {
    expect(template.onlyOf('AWS::Scheduler::Schedule', 'Fleet')).toMatchObject({
      ScheduleExpression: 'rate(6 minutes)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Input: '{}', RetryPolicy: { MaximumEventAgeInSeconds: 360 } },
    });
  });

  it('hands one run at a time to the collector, at most a hundred of them at once', () => {
    const mappings = template
      .ofType('AWS::Lambda::EventSourceMapping')
      .map(([, properties]) => properties)
      .filter(({ EventSourceArn }) => EventSourceArn === QUEUE);
    expect(mappings).toEqual([
      {
        BatchSize: 1,
        EventSourceArn: QUEUE,
        FunctionName: COLLECTOR.split(':').at(-1),
        ScalingConfig: { MaximumConcurrency: 100 },
      },
    ]);
  });

  it('hands a run over once: its message is hidden for as long as a run can take, and gone by then', () => {
    const collector = template.onlyOf('AWS::Lambda::Function', 'Collector');
    expect(template.onlyOf('AWS::SQS::Queue', 'Fleet')).toMatchObject({
      VisibilityTimeout: 600,
      MessageRetentionPeriod: 360,
      SqsManagedSseEnabled: true,
    });
    expect(collector).toMatchObject({ Timeout: 600 });
    expect(template.onlyOf('AWS::SQS::Queue', 'Fleet')).not.toHaveProperty('RedrivePolicy');
  });

  it('leads the events of a round, and no others, into that queue, as the input of the collector', () => {
    const [rule, ...others] = template
      .ofType('AWS::Events::Rule')
      .map(([, properties]) => properties as { EventPattern?: unknown; Targets: readonly { Arn: string }[] })
      .filter(({ Targets }) => Targets.some(({ Arn }) => Arn === QUEUE));
    expect(others).toEqual([]);
    expect(rule?.Targets).toMatchObject([{ Arn: QUEUE, InputPath: '$.detail' }]);
    const event = { source: 'netskope-audit.fleet', 'detail-type': 'Collect', detail: { sourceId: 'corp' } };
    expect(fits(rule?.EventPattern, event)).toBe(true);
    expect(fits(rule?.EventPattern, { ...event, source: 'netskope-audit' })).toBe(false);
  });

  it('has the collector report into the table', () => {
    expect(template.onlyOf('AWS::Lambda::Function', 'Collector')).toMatchObject({
      Environment: { Variables: { FLEET: 'true' } },
    });
    const { Environment } = new DeployedTemplate(pipelineTemplate()).onlyOf(
      'AWS::Lambda::Function',
      'Collector',
    ) as { readonly Environment: { readonly Variables: object } };
    expect(Environment.Variables).not.toHaveProperty('FLEET');
  });

  it('whose function failed three times is a dead letter, which the alarm dead-letters watches', () => {
    expect(template.onlyOf('AWS::Lambda::EventInvokeConfig', 'Fleet')).toMatchObject({
      MaximumEventAgeInSeconds: 360,
      DestinationConfig: {
        OnFailure: { Destination: 'arn:aws:sqs:us-east-1:111122223333:schedulesundeliveredqueuef987b4e9' },
      },
    });
  });

  it('may do this, beyond what a deployment of sources may', () => {
    const permissions = (deployed: DeployedTemplate): string[] =>
      permissionsOf(deployed)
        .map(inOneLine)
        .filter((line) => line.startsWith('Allow'))
        .sort();
    const known = permissions(new DeployedTemplate(pipelineTemplate()));
    const table = 'arn:aws:dynamodb:us-east-1:111122223333:table/checkpointstable83451f64';
    const log = 'arn:aws:logs:us-east-1:111122223333:log-group:fleetlog6c5c8c37:*';
    const undelivered = 'arn:aws:sqs:us-east-1:111122223333:schedulesundeliveredqueuef987b4e9';
    const ofRule =
      'if {"ArnEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:111122223333:rule/fleetrunsdue3888f254"}}';
    expect(permissions(template).filter((line) => !known.includes(line))).toEqual([
      `Allow CollectorRoleFDAC1528 dynamodb:UpdateItem on ${table}`,
      `Allow CollectorRoleFDAC1528 sqs:DeleteMessage on ${QUEUE}`,
      `Allow CollectorRoleFDAC1528 sqs:GetQueueAttributes on ${QUEUE}`,
      `Allow CollectorRoleFDAC1528 sqs:ReceiveMessage on ${QUEUE}`,
      'Allow FleetRole427BC000 cloudwatch:PutMetricData on * if {"StringEquals":{"cloudwatch:namespace":"NetskopeAudit"}}',
      `Allow FleetRole427BC000 dynamodb:BatchGetItem on ${table}`,
      `Allow FleetRole427BC000 dynamodb:PutItem on ${table}`,
      'Allow FleetRole427BC000 events:PutEvents on arn:aws:events:us-east-1:111122223333:event-bus/default',
      `Allow FleetRole427BC000 logs:CreateLogStream on ${log}`,
      `Allow FleetRole427BC000 logs:PutLogEvents on ${log}`,
      'Allow FleetRole427BC000 sns:Publish on arn:aws:sns:us-east-1:111122223333:notificationstopicae679cbd',
      `Allow FleetRole427BC000 sqs:SendMessage on ${undelivered}`,
      'Allow SchedulesRole523D57EE lambda:InvokeFunction on arn:aws:lambda:us-east-1:111122223333:function:fleetfunction22062d2f',
      `Allow events.amazonaws.com sqs:GetQueueAttributes on ${QUEUE} ${ofRule}`,
      `Allow events.amazonaws.com sqs:GetQueueUrl on ${QUEUE} ${ofRule}`,
      `Allow events.amazonaws.com sqs:SendMessage on ${QUEUE} ${ofRule}`,
      `Allow events.amazonaws.com sqs:SendMessage on ${undelivered} ${ofRule}`,
      'Allow lambda.amazonaws.com sts:AssumeRole on FleetRole427BC000',
    ]);
  });

  it('has an alarm for each kind, which keeps its state without data and notifies nobody', () => {
    const alarms = template
      .ofType('AWS::CloudWatch::Alarm')
      .filter(([id]) => id.startsWith('FleetAlarms'))
      .map(([, properties]) => properties);
    expect(alarms.map(({ AlarmName }) => AlarmName)).toEqual([
      'NetskopeAudit-no-data',
      'NetskopeAudit-not-running',
      'NetskopeAudit-credentials-refused',
      'NetskopeAudit-behind',
      'NetskopeAudit-quarantined',
      'NetskopeAudit-events-recovered',
      'NetskopeAudit-token-expiring',
    ]);
    for (const alarm of alarms) {
      const { AlarmName } = alarm as { readonly AlarmName: string };
      expect(alarm).toMatchObject({
        Namespace: 'NetskopeAudit',
        MetricName: 'SourcesAffected',
        Dimensions: [{ Name: 'Alarm', Value: AlarmName.replace('NetskopeAudit-', '') }],
        Statistic: 'Maximum',
        Period: 360,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'ignore',
      });
      expect(alarm).not.toHaveProperty('AlarmActions');
    }
  });

  it('has the daily message read the sources from the table', () => {
    expect(template.onlyOf('AWS::Scheduler::Schedule', 'DailyMessage')).toMatchObject({
      Target: { Input: '{"fleet":true}' },
    });
  });

  it('has saved queries in which the sources are to be put', () => {
    const queries = template
      .ofType('AWS::Athena::NamedQuery')
      .map(([, { QueryString }]) => QueryString as string);
    expect(queries.filter((sql) => sql.includes("source IN ('source-id')")).length).toBeGreaterThan(5);
    expect(queries.filter((sql) => sql.includes('IN ()'))).toEqual([]);
  });

  it('can do without detection, and may be in a VPC', () => {
    const network = { subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0123456789abcdef0'] };
    const { Resources } = fleetTemplate({ detection: { enabled: false }, network });
    expect(Object.keys(Resources).filter((id) => id.startsWith('Detection'))).toEqual([]);
  });
});

it('has no sources in the context, not even the one that a context without any has', () => {
  expect(readDeploymentSettings({ fleet: true })).toMatchObject({ fleet: true, sources: [] });
});

it.each([
  [
    { fleet: true, sources: [{ id: 'corp' }] },
    'fleet is true beside sources; expected one of them, for the sources of a fleet are in its table: put the list into a file for netskope-audit sources add --file',
  ],
  [
    { fleet: 'yes' },
    'fleet is "yes"; expected true or false; true, without `sources`, collects those that `netskope-audit sources add` has put into the table',
  ],
])('is refused with other settings: %j', (context, problem) => {
  expect(() => readDeploymentSettings(context)).toThrow(
    `The CDK context (cdk.json) cannot be deployed:\n- ${problem}`,
  );
});

it('builds its function only for a fleet', () => {
  const buildFleet = (): string => {
    throw new Error('the function is built; expected not to be');
  };
  expect(() => pipelineTemplate({}, { buildFleet })).not.toThrow();
});
