import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { Archive } from '../../../lib/aws/archive';
import { CheckpointTable, Collector } from '../../../lib/aws/collect/collector';

const FUNCTION = 'AWS::Lambda::Function';

describe('the collector', () => {
  const stack = new Stack(new App());
  new Collector(stack, 'Collector', {
    feed: AUDIT_FEED,
    codeFolder: join(__dirname, '../../../lambdas/contract'),
    archive: new Archive(stack, 'Archive', {
      feed: AUDIT_FEED,
      settings: { createKmsKey: false, signing: false, selfVerification: true },
    }),
    checkpointTable: new CheckpointTable(stack, 'Checkpoints'),
    secretNamePrefix: 'NetskopeAudit/',
  });
  const template = Template.fromStack(stack);

  it('runs on ARM64 with the newest Node.js of Lambda', () => {
    template.hasResourceProperties(FUNCTION, { Architectures: ['arm64'], Runtime: 'nodejs24.x' });
  });

  it('has the export of the bundle as its handler', () => {
    template.hasResourceProperties(FUNCTION, { Handler: 'index.handler' });
  });

  it('receives the names of archive, checkpoint table and secrets', () => {
    const [collector] = Object.values(template.findResources(FUNCTION)) as [
      { Properties: { Environment: unknown } },
    ];
    expect(collector.Properties.Environment).toEqual({
      Variables: {
        ARCHIVE_BUCKET: { Ref: 'ArchiveBucket49F1AC64' },
        CHECKPOINT_TABLE: { Ref: 'CheckpointsTable83451F64' },
        SECRET_NAME_PREFIX: 'NetskopeAudit/',
        DEPLOYMENT: 'Default', // the name of the test's stack is not the default one
      },
    });
  });

  it('has ten minutes, and three times the memory of its largest page', () => {
    template.hasResourceProperties(FUNCTION, { Timeout: 600, MemorySize: 512 });
  });

  it('is not retried after a failure, or after waiting five minutes: the next scheduled run is the retry', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 300,
    });
  });

  it('keeps the input of a failed run in an encrypted queue for two weeks', () => {
    const [queueId] = Object.keys(template.findResources('AWS::SQS::Queue'));
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [queueId, 'Arn'] } } },
    });
    template.hasResourceProperties('AWS::SQS::Queue', {
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 1_209_600,
    });
  });

  it('keeps its log for three months', () => {
    const [logGroupId] = Object.keys(template.findResources('AWS::Logs::LogGroup', {}));
    template.hasResourceProperties(FUNCTION, { LoggingConfig: { LogGroup: { Ref: logGroupId } } });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });

  it('reserves no concurrency of the account, and pays for no traces', () => {
    const [collector] = Object.values(template.findResources(FUNCTION)) as [{ Properties: object }];
    expect(collector.Properties).not.toHaveProperty('ReservedConcurrentExecutions');
    expect(collector.Properties).not.toHaveProperty('TracingConfig');
  });
});

describe('the checkpoint table', () => {
  const stack = new Stack(new App());
  new CheckpointTable(stack, 'Checkpoints');
  const template = Template.fromStack(stack);

  it('has the key that the collector uses', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [{ AttributeName: 'streamId', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'streamId', AttributeType: 'S' }],
    });
  });

  it('is billed per request', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', { BillingMode: 'PAY_PER_REQUEST' });
  });

  it('can be restored to any second of the last weeks', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('is not deleted by mistake, nor with the stack', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true },
    });
  });
});
