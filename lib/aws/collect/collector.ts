import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EnvVar } from '../../../lambdas/contract/deployment/environment';
import { allowedDomainsText } from '../../../lambdas/contract/deployment/tenant-host';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { FUNCTION_HANDLER } from '../../build/function-bundles';
import type { Archive } from '../archive/archive';
import type { CheckpointTable } from './checkpoint-table';
import { CollectorRole } from './collector-role';
import { DeadLetterQueue } from './dead-letter-queue';

/**
 * More than twice the peak of a run through pages of 10,000 events, as `npm run bench` measures it. More memory would
 * add CPU that only a backlog uses, and would be billed for every second of waiting for Netskope.
 */
const MEMORY_MIB = 512;

/** A call to Netskope may take two minutes, and a run that has a backlog makes many. */
const TIMEOUT = Duration.minutes(10);

/** The next scheduled run is the retry: an invocation that waited for longer than the default schedule is dropped. */
const MAX_EVENT_AGE = Duration.minutes(5);

export interface CollectorProps {
  readonly feed: Feed;
  /** Folder with the built function. */
  readonly codeFolder: string;
  readonly archive: Archive;
  readonly checkpointTable: CheckpointTable;
  /** What precedes the source id in the name of every source's secret. */
  readonly secretNamePrefix: string;
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
    this.failures = new DeadLetterQueue(this, 'Failures').queue;
    this.logGroup = new logs.LogGroup(this, 'Log', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = new lambda.Function(this, 'Function', {
      description: 'Collects the audit events of one Netskope tenant into the archive',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: FUNCTION_HANDLER,
      code: lambda.Code.fromAsset(props.codeFolder),
      memorySize: MEMORY_MIB,
      timeout: TIMEOUT,
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
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
  }
}
