import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ScheduleDefault } from '../../../lambdas/contract/deployment/collector-event';
import { EnvVar } from '../../../lambdas/contract/deployment/environment';
import { secretName } from '../../../lambdas/contract/deployment/source-secret';
import { allowedDomainsText } from '../../../lambdas/contract/deployment/tenant-host';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { collectedPrefixes, prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import { CHECKPOINT_KEY } from '../../../lambdas/contract/storage/checkpoint-table';
import { deploymentOf } from '../../../lambdas/contract/telemetry/metrics';
import type { Archive } from '../archive';
import { deployedFunction, functionLog } from '../resource/deployed-function';
import { namePrefixOf } from '../resource/deployment-name';
import {
  acknowledgeWildcards,
  allow,
  arnInFinding,
  keyStatements,
  listStatement,
  logStatement,
  metricStatement,
  objectsBelow,
  objectsFinding,
} from '../resource/policy-statements';
import { DeadLetterQueue } from './dead-letter-queue';

/**
 * More than twice the peak of a run through pages of 10,000 events, as `npm run bench` measures it. More memory would
 * add CPU that only a backlog uses, and would be billed for every second of waiting for Netskope.
 */
const MEMORY_MIB = 512;

/** A call to Netskope may take two minutes, and a run that has a backlog makes many. */
export const COLLECTOR_TIMEOUT = Duration.minutes(10);

/** The next scheduled run is the retry: an invocation that waited for longer than the default schedule is dropped. */
const MAX_EVENT_AGE = Duration.minutes(ScheduleDefault.minutes);

interface CollectorProps {
  readonly feed: Feed;
  /** Folder with the built function. */
  readonly codeFolder: string;
  readonly archive: Archive;
  readonly checkpointTable: CheckpointTable;
  /** What precedes the source id in the name of every secret that the deployment makes. */
  readonly secretNamePrefix: string;
  /** Names and ARNs of the other secrets. @default - none */
  readonly adoptedSecrets?: readonly string[];
  /** Domains besides Netskope's own that tokens may be sent to. @default - none */
  readonly allowedDomains?: readonly string[];
}

/**
 * The function that collects one source per invocation, with its role, its log and the queue of failed runs. It
 * reserves no concurrency: accounts with a low quota could not deploy it (AWS Lambda developer guide, "Understanding
 * function scaling"), and the lease in the checkpoint already keeps two runs of a source apart. It is not traced: X-Ray
 * would bill every run, whether the traces are used or not.
 */
export class Collector extends Construct {
  readonly function: lambda.Function;
  readonly logGroup: logs.LogGroup;
  /** Inputs of the runs that failed, with the error. */
  readonly failures: sqs.Queue;

  constructor(scope: Construct, id: string, props: CollectorProps) {
    super(scope, id);
    const { archive, checkpointTable, secretNamePrefix, allowedDomains = [] } = props;
    const deployment = deploymentOf(namePrefixOf(this));
    this.failures = new DeadLetterQueue(this, 'Failures').queue;
    this.logGroup = functionLog(this);
    this.function = deployedFunction(this, {
      description: 'Collects the audit events of one Netskope tenant into the archive',
      codeFolder: props.codeFolder,
      memorySize: MEMORY_MIB,
      timeout: COLLECTOR_TIMEOUT,
      role: new CollectorRole(this, 'Role', { ...props, logGroup: this.logGroup, failures: this.failures })
        .role,
      logGroup: this.logGroup,
      retryAttempts: 0,
      maxEventAge: MAX_EVENT_AGE,
      onFailure: { bind: () => ({ destination: this.failures.queueArn }) },
      environment: {
        [EnvVar.ArchiveBucket]: archive.bucket.bucketName,
        [EnvVar.CheckpointTable]: checkpointTable.table.tableName,
        [EnvVar.SecretNamePrefix]: secretNamePrefix,
        ...(allowedDomains.length > 0 && { [EnvVar.AllowedDomains]: allowedDomainsText(allowedDomains) }),
        ...(deployment !== undefined && { [EnvVar.Deployment]: deployment }),
      },
    });
  }
}

/** One item per stream: how far it was collected. Without it a source starts over, so nothing may delete it. */
export class CheckpointTable extends Construct {
  readonly table: dynamodb.ITable;

  /** @param adopted name of an existing table; one is made without it */
  constructor(scope: Construct, id: string, adopted?: string) {
    super(scope, id);
    this.table =
      adopted === undefined ? this.newTable() : dynamodb.Table.fromTableName(this, 'Table', adopted);
  }

  private newTable(): dynamodb.Table {
    return new dynamodb.Table(this, 'Table', {
      partitionKey: { name: CHECKPOINT_KEY, type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}

interface CollectorRoleProps {
  readonly feed: Feed;
  readonly archive: Archive;
  readonly checkpointTable: CheckpointTable;
  /** What precedes the source id in the name of every secret that the deployment makes. */
  readonly secretNamePrefix: string;
  /** Names and ARNs of the other secrets. @default - none */
  readonly adoptedSecrets?: readonly string[];
  readonly logGroup: logs.ILogGroup;
  /** Where Lambda puts the input of a run that failed. */
  readonly failures: sqs.IQueue;
}

/** The collector's permissions: one statement for each thing it uses, and only the calls it makes. */
class CollectorRole extends Construct {
  readonly role: iam.Role;
  constructor(scope: Construct, id: string, props: CollectorRoleProps) {
    super(scope, id);
    const { feed, archive, checkpointTable, secretNamePrefix, adoptedSecrets = [] } = props;
    const { logGroup, failures } = props;
    const ownSecrets = this.secretArn(secretName(secretNamePrefix, '*'));
    const otherSecrets = adoptedSecrets
      .filter((secret) => !secret.startsWith(secretNamePrefix))
      .map((secret) => (secret.startsWith('arn:') ? secret : this.secretArn(`${secret}-??????`)));
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Collect: new iam.PolicyDocument({
          statements: [
            ...archiveStatements(feed, archive),
            allow(
              ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem'],
              [checkpointTable.table.tableArn],
            ),
            allow(
              ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
              [ownSecrets, ...otherSecrets],
            ),
            metricStatement(),
            logStatement(logGroup),
            allow(['sqs:SendMessage'], [failures.queueArn]),
          ],
        }),
      },
    });
    this.acknowledgeWildcards(feed, archive, ownSecrets);
  }

  private acknowledgeWildcards(feed: Feed, archive: Archive, ownSecrets: string): void {
    const prefixes = prefixesOf(feed);
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
      [arnInFinding(this, ownSecrets)]:
        'The secrets of all sources, whose ARNs end in characters that Secrets Manager chooses.',
    });
  }

  /** Secrets Manager adds six characters to each ARN (AWS Secrets Manager user guide, "Identity-based policies"). */
  private secretArn(resourceName: string): string {
    return Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}

function archiveStatements(feed: Feed, archive: Archive): iam.PolicyStatement[] {
  // Read and listed to compare pages, to find what to validate again, and what was written before a death.
  const prefixes = [...collectedPrefixes(feed), prefixesOf(feed).manifest];
  return [
    allow(['s3:GetObject', 's3:PutObject'], objectsBelow(archive, prefixes)),
    listStatement(archive, prefixes),
    ...keyStatements(archive),
  ];
}
