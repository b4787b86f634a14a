import type { Part } from './deployment-parts';

/** Actions of IAM, by the part of the deployment that they are allowed on. */
export type Access = Readonly<Partial<Record<Part, readonly string[]>>>;

const FIND = { stacks: ['cloudformation:DescribeStacks'] } as const satisfies Access;
/** Objects that are encrypted with a key are read with it. */
const READ_ARCHIVE = {
  archive: ['s3:ListBucket'],
  objects: ['s3:GetObject'],
  key: ['kms:Decrypt'],
} as const satisfies Access;
const READ_CHECKPOINTS = { checkpoints: ['dynamodb:GetItem'] } as const satisfies Access;
/** The sources of a fleet are in the table: whatever finds the deployment reads them. */
export const FIND_FLEET = { checkpoints: ['dynamodb:BatchGetItem'] } as const satisfies Access;
const CHANGE_FLEET = {
  ...FIND,
  checkpoints: [...FIND_FLEET.checkpoints, 'dynamodb:PutItem'],
} as const satisfies Access;
const FILE_BACKFILL = { checkpoints: ['dynamodb:GetItem', 'dynamodb:PutItem'] } as const satisfies Access;
const READ_MUTES = { mutes: ['dynamodb:BatchGetItem'] } as const satisfies Access;
const CHANGE_MUTES = { mutes: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'] } as const satisfies Access;
/** A secret without a value is told from one that is missing by its description. */
const READ_SECRET = {
  secrets: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
} as const satisfies Access;
const RUN_COLLECTOR = { collector: ['lambda:InvokeFunction'] } as const satisfies Access;
const READ_ALARMS = {
  everyAlarm: ['cloudwatch:DescribeAlarms'],
  topics: ['sns:ListSubscriptionsByTopic'],
} as const satisfies Access;
const READ_METRICS = { metrics: ['cloudwatch:GetMetricData'] } as const satisfies Access;

const DOCTOR = {
  ...FIND,
  ...READ_SECRET,
  ...READ_CHECKPOINTS,
  ...READ_ARCHIVE,
  ...READ_METRICS,
  ...READ_ALARMS,
} as const satisfies Access;
const VERIFY = { ...FIND, ...READ_SECRET, ...READ_CHECKPOINTS, ...READ_ARCHIVE } as const satisfies Access;

/**
 * What each command needs in AWS, and what it needs with an option that asks for more. sts:GetCallerIdentity is left out,
 * for it needs no permission (AWS STS API reference).
 */
export const COMMAND_ACCESS = {
  'alerts list': { ...FIND, ...READ_ARCHIVE },
  'alerts show': { ...FIND, ...READ_ARCHIVE },
  backfill: { ...FIND, ...FILE_BACKFILL, ...RUN_COLLECTOR },
  completion: {},
  detect: { ...FIND, ...READ_ARCHIVE, ...READ_MUTES },
  doctor: DOCTOR,
  'doctor --send-test-alarm': { ...DOCTOR, alarms: ['cloudwatch:SetAlarmState'] },
  'doctor --send-test-alert': { ...DOCTOR, alertTopic: ['sns:Publish'] },
  mute: { ...FIND, ...CHANGE_MUTES },
  'mute list': { ...FIND, ...READ_MUTES },
  'mute end': { ...FIND, ...CHANGE_MUTES },
  policy: FIND,
  'quarantine list': { ...FIND, ...READ_ARCHIVE },
  'quarantine show': { ...FIND, ...READ_ARCHIVE },
  'quarantine redrive': { ...FIND, archive: READ_ARCHIVE.archive, ...RUN_COLLECTOR },
  report: { ...VERIFY, ...READ_METRICS, everyAlarm: READ_ALARMS.everyAlarm },
  rewind: { ...FIND, ...READ_CHECKPOINTS, ...RUN_COLLECTOR },
  'rules new': {},
  'rules test': {},
  setup: {
    ...FIND,
    secrets: [...READ_SECRET.secrets, 'secretsmanager:PutSecretValue'],
    ...READ_CHECKPOINTS,
    ...RUN_COLLECTOR,
    ...READ_ALARMS,
  },
  'sources list': { ...FIND, ...FIND_FLEET },
  'sources add': { ...CHANGE_FLEET, secrets: ['secretsmanager:CreateSecret'] },
  'sources retire': CHANGE_FLEET,
  status: {
    ...FIND,
    ...READ_CHECKPOINTS,
    ...READ_ARCHIVE,
    ...READ_METRICS,
    everyAlarm: READ_ALARMS.everyAlarm,
  },
  tail: { ...FIND, ...READ_ARCHIVE },
  verify: VERIFY,
  'verify --file-backfill': { ...VERIFY, ...FILE_BACKFILL },
  'verify --chain': { ...FIND, ...READ_CHECKPOINTS, ...READ_ARCHIVE },
} as const satisfies Readonly<Record<string, Access>>;

/**
 * What queries of docs/search.md need besides the commands of an analyst: the workgroup, the catalog, the archive and a
 * place for their results (Amazon Athena user guide, "Example workgroup policies", "Access to Amazon S3", "Configure
 * access to databases and tables in the AWS Glue Data Catalog"). The lists are for the query editor of the console.
 * Tables have partition projection, so no partition is read from the catalog.
 */
export const QUERY_ACCESS = {
  athena: ['athena:ListDataCatalogs', 'athena:ListEngineVersions', 'athena:ListWorkGroups'],
  dataCatalog: [
    'athena:GetDatabase',
    'athena:GetTableMetadata',
    'athena:ListDatabases',
    'athena:ListTableMetadata',
  ],
  workgroup: [
    'athena:BatchGetNamedQuery',
    'athena:BatchGetQueryExecution',
    'athena:GetNamedQuery',
    'athena:GetQueryExecution',
    'athena:GetQueryResults',
    'athena:GetQueryResultsStream',
    'athena:GetWorkGroup',
    'athena:ListNamedQueries',
    'athena:ListQueryExecutions',
    'athena:StartQueryExecution',
    'athena:StopQueryExecution',
  ],
  tables: ['glue:GetDatabase', 'glue:GetDatabases', 'glue:GetTable', 'glue:GetTables'],
  archive: ['s3:GetBucketLocation'],
  results: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
  resultObjects: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
  key: ['kms:GenerateDataKey'],
} as const satisfies Access;

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
