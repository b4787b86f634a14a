import { Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { allowedDomainsText } from '../../../lambdas/contract/deployment/tenant-host';
import { addStackOutput } from '../resource/stack-output';
import type { SharedPart } from './source-group';

interface OutputParts extends Pick<
  SharedPart,
  'archive' | 'collector' | 'notifications' | 'search' | 'secretNamePrefix'
> {
  readonly deploymentName: string;
  readonly allowedDomains: readonly string[];
  readonly table: ITable;
}

/** The outputs that every deployment has: the command line finds it by them, and people its parts. */
export function addOutputs(
  scope: Construct,
  {
    archive,
    collector,
    notifications,
    search,
    secretNamePrefix,
    deploymentName,
    allowedDomains,
    table,
  }: OutputParts,
): void {
  addStackOutput(scope, 'ArchiveBucket', {
    value: archive.bucket.bucketName,
    description: 'Holds the events and the quarantine',
  });
  addStackOutput(scope, 'CheckpointTable', {
    value: table.tableName,
    description: 'Remembers how far each source was collected',
  });
  addStackOutput(scope, 'CollectorFunction', {
    value: collector.function.functionName,
    description: 'Collects one source an invocation',
  });
  addStackOutput(scope, 'SecretNamePrefix', {
    value: secretNamePrefix,
    description: 'Precedes the source id in the name of each secret',
  });
  addStackOutput(scope, 'AlarmTopic', {
    value: notifications.topic.topicArn,
    description: 'Subscribe here whatever shall hear of alarms',
  });
  addStackOutput(scope, 'Workgroup', {
    value: search.workgroupName,
    description: 'Athena workgroup with the saved queries',
  });
  addStackOutput(scope, 'Database', {
    value: search.databaseName,
    description: 'Glue database with the tables',
  });
  addStackOutput(scope, 'QueryResultsBucket', {
    value: search.resultsBucket.bucketName,
    description: 'Holds the results of queries for a week',
  });
  if (archive.key !== undefined)
    addStackOutput(scope, 'ArchiveKey', {
      value: archive.key.keyArn,
      description: 'Encrypts the archive and the results of queries',
    });
  if (archive.signingKey !== undefined)
    addStackOutput(scope, 'SigningKey', {
      value: archive.signingKey.keyArn,
      description: 'Signs the daily heads of the hash chains',
    });
  if (deploymentName !== Stack.of(scope).stackName)
    addStackOutput(scope, 'DeploymentName', {
      value: deploymentName,
      description: 'What the names of alarms, secrets and metrics go by',
    });
  if (allowedDomains.length > 0)
    addStackOutput(scope, 'AllowedDomains', {
      value: allowedDomainsText(allowedDomains),
      description: "Domains beside Netskope's own that tokens may be sent to",
    });
}
