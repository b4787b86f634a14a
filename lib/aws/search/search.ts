import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as athena from 'aws-cdk-lib/aws-athena';
import * as glue from 'aws-cdk-lib/aws-glue';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { feedTables } from './feed-tables';
import { glueTable } from './glue-table';
import { savedQueries } from './saved-queries';

/**
 * What one query may scan. Athena takes 5 USD a TB, so no query costs more than half a dollar; and an event takes about
 * 70 bytes in a compressed page, so a year of three million events a day still fits.
 */
const MAX_SCANNED_BYTES = 100_000_000_000;

export interface SearchProps {
  readonly feed: Feed;
  /** The bucket of archive, quarantine and alerts. */
  readonly bucket: s3.IBucket;
  /** Key that encrypts the archive, and so the results. @default - S3 encrypts the results with keys of its own */
  readonly key?: kms.IKey;
  /** Bucket that takes the server access logs of the results. */
  readonly accessLogsBucket: s3.IBucket;
  /** The sources that the saved queries name. */
  readonly sourceIds: readonly string[];
  /** Whether detection raises alerts, to be searched as well. */
  readonly hasAlerts: boolean;
}

/** Athena over the archive: tables in the Glue catalog, a workgroup and a bucket of results of its own, the first night's questions. */
export class Search extends Construct {
  readonly databaseName: string;
  readonly workgroupName: string;

  constructor(scope: Construct, id: string, props: SearchProps) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    // A name that needs no quoting in a query: lower case, and no hyphen ("Names for databases, tables, and columns", Athena User Guide).
    this.databaseName = stackName.toLowerCase().replaceAll('-', '_');
    this.workgroupName = stackName;
    const tables = this.createTables(props);
    const workgroup = this.createWorkgroup(props);
    for (const { name, description, sql } of savedQueries(props)) {
      const query = new athena.CfnNamedQuery(this, name, {
        name,
        description,
        queryString: sql,
        database: this.databaseName,
        workGroup: workgroup.name,
      });
      query.node.addDependency(workgroup, ...tables);
    }
  }

  private createTables({ feed, bucket, hasAlerts }: SearchProps): glue.CfnTable[] {
    const database = new glue.CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name: this.databaseName, description: `${feed.title}.` },
    });
    const { events, quarantine, redriven, alerts } = feedTables(feed);
    return [
      { id: 'AuditTable', table: events },
      { id: 'QuarantineTable', table: quarantine },
      { id: 'RedrivenTable', table: redriven },
      ...(hasAlerts ? [{ id: 'AlertsTable', table: alerts }] : []),
    ].map(({ id, table }) => {
      const resource = new glue.CfnTable(this, id, {
        catalogId: Aws.ACCOUNT_ID,
        databaseName: this.databaseName,
        tableInput: glueTable(table, bucket.bucketName),
      });
      resource.addResourceDependency(database);
      return resource;
    });
  }

  private createWorkgroup({ key, accessLogsBucket }: SearchProps): athena.CfnWorkGroup {
    const results = new QueryResults(this, 'QueryResults', { key, accessLogsBucket });
    return new athena.CfnWorkGroup(this, 'Workgroup', {
      name: this.workgroupName,
      description: 'Queries over the Netskope audit archive.',
      // The saved queries and the history would keep the workgroup, and with it the stack, from being deleted.
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        // Else the settings of the analyst's own client would decide where results go and whether they are encrypted.
        enforceWorkGroupConfiguration: true,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        bytesScannedCutoffPerQuery: MAX_SCANNED_BYTES,
        // Nothing here watches them.
        publishCloudWatchMetricsEnabled: false,
        resultConfiguration: {
          outputLocation: `s3://${results.bucket.bucketName}/`,
          encryptionConfiguration:
            key === undefined
              ? { encryptionOption: 'SSE_S3' }
              : { encryptionOption: 'SSE_KMS', kmsKey: key.keyArn },
          expectedBucketOwner: Aws.ACCOUNT_ID,
        },
      },
    });
  }
}

const KEEP = Duration.days(7);

interface QueryResultsProps {
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
