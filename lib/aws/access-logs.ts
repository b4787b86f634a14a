import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

const KEEP = Duration.days(365);

/** Who read, wrote or deleted what in the archive and in the query results: their server access logs, in a bucket of their own for a year. */
export class AccessLogs extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      // Log delivery writes with keys of S3 only (Amazon S3 user guide, "Enabling Amazon S3 server access logging").
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ id: 'a-year', expiration: KEEP }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this.bucket.node.findChild('Resource')).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'This bucket holds the access logs; a log of the log would have no end.',
    });
  }
}
