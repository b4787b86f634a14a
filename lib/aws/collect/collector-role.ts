import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { secretName } from '../../../lambdas/contract/deployment/source-secret';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { collectedPrefixes, prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import type { Archive } from '../archive/archive';
import {
  acknowledgeWildcards,
  allow,
  keyStatements,
  logStatement,
  metricStatement,
  objectsFinding,
} from '../pipeline/policy-statements';
import type { CheckpointTable } from './checkpoint-table';

export interface CollectorRoleProps {
  readonly feed: Feed;
  readonly archive: Archive;
  readonly checkpointTable: CheckpointTable;
  /** What precedes the source id in the name of every source's secret. */
  readonly secretNamePrefix: string;
  readonly logGroup: logs.ILogGroup;
  /** Where Lambda puts the input of a run that failed. */
  readonly failures: sqs.IQueue;
}

/** The collector's permissions: one statement for each thing it uses, and only the calls it makes. */
export class CollectorRole extends Construct {
  readonly role: iam.Role;
  private readonly secretNames: string;

  constructor(scope: Construct, id: string, props: CollectorRoleProps) {
    super(scope, id);
    const { feed, archive, checkpointTable, logGroup, failures } = props;
    this.secretNames = secretName(props.secretNamePrefix, '*');
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Collect: new iam.PolicyDocument({
          statements: [
            ...archiveStatements(feed, archive),
            allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [checkpointTable.table.tableArn]),
            allow(['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], [this.secretArns()]),
            metricStatement(),
            logStatement(logGroup),
            allow(['sqs:SendMessage'], [failures.queueArn]),
          ],
        }),
      },
    });
    this.acknowledgeWildcards(feed, archive);
  }

  private acknowledgeWildcards(feed: Feed, archive: Archive): void {
    const prefixes = prefixesOf(feed);
    const secrets = `arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${this.secretNames}`;
    acknowledgeWildcards(this.role, {
      [objectsFinding(archive, prefixes.archive)]:
        'Events are objects below this prefix, many more each day.',
      [objectsFinding(archive, prefixes.quarantine)]: 'Rejected events are objects below this prefix.',
      [objectsFinding(archive, prefixes.redriven)]:
        'Marks of what was validated again are objects below this prefix.',
      [objectsFinding(archive, prefixes.quarantinedPages)]:
        'Pages that could not be read are objects below this prefix.',
      [objectsFinding(archive, prefixes.redrivenPages)]:
        'Marks of pages that were read later are objects below this prefix.',
      [objectsFinding(archive, prefixes.manifest)]: 'Lines of the manifest are objects below this prefix.',
      [secrets]: 'The secrets of all sources, whose ARNs end in characters that Secrets Manager chooses.',
    });
  }

  /** Secrets Manager adds six characters to each ARN (AWS Secrets Manager user guide, "Identity-based policies"). */
  private secretArns(): string {
    return Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: this.secretNames,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}

function archiveStatements(feed: Feed, archive: Archive): iam.PolicyStatement[] {
  const { bucket } = archive;
  const { manifest, redrivenPages } = prefixesOf(feed);
  const collected = collectedPrefixes(feed);
  const written = [...collected, manifest];
  // The key of a page's mark is enough; the mark is not read.
  const read = written.filter((prefix) => prefix !== redrivenPages);
  const objects = (prefixes: readonly string[]): string[] =>
    prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`));
  // To compare pages, to find what to validate again, and to see whether a line of the manifest was removed.
  const listedKeys = [...collected, manifest].map((prefix) => `${prefix}/*`);
  return [
    allow(['s3:GetObject'], objects(read)),
    allow(['s3:PutObject'], objects(written)),
    allow(['s3:ListBucket'], [bucket.bucketArn], { StringLike: { 's3:prefix': listedKeys } }),
    ...keyStatements(archive),
  ];
}
