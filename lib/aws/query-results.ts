import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

const KEEP = Duration.days(7);

export interface QueryResultsProps {
  /** Key that encrypts the results. @default - S3 encrypts with keys of its own */
  readonly key?: kms.IKey;
  /** Bucket that takes the server access logs. */
  readonly accessLogsBucket: s3.IBucket;
}

/**
 * What Athena answered, for a week. Not in the archive: where that has a retention, Object Lock would keep each answer as
 * long as the events, and S3 would refuse those uploaded without a checksum (Amazon S3 user guide, "Object Lock
 * considerations"). Without versions, so that what expires is gone.
 */
export class QueryResults extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, { key, accessLogsBucket }: QueryResultsProps) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      encryption: key === undefined ? s3.BucketEncryption.S3_MANAGED : s3.BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: key !== undefined,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [{ id: 'a-week', expiration: KEEP, abortIncompleteMultipartUploadAfter: KEEP }],
      serverAccessLogsBucket: accessLogsBucket,
      // The archive's own log lies at the root of the same bucket.
      serverAccessLogsPrefix: 'query-results/',
      // CloudFormation deletes no bucket with objects in it, and a function that emptied it would need the right to delete.
      // Left behind, it is empty after a week and costs nothing.
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
