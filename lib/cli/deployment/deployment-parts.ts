import { StackOutput } from '../../../lambdas/contract/deployment/deployment-outputs';
import { ExitCode, OperatorError } from '../operator-error';
import type { Deployment } from './deployment';

/** A part of a deployment that actions are allowed on. */
export type Part = keyof ReturnType<typeof partsOf>;

/**
 * The ARNs of each part, none if the deployment does not have it. Actions that know no resource, and DescribeAlarms,
 * which looks among all alarms, are allowed on more (AWS Service Authorization Reference, of each service). Names that
 * CloudFormation makes begin with that of the stack; further sources are in stacks of their own.
 * @throws OperatorError if the stack is of a version that does not say where query results are
 */
export function partsOf({ stackName, name, outputs }: Deployment) {
  const { Database, QueryResultsBucket, AlertTopic, ChatTopic, DetectionTable, ArchiveKey } = outputs;
  if (Database === undefined || QueryResultsBucket === undefined) throw ofEarlierVersion(stackName);
  const [, partition, , region, account] = outputs.AlarmTopic.split(':');
  const arn = (service: string, resource: string): string =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const bucket = (bucketName: string): string => `arn:${partition}:s3:::${bucketName}`;
  const table = (tableName: string): string => arn('dynamodb', `table/${tableName}`);
  const further = `${stackName}Sources*`;
  return {
    stacks: [arn('cloudformation', `stack/${stackName}/*`), arn('cloudformation', `stack/${further}/*`)],
    archive: [bucket(outputs.ArchiveBucket)],
    objects: [bucket(`${outputs.ArchiveBucket}/*`)],
    key: some(ArchiveKey),
    checkpoints: [table(outputs.CheckpointTable)],
    mutes: some(DetectionTable).map(table),
    secrets: [arn('secretsmanager', `secret:${outputs.SecretNamePrefix}*`)],
    collector: [arn('lambda', `function:${outputs.CollectorFunction}`)],
    metrics: ['*'],
    everyAlarm: [arn('cloudwatch', 'alarm:*')],
    alarms: [arn('cloudwatch', `alarm:${name}-*`), arn('cloudwatch', `alarm:${further}-*`)],
    topics: [
      outputs.AlarmTopic,
      ...some(AlertTopic),
      ...some(ChatTopic),
      // Of sources with addresses of their own.
      arn('sns', `${stackName}-*NotificationsTopic*`),
      arn('sns', `${further}-*NotificationsTopic*`),
    ],
    alertTopic: some(AlertTopic),
    athena: ['*'],
    dataCatalog: [arn('athena', 'datacatalog/AwsDataCatalog')],
    workgroup: [arn('athena', `workgroup/${outputs.Workgroup}`)],
    // Athena needs the default database, whatever it queries (see QUERY_ACCESS).
    tables: ['catalog', 'database/default', `database/${Database}`, `table/${Database}/*`].map((resource) =>
      arn('glue', resource),
    ),
    results: [bucket(QueryResultsBucket)],
    resultObjects: [bucket(`${QueryResultsBucket}/*`)],
  };
}

function some(value: string | undefined): string[] {
  return value === undefined ? [] : [value];
}

function ofEarlierVersion(stackName: string): OperatorError {
  return new OperatorError({
    what: `Stack ${stackName} lacks the outputs ${StackOutput.Database} and ${StackOutput.QueryResultsBucket}, which name what a policy allows.`,
    whatToDo: 'Deploy the version of this checkout: npx cdk deploy --all',
    exitCode: ExitCode.NoDeployment,
  });
}
