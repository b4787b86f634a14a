import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { DeployedTemplate } from './deployed-template';
import { AuditStage, foreignApp } from './pipeline/foreign-app';
import { inOneLine, permissionsOf } from './pipeline/permissions';
import type { Settings } from './synthesized-app';
import { pipelineApp, pipelineTemplate, resourcesOfType } from './synthesized-app';

const TOPIC = 'arn:aws:sns:us-east-1:111122223333:soc';
const EMEA_SECRET = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:emea/netskope-Ab12Cd';

const ADOPTION = {
  archiveBucket: 'audit-archive',
  checkpointTable: 'audit-checkpoints',
  alarmTopicArn: TOPIC,
  glueDatabase: 'security',
};

const SETTINGS: Settings = {
  sources: [
    { id: 'corp', secret: 'security/corp' },
    { id: 'emea', secret: EMEA_SECRET },
    { id: 'apac', secret: 'NetskopeAudit/earlier' },
    { id: 'us' },
  ],
  adopt: ADOPTION,
};

describe('a deployment that adopts what exists', () => {
  const template = pipelineTemplate(SETTINGS);
  const deployed = new DeployedTemplate(template);

  it('makes no archive, no checkpoint table, no topic of alarms, no database, and no secret for a source that has one', () => {
    const idsOf = (type: string): string[] => resourcesOfType(template, type).map(([id]) => id);
    expect(idsOf('AWS::S3::Bucket')).toEqual([
      'ArchiveAccessLogsBucket095C3280', // of the query results
      'SearchQueryResultsBucketD701271E',
    ]);
    expect(idsOf('AWS::DynamoDB::Table')).toEqual(['DetectionGroupsTable9B829887']);
    expect(idsOf('AWS::SNS::Topic')).toEqual(['DetectionAlertsTopic3D3C7615']);
    expect(idsOf('AWS::Glue::Database')).toEqual([]);
    expect(idsOf('AWS::SecretsManager::Secret')).toEqual(['SourcesusSecret1920C249']);
  });

  it('gives its functions the names of what is adopted', () => {
    const variablesOf = (idPrefix: string): unknown =>
      deployed.onlyOf('AWS::Lambda::Function', idPrefix).Environment;
    expect(variablesOf('Collector')).toMatchObject({
      Variables: { ARCHIVE_BUCKET: 'audit-archive', CHECKPOINT_TABLE: 'audit-checkpoints' },
    });
    expect(variablesOf('Detection')).toMatchObject({
      Variables: { ARCHIVE_BUCKET: 'audit-archive', DATABASE: 'security' },
    });
    expect(variablesOf('DailyMessage')).toMatchObject({
      Variables: { CHECKPOINT_TABLE: 'audit-checkpoints', ALARM_TOPIC_ARN: TOPIC },
    });
  });

  it('tells collector and command line which secret a source has', () => {
    const source = { startLookbackHours: 24, scheduleMinutes: 5, dailyRecheck: true };
    const sources = [
      { sourceId: 'corp', label: 'corp', ...source, secret: 'security/corp' },
      { sourceId: 'emea', label: 'emea', ...source, secret: EMEA_SECRET },
      { sourceId: 'apac', label: 'apac', ...source, secret: 'NetskopeAudit/earlier' },
      { sourceId: 'us', label: 'us', ...source },
    ];
    const inputs = deployed
      .ofType('AWS::Scheduler::Schedule')
      .filter(([id]) => id.startsWith('Sources'))
      .map(([, { Target }]) => JSON.parse((Target as { readonly Input: string }).Input) as unknown);
    expect(inputs).toEqual(sources);
    expect(JSON.parse(deployed.resolve(template.Outputs.Sources?.Value) as string)).toEqual(sources);
  });

  it('names what is adopted in the outputs that the command line reads', () => {
    const output = (name: string): unknown => deployed.resolve(template.Outputs[name]?.Value);
    expect(['ArchiveBucket', 'CheckpointTable', 'AlarmTopic'].map(output)).toEqual([
      'audit-archive',
      'audit-checkpoints',
      TOPIC,
    ]);
  });

  it('puts tables and saved queries into the adopted database', () => {
    const databases = ['AWS::Glue::Table', 'AWS::Athena::NamedQuery'].map((type) =>
      deployed.ofType(type).map(([, { DatabaseName, Database }]) => DatabaseName ?? Database),
    );
    for (const names of databases) expect(new Set(names)).toEqual(new Set(['security']));
  });

  it('notifies the adopted topic of alarms, and subscribes the addresses of the settings to it', () => {
    const alarms = deployed
      .ofType('AWS::CloudWatch::Alarm')
      .flatMap(([, { AlarmActions }]) => AlarmActions ?? []);
    expect(new Set(alarms)).toEqual(new Set([TOPIC]));
    const subscriptions = deployed
      .ofType('AWS::SNS::Subscription')
      .map(([, { TopicArn, Endpoint }]) => [TopicArn, Endpoint]);
    expect(subscriptions).toContainEqual([TOPIC, 'soc@example.com']);
  });

  it('hands new objects of the adopted bucket to detection', () => {
    expect(deployed.onlyOf('AWS::Events::Rule', 'DetectionObjectsCreated').EventPattern).toMatchObject({
      detail: { bucket: { name: ['audit-archive'] } },
    });
  });

  it('changes nothing that is adopted: no policy, no notification, no retention', () => {
    for (const type of ['AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy'])
      expect(JSON.stringify(deployed.ofType(type))).not.toMatch(/audit-archive|:soc"/);
    expect(resourcesOfType(template, 'Custom::S3BucketNotifications')).toEqual([]);
  });

  it('may do to it what it may do to its own, and read of other secrets only those that are named', () => {
    const own = permissionsOf(new DeployedTemplate(pipelineTemplate({ sources: [{ id: 'us' }] })));
    const permissions = permissionsOf(deployed);
    const ofFunctions = (all: typeof own): string[] =>
      all
        .filter(({ principal }) => /^(Collector|Daily|DetectionDetector|Recoveries|Verifier)/.test(principal))
        .map(inOneLine);
    const adopted = ofFunctions(own).map((line) =>
      line
        .replaceAll('archivebucket49f1ac64', 'audit-archive')
        .replaceAll('checkpointstable83451f64', 'audit-checkpoints')
        .replaceAll(/\S+:notificationstopicae679cbd/g, TOPIC),
    );
    const further = ofFunctions(permissions).filter((line) => !adopted.includes(line));
    expect(further.sort()).toEqual([
      `Allow CollectorRoleFDAC1528 secretsmanager:DescribeSecret on ${EMEA_SECRET}`,
      'Allow CollectorRoleFDAC1528 secretsmanager:DescribeSecret on arn:aws:secretsmanager:us-east-1:111122223333:secret:security/corp-??????',
      `Allow CollectorRoleFDAC1528 secretsmanager:GetSecretValue on ${EMEA_SECRET}`,
      'Allow CollectorRoleFDAC1528 secretsmanager:GetSecretValue on arn:aws:secretsmanager:us-east-1:111122223333:secret:security/corp-??????',
    ]);
    expect(adopted.filter((line) => !ofFunctions(permissions).includes(line))).toEqual([]);
  });

  it('uses the key of the archive that is named, and so do those whom the app lets read it', () => {
    jest.spyOn(console, 'error').mockReturnValue();
    const kmsKeyArn = 'arn:aws:kms:us-east-1:111122223333:key/6b1d2c3e-0000-4000-8000-000000000000';
    const stage = new AuditStage(foreignApp(), 'Test', {
      pipeline: { adopt: { archiveBucket: 'audit-archive' }, archive: { kmsKeyArn } },
    });
    const users = permissionsOf(new DeployedTemplate(stage.template()))
      .filter(({ action, resource }) => action === 'kms:Decrypt' && resource === kmsKeyArn)
      .map(({ principal }) => principal.replace(/(Role)?[0-9A-F]{8}$/, ''));
    expect(users).toEqual(['AuditCollector', 'AuditDetectionDetector', 'AuditVerifier', 'Analyst']);
    jest.restoreAllMocks();
  });
});

it('keeps every logical id that is not adopted, so that a later change of mind replaces nothing else', () => {
  const idsOf = (settings: Settings): string[] => Object.keys(pipelineTemplate(settings).Resources);
  const left = idsOf({ adopt: ADOPTION });
  expect(idsOf({}).filter((id) => !left.includes(id))).toEqual([
    'ArchiveBucket49F1AC64',
    'ArchiveBucketPolicy13E3D5ED',
    'CheckpointsTable83451F64',
    'NotificationsTopicAE679CBD',
    'NotificationsTopicPolicyAF92D34A',
    'SearchDatabase7ADD21AB',
  ]);
});

describe('the warnings of a deployment', () => {
  function warningsOf(settings: Settings): unknown[] {
    jest.spyOn(console, 'error').mockReturnValue();
    const { mainStack: pipeline } = pipelineApp(settings);
    return Annotations.fromStack(pipeline)
      .findWarning('*', Match.anyValue())
      .map(({ entry }) => /[^.:]+/.exec(entry.data as string)?.[0]);
  }
  afterEach(() => jest.restoreAllMocks());

  it('say what detection needs of an adopted bucket, and only then', () => {
    expect(warningsOf(SETTINGS)).toEqual(['Detection hears of new objects only if the bucket in adopt']);
    expect(warningsOf({ ...SETTINGS, detection: { enabled: false } })).toEqual([]);
    expect(warningsOf({})).toEqual([]);
  });

  it('take for granted that somebody reads an adopted topic', () => {
    const detection = { alertEmails: ['soc@example.com'] };
    expect(warningsOf({ alarmEmails: [], detection })).toEqual(['alarmEmails is empty']);
    expect(warningsOf({ alarmEmails: [], detection, adopt: { alarmTopicArn: TOPIC } })).toEqual([]);
  });
});
