import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { AccessLogs } from '../../../lib/aws/archive';
import { QueryResults } from '../../../lib/aws/search/search';

const BUCKET_ID = 'QueryResultsBucket8914DAAE';

function resultsTemplate({ withKey }: { readonly withKey: boolean }): Template {
  const stack = new Stack(new App({ context: { '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true } }));
  new QueryResults(stack, 'QueryResults', {
    key: withKey ? new kms.Key(stack, 'Key') : undefined,
    accessLogsBucket: new AccessLogs(stack, 'AccessLogs').bucket,
  });
  return Template.fromStack(stack);
}

interface BucketResource {
  readonly DeletionPolicy: string;
  readonly UpdateReplacePolicy: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

function bucketOf(template: Template): BucketResource {
  const bucket = template.findResources('AWS::S3::Bucket')[BUCKET_ID];
  if (bucket === undefined) throw new Error(`the template has no bucket ${BUCKET_ID}; expected one`);
  return bucket as unknown as BucketResource;
}

describe('the results of queries', () => {
  const template = resultsTemplate({ withKey: false });
  const { Properties, ...policies } = bucketOf(template);

  it('are deleted after a week, and so are unfinished uploads', () => {
    expect(Properties.LifecycleConfiguration).toEqual({
      Rules: [
        {
          Id: 'a-week',
          Status: 'Enabled',
          ExpirationInDays: 7,
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        },
      ],
    });
  });

  it('are neither locked nor kept as older versions, which would outlive that week', () => {
    for (const name of ['ObjectLockEnabled', 'ObjectLockConfiguration', 'VersioningConfiguration']) {
      expect(Properties).not.toHaveProperty(name);
    }
  });

  it('are in a bucket that is kept when the stack is deleted, so that it cannot stop the deletion', () => {
    expect(policies).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });

  it('are closed to the public and belong to this account, whoever wrote them', () => {
    expect(Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(Properties.OwnershipControls).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
  });

  it.each([
    ['without TLS', { Bool: { 'aws:SecureTransport': 'false' } }],
    ['with a TLS older than 1.2', { NumericLessThan: { 's3:TlsVersion': 1.2 } }],
  ])('deny requests %s', (_name, Condition) => {
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      Bucket: { Ref: BUCKET_ID },
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Action: 's3:*', Principal: { AWS: '*' }, Condition }),
        ]),
      },
    });
  });

  it('have every access logged, separately from the log of the archive', () => {
    expect(Properties.LoggingConfiguration).toEqual({
      DestinationBucketName: { Ref: 'AccessLogsBucketCD784A59' },
      LogFilePrefix: 'query-results/',
    });
  });

  it('are encrypted with S3-managed keys if the archive has no key', () => {
    expect(Properties.BucketEncryption).toMatchObject({
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    });
  });

  it('are encrypted with the key of the archive if it has one', () => {
    expect(bucketOf(resultsTemplate({ withKey: true })).Properties.BucketEncryption).toEqual({
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: {
            SSEAlgorithm: 'aws:kms',
            KMSMasterKeyID: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] },
          },
        },
      ],
    });
  });
});
