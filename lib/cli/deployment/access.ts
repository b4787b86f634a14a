import type { Part } from './deployment-parts';

/** Actions of IAM, by the part of the deployment that they are allowed on. */
export type Access = Readonly<Partial<Record<Part, readonly string[]>>>;

export const FIND = { stacks: ['cloudformation:DescribeStacks'] } as const satisfies Access;
/** Objects that are encrypted with a key are read with it. */
export const READ_ARCHIVE = {
  archive: ['s3:ListBucket'],
  objects: ['s3:GetObject'],
  key: ['kms:Decrypt'],
} as const satisfies Access;
export const READ_CHECKPOINTS = { checkpoints: ['dynamodb:GetItem'] } as const satisfies Access;
/** The sources of a fleet are in the table: whatever finds the deployment reads them. */
export const FIND_FLEET = { checkpoints: ['dynamodb:BatchGetItem'] } as const satisfies Access;
export const CHANGE_FLEET = {
  ...FIND,
  checkpoints: [...FIND_FLEET.checkpoints, 'dynamodb:PutItem'],
} as const satisfies Access;
export const FILE_BACKFILL = {
  checkpoints: ['dynamodb:GetItem', 'dynamodb:PutItem'],
} as const satisfies Access;
export const READ_MUTES = { mutes: ['dynamodb:BatchGetItem'] } as const satisfies Access;
/** The heads of the chains of alerts are in the same table. */
export const READ_ALERT_HEADS = READ_MUTES;
export const CHANGE_MUTES = {
  mutes: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'],
} as const satisfies Access;
/** A secret without a value is told from one that is missing by its description. */
export const READ_SECRET = {
  secrets: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
} as const satisfies Access;
export const RUN_COLLECTOR = { collector: ['lambda:InvokeFunction'] } as const satisfies Access;
export const READ_ALARMS = {
  everyAlarm: ['cloudwatch:DescribeAlarms'],
  topics: ['sns:ListSubscriptionsByTopic'],
} as const satisfies Access;
export const READ_METRICS = { metrics: ['cloudwatch:GetMetricData'] } as const satisfies Access;

const CHANGING: ReadonlySet<string> = new Set([
  'athena:StartQueryExecution',
  'athena:StopQueryExecution',
  'cloudwatch:SetAlarmState',
  'dynamodb:PutItem',
  'kms:GenerateDataKey',
  'lambda:InvokeFunction',
  's3:AbortMultipartUpload',
  's3:PutObject',
  'secretsmanager:CreateSecret',
  'secretsmanager:PutSecretValue',
  'sns:Publish',
]);

/** Whether the action changes something, and does not only read. */
export function isChanging(action: string): boolean {
  return CHANGING.has(action);
}
