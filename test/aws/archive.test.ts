import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import { Archive } from '../../lib/aws/archive';
import type { ArchiveSettings } from '../../lib/aws/archive-schema';

function archiveTemplate(settings: Partial<ArchiveSettings> = {}): Template {
  const stack = new Stack(new App({ context: { '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true } }));
  new Archive(stack, 'Archive', {
    feed: AUDIT_FEED,
    settings: { createKmsKey: false, signing: false, selfVerification: true, ...settings },
  });
  return Template.fromStack(stack);
}

/** Properties of the archive's bucket, the only one with versions. */
function bucketProperties(template: Template): Record<string, unknown> {
  const versioned = { Properties: { VersioningConfiguration: { Status: 'Enabled' } } };
  const [bucket] = Object.values(template.findResources('AWS::S3::Bucket', versioned));
  return (bucket as { readonly Properties: Record<string, unknown> }).Properties;
}

function lifecycleOf(template: Template): unknown {
  return bucketProperties(template).LifecycleConfiguration;
}

const CLOSED = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true,
};

describe('the archive', () => {
  const asItComes = archiveTemplate();

  it('is kept when the stack is deleted, and so are its access logs', () => {
    asItComes.allResources('AWS::S3::Bucket', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('is closed to the public, and so are its access logs', () => {
    asItComes.allResourcesProperties('AWS::S3::Bucket', { PublicAccessBlockConfiguration: CLOSED });
  });

  it('denies requests without TLS, or with TLS older than 1.2', () => {
    for (const Condition of [
      { Bool: { 'aws:SecureTransport': 'false' } },
      { NumericLessThan: { 's3:TlsVersion': 1.2 } },
    ]) {
      asItComes.allResourcesProperties('AWS::S3::BucketPolicy', {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Action: 's3:*', Principal: { AWS: '*' }, Condition }),
          ]),
        },
      });
    }
  });

  it('logs every access to a separate bucket, for a year', () => {
    expect(bucketProperties(asItComes).LoggingConfiguration).toEqual({
      DestinationBucketName: { Ref: 'ArchiveAccessLogsBucket095C3280' },
    });
    asItComes.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [{ Id: 'a-year', ExpirationInDays: 365, Status: 'Enabled' }] },
    });
  });

  it('is encrypted with S3-managed keys unless a KMS key is requested', () => {
    expect(bucketProperties(asItComes).BucketEncryption).toMatchObject({
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    });
  });

  it('can have a rotating key of its own, which is kept when the stack is deleted', () => {
    const template = archiveTemplate({ createKmsKey: true });
    expect(bucketProperties(template).BucketEncryption).toEqual({
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: {
            SSEAlgorithm: 'aws:kms',
            KMSMasterKeyID: { 'Fn::GetAtt': ['ArchiveKey3EF5EDE5', 'Arn'] },
          },
        },
      ],
    });
    template.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { EnableKeyRotation: true },
    });
  });

  it('is encrypted with the given key', () => {
    const kmsKeyArn = 'arn:aws:kms:eu-central-1:123456789012:key/6b1d2c3e-0000-4000-8000-000000000000';
    const template = archiveTemplate({ kmsKeyArn });
    expect(bucketProperties(template).BucketEncryption).toMatchObject({
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID: kmsKeyArn } }],
    });
    template.resourceCountIs('AWS::KMS::Key', 0);
  });

  it('moves old events to cheaper classes that Athena can read, and lets none expire', () => {
    const Transitions = [
      { StorageClass: 'STANDARD_IA', TransitionInDays: 90 },
      { StorageClass: 'GLACIER_IR', TransitionInDays: 365 },
    ];
    expect(lifecycleOf(asItComes)).toEqual({
      Rules: [
        { Id: 'netskope_audit', Prefix: 'netskope_audit/', Status: 'Enabled', Transitions },
        {
          Id: 'quarantine netskope_audit',
          Prefix: 'quarantine/netskope_audit/',
          Status: 'Enabled',
          Transitions,
        },
        {
          Id: 'quarantine pages netskope_audit',
          Prefix: 'quarantine/pages/netskope_audit/',
          Status: 'Enabled',
          Transitions,
        },
        { Id: 'redriven netskope_audit', Prefix: 'redriven/netskope_audit/', Status: 'Enabled', Transitions },
        {
          Id: 'redriven pages netskope_audit',
          Prefix: 'redriven/pages/netskope_audit/',
          Status: 'Enabled',
          Transitions,
        },
        { Id: 'alerts netskope_audit', Prefix: 'alerts/netskope_audit/', Status: 'Enabled', Transitions },
        {
          Id: 'unfinished-uploads',
          Status: 'Enabled',
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        },
      ],
    });
  });

  it('lets events expire after the configured days, without moves that would come later', () => {
    expect(lifecycleOf(archiveTemplate({ expireAfterDays: 365 }))).toMatchObject({
      Rules: [
        {
          Prefix: 'netskope_audit/',
          ExpirationInDays: 365,
          NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 90 }],
        },
        { Prefix: 'quarantine/netskope_audit/', ExpirationInDays: 365 },
        { Prefix: 'quarantine/pages/netskope_audit/', ExpirationInDays: 365 },
        { Prefix: 'redriven/netskope_audit/', ExpirationInDays: 365 },
        { Prefix: 'redriven/pages/netskope_audit/', ExpirationInDays: 365 },
        { Prefix: 'alerts/netskope_audit/', ExpirationInDays: 365 },
        {},
      ],
    });
  });

  it('announces new objects only on request, and then to EventBridge', () => {
    expect(bucketProperties(asItComes).NotificationConfiguration).toBeUndefined();
    const stack = new Stack();
    new Archive(stack, 'Archive', {
      feed: AUDIT_FEED,
      settings: { createKmsKey: false, signing: false, selfVerification: true },
    }).announceObjects();
    const template = Template.fromStack(stack);
    expect(bucketProperties(template).NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    template.resourceCountIs('AWS::Lambda::Function', 0);
  });

  it('can be locked at any later time, and locks nothing until then', () => {
    const { ObjectLockEnabled, ObjectLockConfiguration } = bucketProperties(asItComes);
    expect(ObjectLockEnabled).toBe(true);
    expect(ObjectLockConfiguration).toBeUndefined();
  });

  it.each(['GOVERNANCE', 'COMPLIANCE'] as const)(
    'locks events in %s mode for the configured days',
    (mode) => {
      const template = archiveTemplate({ objectLock: { mode, days: 365 } });
      expect(bucketProperties(template).ObjectLockConfiguration).toEqual({
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: mode, Days: 365 } },
      });
    },
  );
});
