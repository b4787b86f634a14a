import { Annotations, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Feed } from '../../lambdas/contract/feed/feed';
import { collectedPrefixes, prefixesOf } from '../../lambdas/contract/storage/archive-layout';
import type { ArchiveSettings } from './archive-schema';

/** S3 serves both classes without delay, so Athena reads old events like new ones. */
const TIERS = [
  { storageClass: s3.StorageClass.INFREQUENT_ACCESS, afterDays: 90 },
  { storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL, afterDays: 365 },
];

/** How long a deleted or replaced version can be restored if events expire. */
const KEEP_NONCURRENT = Duration.days(30);
const KEEP_ACCESS_LOGS = Duration.days(365);

interface ArchiveProps {
  readonly feed: Feed;
  /** How the events are kept. */
  readonly settings: ArchiveSettings;
  /** Name of an existing bucket, whose own settings stay as they are. @default - one is made */
  readonly adopted?: string;
}

/**
 * The bucket of archive and quarantine. One that the stack makes is versioned, encrypted and not public, accepts only
 * TLS, has its accesses logged, and is retained when the stack is deleted.
 */
export class Archive extends Construct {
  readonly bucket: s3.IBucket;
  /** Key of the bucket; undefined if S3 encrypts with its own keys. */
  readonly key?: kms.IKey;
  /** Signs the daily heads; undefined if nothing does. */
  readonly signingKey?: kms.Key;
  /** Bucket of the server access logs. */
  readonly accessLogsBucket: s3.Bucket;

  constructor(scope: Construct, id: string, { feed, settings, adopted }: ArchiveProps) {
    super(scope, id);
    this.key = this.encryptionKey(settings);
    if (settings.signing) this.signingKey = this.newSigningKey();
    this.accessLogsBucket = new AccessLogs(this, 'AccessLogs').bucket;
    this.bucket =
      adopted === undefined
        ? this.newBucket(feed, settings)
        : s3.Bucket.fromBucketAttributes(this, 'Bucket', { bucketName: adopted, encryptionKey: this.key });
  }

  /** Allows reading everything in the archive: events, quarantine, alerts and manifest. */
  grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.bucket.grantRead(grantee);
  }

  /**
   * Sends an event to EventBridge for every new object. It sets the resource's own property: the one of `s3.Bucket`
   * deploys a function that may change the notifications of all buckets. Those of an adopted bucket are its owner's.
   */
  announceObjects(): void {
    const bucket = this.bucket.node.defaultChild as s3.CfnBucket | undefined;
    if (bucket === undefined) return this.askForAnnouncements();
    bucket.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }

  private askForAnnouncements(): void {
    Annotations.of(this).addWarningV2(
      'netskope-audit:adopted-bucket-announces',
      'Detection hears of new objects only if the bucket in adopt.archiveBucket sends its events to EventBridge, which a deployment cannot set there. See to it, in the S3 console: Properties > Amazon EventBridge > On.',
    );
  }

  private newBucket(feed: Feed, settings: ArchiveSettings): s3.Bucket {
    return new s3.Bucket(this, 'Bucket', {
      encryption: this.key === undefined ? s3.BucketEncryption.S3_MANAGED : s3.BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: this.key !== undefined,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: true,
      // Without a retention this locks nothing. CloudFormation cannot enable it on an existing bucket (AWS
      // CloudFormation user guide, AWS::S3::Bucket), so it is always on and a retention can be set at any later time.
      objectLockEnabled: true,
      objectLockDefaultRetention: retentionOf(settings),
      lifecycleRules: lifecycleRules(feed, settings),
      serverAccessLogsBucket: this.accessLogsBucket,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  /** Of a curve that OpenSSL and Node.js know, so that signatures can be checked without AWS. */
  private newSigningKey(): kms.Key {
    return new kms.Key(this, 'SigningKey', {
      description: 'Signs the heads of the hash chains over the archive of Netskope audit events',
      keySpec: kms.KeySpec.ECC_NIST_P256,
      keyUsage: kms.KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  private encryptionKey({ createKmsKey, kmsKeyArn }: ArchiveSettings): kms.IKey | undefined {
    if (kmsKeyArn !== undefined) return kms.Key.fromKeyArn(this, 'Key', kmsKeyArn);
    if (!createKmsKey) return undefined;
    return new kms.Key(this, 'Key', {
      description: 'Encrypts the archive of Netskope audit events',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}

function retentionOf({ objectLock }: ArchiveSettings): s3.ObjectLockRetention | undefined {
  if (objectLock === undefined) return undefined;
  const duration = Duration.days(objectLock.days);
  return objectLock.mode === 'COMPLIANCE'
    ? s3.ObjectLockRetention.compliance(duration)
    : s3.ObjectLockRetention.governance(duration);
}

/** Prefixes that expire with the events. Alerts are included, because they stay if detection is switched off later. */
function eventPrefixes(feed: Feed): string[] {
  return [...collectedPrefixes(feed), prefixesOf(feed).alerts];
}

function lifecycleRules(feed: Feed, settings: ArchiveSettings): s3.LifecycleRule[] {
  return [
    ...eventPrefixes(feed).map((prefix) => eventRule(`${prefix}/`, settings)),
    { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
  ];
}

/** An expiration must come after the transitions (Amazon S3 API reference, LifecycleRule): later tiers are left out. */
function eventRule(prefix: string, { expireAfterDays }: ArchiveSettings): s3.LifecycleRule {
  const tiers = TIERS.filter(({ afterDays }) => expireAfterDays === undefined || afterDays < expireAfterDays);
  const expiry =
    expireAfterDays === undefined
      ? {}
      : { expiration: Duration.days(expireAfterDays), noncurrentVersionExpiration: KEEP_NONCURRENT };
  return {
    id: prefix.replaceAll('/', ' ').trim(),
    prefix,
    transitions: tiers.map(({ storageClass, afterDays }) => ({
      storageClass,
      transitionAfter: Duration.days(afterDays),
    })),
    ...expiry,
  };
}

/** Server access logs of archive and query results, for a year: who read, wrote or deleted what. */
export class AccessLogs extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      // Log delivery supports only keys of S3 (Amazon S3 user guide, "Enabling Amazon S3 server access logging").
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ id: 'a-year', expiration: KEEP_ACCESS_LOGS }],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    Validations.of(this.bucket.node.findChild('Resource')).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'This bucket holds the access logs; a log of the log would have no end.',
    });
  }
}
