import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import type { TuningSettings } from '../../../lambdas/detector/core/rule/tuning';
import { DeployedTemplate } from '../deployed-template';
import type { Settings } from '../synthesized-app';
import { pipelineApp, pipelineTemplate, templatesOf } from '../synthesized-app';

const DETECTOR = 'Detection';

function deployed(settings: Settings = {}): DeployedTemplate {
  return new DeployedTemplate(pipelineTemplate(settings));
}

describe('detection with default settings', () => {
  const template = deployed();

  it('runs on ARM64 with the newest Node.js of Lambda, for a minute at most', () => {
    expect(template.onlyOf('AWS::Lambda::Function', DETECTOR)).toMatchObject({
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      MemorySize: 512,
      Timeout: 60,
    });
  });

  it('receives the names of archive, state table and alert topic, and where to query the events of an alert', () => {
    expect(template.onlyOf('AWS::Lambda::Function', DETECTOR).Environment).toEqual({
      Variables: {
        ARCHIVE_BUCKET: 'archivebucket49f1ac64',
        DETECTION_TABLE: 'detectiongroupstable9b829887',
        ALERT_TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:detectionalertstopic3d3c7615',
        WORKGROUP: 'NetskopeAudit',
        DATABASE: 'netskopeaudit',
      },
    });
  });

  it('keeps its log for three months', () => {
    const { LoggingConfig } = template.onlyOf('AWS::Lambda::Function', DETECTOR);
    expect(LoggingConfig).toEqual({ LogGroup: 'detectiondetectorloge1cf63e8' });
    expect(template.onlyOf('AWS::Logs::LogGroup', DETECTOR).RetentionInDays).toBe(90);
  });

  it('is invoked by its queue, at most twice at once, and reports failures per message', () => {
    expect(template.onlyOf('AWS::Lambda::EventSourceMapping')).toEqual({
      FunctionName: 'detectiondetectorfunction9554d220',
      EventSourceArn: 'arn:aws:sqs:us-east-1:111122223333:detectionobjectsqueue60264c18',
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  it('hides a message for six timeouts of the function, and gives it up after five deliveries', () => {
    expect(template.onlyOf('AWS::SQS::Queue', 'DetectionObjectsQueue')).toEqual({
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 360,
      MessageRetentionPeriod: 1_209_600,
      RedrivePolicy: {
        deadLetterTargetArn: 'arn:aws:sqs:us-east-1:111122223333:detectionobjectsundetectedqueue2d24985b',
        maxReceiveCount: 5,
      },
    });
  });

  it('is notified of each new object below netskope_audit/ in the archive, and of nothing else', () => {
    const [bucketId = ''] =
      template
        .ofType('AWS::S3::Bucket')
        .find(([, { NotificationConfiguration }]) => NotificationConfiguration !== undefined) ?? [];
    expect(template.nameOf(bucketId)).toBe('archivebucket49f1ac64');
    expect(template.onlyOf('AWS::Events::Rule', 'DetectionObjectsCreated')).toMatchObject({
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: {
          bucket: { name: ['archivebucket49f1ac64'] },
          object: { key: [{ prefix: 'netskope_audit/' }] },
        },
      },
      Targets: [
        {
          Arn: 'arn:aws:sqs:us-east-1:111122223333:detectionobjectsqueue60264c18',
          DeadLetterConfig: {
            Arn: 'arn:aws:sqs:us-east-1:111122223333:detectionobjectsundetectedqueue2d24985b',
          },
        },
      ],
    });
  });

  it('keeps state in a table that is billed per request, expires its items and is not deleted by mistake', () => {
    expect(template.onlyOf('AWS::DynamoDB::Table', DETECTOR)).toMatchObject({
      KeySchema: [{ AttributeName: 'groupId', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAtS', Enabled: true },
      DeletionProtectionEnabled: true,
    });
  });

  it('has an alarm on the dead letters of both queues', () => {
    const [, deadLetters] =
      template
        .ofType('AWS::CloudWatch::Alarm')
        .find(([, { AlarmName }]) => AlarmName === 'NetskopeAudit-dead-letters') ?? [];
    const text = JSON.stringify(deadLetters?.Metrics);
    expect(text).toContain('schedulesundeliveredqueuef987b4e9');
    expect(text).toContain('detectionobjectsundetectedqueue2d24985b');
  });
});

describe('the subscribers to alerts', () => {
  const ALERT_TOPIC = 'arn:aws:sns:us-east-1:111122223333:detectionalertstopic3d3c7615';
  const readers = (settings: Settings): unknown[] =>
    deployed(settings)
      .ofType('AWS::SNS::Subscription')
      .flatMap(([, { TopicArn, Endpoint }]) => (TopicArn === ALERT_TOPIC ? [Endpoint] : []));

  beforeEach(() => jest.spyOn(console, 'error').mockReturnValue());
  afterEach(() => jest.restoreAllMocks());

  it('are those of the alarms, unless the settings name others', () => {
    const alarmEmails = ['ops@example.com'];
    expect(readers({ alarmEmails })).toEqual(['ops@example.com']);
    expect(readers({ alarmEmails, detection: { alertEmails: ['soc@example.com'] } })).toEqual([
      'soc@example.com',
    ]);
    expect(readers({ alarmEmails, detection: { alertEmails: [] } })).toEqual([]);
  });

  it('may ask for messages of some severity and above', () => {
    const alertEmails = ['soc@example.com', { email: 'oncall@example.com', minSeverity: 'high' as const }];
    const policies = deployed({ detection: { alertEmails } })
      .ofType('AWS::SNS::Subscription')
      .filter(([, { TopicArn }]) => TopicArn === ALERT_TOPIC)
      .map(([, { Endpoint, FilterPolicy }]) => [Endpoint, FilterPolicy]);
    expect(policies).toEqual([
      ['soc@example.com', undefined],
      ['oncall@example.com', { severity: ['high', 'critical'] }],
    ]);
  });

  it('cause a warning if there are none, and only then', () => {
    const warning = Match.stringLikeRegexp('alerts reach nobody');
    const warningsOf = (alertEmails: string[]): unknown[] =>
      Annotations.fromStack(pipelineApp({ detection: { alertEmails } }).mainStack).findWarning('*', warning);
    expect(warningsOf([])).toHaveLength(1);
    expect(warningsOf(['soc@example.com'])).toHaveLength(0);
  });
});

describe('an exclusion whose last day is over', () => {
  const expiredIn = (detection: Settings): unknown[] =>
    Annotations.fromStack(pipelineApp({ detection }).mainStack)
      .findWarning('*', Match.stringLikeRegexp('has expired'))
      .map(({ entry }) => entry.data);

  beforeEach(() => jest.spyOn(console, 'error').mockReturnValue());
  afterEach(() => jest.restoreAllMocks());

  it('causes a warning that names it, wherever it is, and is no error', () => {
    const exclude = [{ user: 'scan*', because: 'red team', until: '2026-11-21' }];
    const inRule = [{ object: 'x' }, { event: 'Deleted*', until: '2025-12-31' }];
    expect(expiredIn({ exclude, rules: { 'many-deletes': { exclude: inRule } } })).toEqual([
      'detection.exclude[0] has expired: {"user":"scan*","because":"red team","until":"2026-11-21"} excludes no event after 2026-11-21. ' +
        'Remove it. [ack: netskope-audit:exclusion-expired]',
      'detection.rules.many-deletes.exclude[1] has expired: {"event":"Deleted*","until":"2025-12-31"} excludes no event after 2025-12-31. ' +
        'Remove it. [ack: netskope-audit:exclusion-expired]',
    ]);
  });

  it('causes none before: not on its last day, and not without an end', () => {
    expect(expiredIn({ exclude: [{ user: 'a', until: '2026-11-22' }, { user: 'b' }] })).toEqual([]);
  });
});

describe('the settings of detection', () => {
  it('are bundled beside the code, without those that the stack itself needs', () => {
    const built: TuningSettings[] = [];
    const rules = { 'many-deletes': { threshold: 25 } };
    const exclude = [
      {
        address: '198.51.100.0/24',
        object: 'Test *',
        apiPath: '/api/*',
        because: 'lab',
        until: '2026-11-22',
      },
    ];
    const detection = { enabled: true, alertEmails: ['soc@example.com'], rules, exclude };
    const folders: unknown[] = [];
    const buildDetector = (tuning: TuningSettings, rulesFolder?: string): string => {
      built.push(tuning);
      folders.push(rulesFolder);
      return __dirname;
    };
    pipelineApp({ detection }, { codeFolder: __dirname, buildDetector });
    expect(built.map((tuning) => JSON.parse(JSON.stringify(tuning)) as unknown)).toEqual([
      { rules, exclude },
    ]);
    const rulesFolder = mkdtempSync(join(tmpdir(), 'own-rules-'));
    pipelineApp({ detection: { rulesFolder } }, { codeFolder: __dirname, buildDetector });
    rmSync(rulesFolder, { recursive: true });
    expect(folders).toEqual([undefined, rulesFolder]);
  });

  it('remove all of detection if it is switched off, and change nothing else', () => {
    const OWN =
      /^(?:Detection|DetectorAlarms|SourcesnetskopeAlarmseventswithoutgroup|SearchNetskopeAuditAlerts|SearchAlertsTable|SearchLatestalerts|SearchAlertswiththeirevents|SearchTheeventsofanalert)/;
    const idsOf = (settings: Settings): string[] =>
      templatesOf(
        pipelineApp(settings, {
          codeFolder: __dirname,
          buildDetector: () => {
            throw new Error('the detector is built; expected not to be');
          },
        }),
      ).flatMap(({ Resources }) => Object.keys(Resources));
    const without = idsOf({ detection: { enabled: false } });
    const { template } = deployed();
    expect(without.filter((id) => OWN.test(id))).toEqual([]);
    expect(Object.keys(template.Resources).filter((id) => !OWN.test(id))).toEqual(without);
    const off = deployed({ detection: { enabled: false } });
    const text = JSON.stringify(off.template);
    expect(text).not.toContain('NotificationConfiguration');
    expect(text).not.toMatch(/AlertsRaised|EventsExcluded/);
    expect(Object.keys(off.template.Outputs).filter((name) => /Alert|Detect/.test(name))).toEqual([]);
  });
});
