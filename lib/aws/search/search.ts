import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as athena from 'aws-cdk-lib/aws-athena';
import * as glue from 'aws-cdk-lib/aws-glue';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { namePrefixOf } from '../resource/deployment-name';
import { feedTables } from './feed-tables';
import { glueTable, glueView } from './glue-catalog';
import { savedQueries } from './saved-queries';

/**
 * What one query may scan. Athena charges 5 USD per TB, so a query costs at most half a dollar. An event takes about 70
 * bytes in a compressed page, so a year of three million events a day still fits.
 */
const MAX_SCANNED_BYTES = 100_000_000_000;

interface SearchProps {
  readonly feed: Feed;
  /** The bucket of archive, quarantine and alerts. */
  readonly bucket: s3.IBucket;
  /** Key of the archive, which also encrypts the results. @default - S3 encrypts the results with its own keys */
  readonly key?: kms.IKey;
  /** Bucket that takes the server access logs of the results. */
  readonly accessLogsBucket: s3.IBucket;
  /** The sources that the saved queries name. */
  readonly sourceIds: readonly string[];
  /** Whether detection is on, so that alerts can be searched as well. */
  readonly hasAlerts: boolean;
  /** Name of an existing database that gets the tables. @default - one is made */
  readonly adoptedDatabase?: string;
}

/** Athena over the archive: tables in the Glue catalog, a workgroup, its own bucket of results, and saved queries. */
export class Search extends Construct {
  readonly databaseName: string;
  readonly workgroupName: string;
  readonly resultsBucket: s3.IBucket;

  constructor(scope: Construct, id: string, props: SearchProps) {
    super(scope, id);
    const name = namePrefixOf(this);
    // Needs no quotes in a query ("Names for databases, tables, and columns", Athena User Guide).
    this.databaseName = props.adoptedDatabase ?? name.toLowerCase().replaceAll('-', '_');
    this.workgroupName = name;
    const tables = this.createTables(props);
    this.resultsBucket = new QueryResults(this, 'QueryResults', props).bucket;
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

  private createTables({ feed, bucket, hasAlerts, adoptedDatabase }: SearchProps): glue.CfnTable[] {
    const database = adoptedDatabase === undefined ? this.newDatabase(feed) : undefined;
    const { events, ocsf, lines, fields, quarantine, redriven, alerts } = feedTables(feed);
    const tables = {
      AuditTable: fields,
      LinesTable: lines,
      QuarantineTable: quarantine,
      RedrivenTable: redriven,
      ...(hasAlerts ? { AlertsTable: alerts } : {}),
    };
    const inputs: Readonly<Record<string, glue.CfnTable.TableInputProperty>> = {
      ...Object.fromEntries(
        Object.entries(tables).map(([id, table]) => [id, glueTable(table, bucket.bucketName)]),
      ),
      EventsView: glueView(events, this.databaseName),
      ...(ocsf === undefined ? {} : { OcsfView: glueView(ocsf, this.databaseName) }),
    };
    return Object.entries(inputs).map(([id, tableInput]) => {
      const resource = new glue.CfnTable(this, id, {
        catalogId: Aws.ACCOUNT_ID,
        databaseName: this.databaseName,
        tableInput,
      });
      if (database !== undefined) resource.addResourceDependency(database);
      return resource;
    });
  }

  private newDatabase({ title }: Feed): glue.CfnDatabase {
    return new glue.CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name: this.databaseName, description: `${title}.` },
    });
  }

  private createWorkgroup({ key }: SearchProps): athena.CfnWorkGroup {
    return new athena.CfnWorkGroup(this, 'Workgroup', {
      name: this.workgroupName,
      description: 'Queries over the Netskope audit archive.',
      // Otherwise saved queries and history would prevent the deletion of the workgroup, and of the stack with it.
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        // Otherwise the analyst's client would decide where results go and whether they are encrypted.
        enforceWorkGroupConfiguration: true,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        bytesScannedCutoffPerQuery: MAX_SCANNED_BYTES,
        // No alarm or dashboard uses them.
        publishCloudWatchMetricsEnabled: false,
        resultConfiguration: {
          outputLocation: `s3://${this.resultsBucket.bucketName}/`,
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
  /** Key that encrypts the results. @default - S3 encrypts with its own keys */
  readonly key?: kms.IKey;
  /** Bucket that takes the server access logs. */
  readonly accessLogsBucket: s3.IBucket;
}

/**
 * Query results, kept for a week. They are not in the archive: if it has a retention, Object Lock would keep each
 * result as long as the events, and S3 would refuse those uploaded without a checksum (Amazon S3 user guide, "Object
 * Lock considerations"). Without versions, so that what expires is gone.
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
      // The archive's own access logs are at the root of the same bucket.
      serverAccessLogsPrefix: 'query-results/',
      // CloudFormation does not delete a bucket with objects in it, and a function that empties it would need the right
      // to delete. A retained bucket is empty after a week and costs nothing.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}
