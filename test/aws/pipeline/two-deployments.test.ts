import { DeployedTemplate } from '../deployed-template';
import type { StackTemplate } from '../synthesized-app';
import { pipelineApp, templatesOf } from '../synthesized-app';
import { watchedMetrics } from '../watch/watched-metrics';

type Properties = Readonly<Record<string, unknown>>;

/** For each type, what must be unique in an account and region; `undefined` where CloudFormation chooses it. */
const IDENTITIES: Readonly<Record<string, (properties: Properties) => unknown>> = {
  'AWS::Athena::NamedQuery': ({ WorkGroup, Name }) => `${WorkGroup as string}/${Name as string}`,
  'AWS::Athena::WorkGroup': ({ Name }) => Name,
  'AWS::CloudWatch::Alarm': ({ AlarmName }) => AlarmName,
  'AWS::CloudWatch::Dashboard': ({ DashboardName }) => DashboardName,
  'AWS::DynamoDB::Table': ({ TableName }) => TableName,
  'AWS::Events::Rule': ({ Name }) => Name,
  'AWS::Glue::Database': ({ DatabaseInput }) => (DatabaseInput as Properties).Name,
  'AWS::Glue::Table': ({ DatabaseName, TableInput }) =>
    `${DatabaseName as string}/${(TableInput as Properties).Name as string}`,
  'AWS::IAM::Role': ({ RoleName }) => RoleName,
  // Its name is one among those of its role.
  'AWS::IAM::Policy': () => undefined,
  'AWS::KMS::Key': () => undefined,
  'AWS::Lambda::EventInvokeConfig': () => undefined,
  'AWS::Lambda::EventSourceMapping': () => undefined,
  'AWS::Lambda::Function': ({ FunctionName }) => FunctionName,
  'AWS::Logs::LogGroup': ({ LogGroupName }) => LogGroupName,
  'AWS::S3::Bucket': ({ BucketName }) => BucketName,
  'AWS::S3::BucketPolicy': () => undefined,
  'AWS::Scheduler::Schedule': ({ Name }) => Name,
  'AWS::Scheduler::ScheduleGroup': ({ Name }) => Name,
  'AWS::SecretsManager::Secret': ({ Name }) => Name,
  'AWS::SNS::Subscription': () => undefined,
  'AWS::SNS::Topic': ({ TopicName }) => TopicName,
  'AWS::SNS::TopicPolicy': () => undefined,
  'AWS::SQS::Queue': ({ QueueName }) => QueueName,
  'AWS::SQS::QueuePolicy': () => undefined,
};

/** Stacks, exports, and fixed names of resources, as type and name. */
function fixedNames(templates: readonly StackTemplate[]): string[] {
  return templates.flatMap(({ stackName, Resources, Outputs }) => [
    `stack ${stackName}`,
    ...Object.values(Outputs as Record<string, { Export?: { Name: string } }>).flatMap(({ Export }) =>
      Export === undefined ? [] : [`export ${Export.Name}`],
    ),
    ...Object.values(Resources).flatMap(({ Type, Properties }) => {
      const identity = IDENTITIES[Type];
      if (identity === undefined) throw new Error(`what is unique of ${Type} is not known here`);
      const name = identity(Properties ?? {});
      return name === undefined ? [] : [`${Type} ${JSON.stringify(name)}`];
    }),
  ]);
}

const EVERYTHING = {
  sources: Array.from({ length: 21 }, (_, index) => ({ id: `tenant-${index + 1}` })),
  archive: { createKmsKey: true },
  detection: { chatNotifications: true },
};

function deployment(settings: Readonly<Record<string, unknown>> = {}): StackTemplate[] {
  return templatesOf(pipelineApp(settings));
}

describe('two deployments in one account and region', () => {
  it('share no name, whatever they deploy', () => {
    const one = fixedNames(deployment(EVERYTHING));
    const other = fixedNames(deployment({ ...EVERYTHING, stackName: 'NetskopeTest' }));
    expect(new Set([...one, ...other]).size).toBe(one.length + other.length);
    expect(other).toEqual(
      expect.arrayContaining([
        'stack NetskopeTest',
        'stack NetskopeTestSources2',
        'AWS::SecretsManager::Secret "NetskopeTest/tenant-1"',
        'AWS::CloudWatch::Alarm "NetskopeTest-tenant-1-no-data"',
        'AWS::CloudWatch::Alarm "NetskopeTest-dead-letters"',
        'AWS::CloudWatch::Alarm "NetskopeTestSources2-tenant-21-no-data"',
        'AWS::Athena::WorkGroup "NetskopeTest"',
        'AWS::Glue::Database "netskopetest"',
      ]),
    );
  });

  it('differ in no logical id, so that one template serves both', () => {
    const ids = (templates: readonly StackTemplate[]): string[][] =>
      templates.map(({ Resources }) => Object.keys(Resources));
    expect(ids(deployment({ stackName: 'NetskopeTest' }))).toEqual(ids(deployment()));
  });

  it('read only their own secrets', () => {
    const [template] = deployment({ stackName: 'NetskopeTest' });
    const policies = JSON.stringify(Object.values(template?.Resources ?? {}));
    expect(policies).toContain(':secret:NetskopeTest/*');
    expect(policies).not.toContain('NetskopeAudit/');
  });
});

describe('the metrics of a deployment', () => {
  /** Every different set of dimensions in alarms and dashboard, and what the functions call the deployment. */
  function telemetry(settings: Readonly<Record<string, unknown>>) {
    const [template] = deployment(settings);
    if (template === undefined) throw new Error('the application has no stack; expected one');
    const deployed = new DeployedTemplate(template);
    const { DashboardBody } = deployed.onlyOf('AWS::CloudWatch::Dashboard');
    const lines = (DashboardBody as string).matchAll(/\["NetskopeAudit","\w+",("[^{]*")/g);
    return {
      alarms: [...new Set(watchedMetrics(deployed).map(({ dimensions }) => JSON.stringify(dimensions)))],
      dashboard: [...new Set([...lines].map(([, dimensions]) => dimensions))],
      functions: deployed
        .ofType('AWS::Lambda::Function')
        .map(([, { Environment }]) => (Environment as { Variables: Properties }).Variables)
        .map(({ DEPLOYMENT, DEPLOYMENT_NAME }) => DEPLOYMENT ?? DEPLOYMENT_NAME),
    };
  }

  it('keep their identity under the default stack name: its alarms have a history', () => {
    expect(telemetry({})).toEqual({
      alarms: ['{"Alarm":"archive-damaged"}', '{"SourceId":"netskope"}'],
      dashboard: ['"SourceId","PickedSource"', '"SourceId","netskope"'],
      functions: [undefined, undefined, 'NetskopeAudit', 'NetskopeAudit'],
    });
  });

  it('name the deployment under another one', () => {
    expect(telemetry({ stackName: 'NetskopeTest' })).toEqual({
      alarms: [
        '{"Alarm":"archive-damaged","Deployment":"NetskopeTest"}',
        '{"Deployment":"NetskopeTest","SourceId":"netskope"}',
      ],
      dashboard: [
        '"Deployment","NetskopeTest","SourceId","PickedSource"',
        '"Deployment","NetskopeTest","SourceId","netskope"',
      ],
      functions: ['NetskopeTest', 'NetskopeTest', 'NetskopeTest', 'NetskopeTest'],
    });
  });
});
