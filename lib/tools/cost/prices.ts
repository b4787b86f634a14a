/** Day on which the prices were last checked against their sources. */
export const PRICES_AS_OF = '2026-11-22';
export const PRICES_REGION = 'us-east-1';

/** The price of one use of AWS. */
export interface Price {
  readonly label: string;
  readonly unit: string;
  readonly usd: number;
  /** The number of units that cost `usd`. */
  readonly per: number;
  /** Units a month that every account gets free of charge, without end; all uses of the account share them. */
  readonly free?: number;
  /** AWS's page with the price, for the next check. */
  readonly page: string;
  /** What the number was checked against. `memory`: nothing, because the page could not be opened. */
  readonly checkedWith: string;
}

const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const S3 = 'https://aws.amazon.com/s3/pricing/';
const SECRETS_MANAGER = 'https://aws.amazon.com/secrets-manager/pricing/';
const KMS = 'https://aws.amazon.com/kms/pricing/';
const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';

const CLOUDWATCH_PAGE = 'copy of the page (free tier); factualminds.com, June 2026 (prices)';
const DYNAMODB_ARTICLE = 'airbyte.com, July 2025, after the cut of November 2024';

/** List prices without tax, by use. */
export const PRICES = {
  alarms: {
    label: 'CloudWatch alarms',
    unit: 'alarm metrics',
    usd: 0.1,
    per: 1,
    free: 10,
    page: CLOUDWATCH,
    checkedWith: CLOUDWATCH_PAGE,
  },
  metrics: {
    label: 'CloudWatch custom metrics',
    unit: 'metrics',
    usd: 0.3,
    per: 1,
    free: 10,
    page: CLOUDWATCH,
    checkedWith: 'copy of the page (free tier); signoz.io, February 2026 (price)',
  },
  dashboards: {
    label: 'CloudWatch dashboard, up to 50 metrics',
    unit: 'dashboards',
    usd: 3,
    per: 1,
    free: 3,
    page: CLOUDWATCH,
    checkedWith: CLOUDWATCH_PAGE,
  },
  largeDashboards: {
    label: 'CloudWatch dashboard, more metrics',
    unit: 'dashboards',
    usd: 3,
    per: 1,
    page: CLOUDWATCH,
    checkedWith: CLOUDWATCH_PAGE,
  },
  metricCalls: {
    label: 'CloudWatch PutMetricData',
    unit: 'calls',
    usd: 0.01,
    per: 1000,
    free: 1_000_000,
    page: CLOUDWATCH,
    checkedWith: 'copy of the page (free tier); memory (price)',
  },
  metricReads: {
    label: 'CloudWatch GetMetricData',
    unit: 'metrics',
    usd: 0.01,
    per: 1000,
    page: CLOUDWATCH,
    checkedWith: 'copy of the page (not in the free tier); support.site24x7.com (price)',
  },
  logsIngested: {
    label: 'CloudWatch Logs, ingested',
    unit: 'GB',
    usd: 0.5,
    per: 1,
    free: 5,
    page: CLOUDWATCH,
    checkedWith: CLOUDWATCH_PAGE,
  },
  logsStored: {
    label: 'CloudWatch Logs, stored',
    unit: 'GB',
    usd: 0.03,
    per: 1,
    page: CLOUDWATCH,
    checkedWith: 'memory',
  },
  secrets: {
    label: 'Secrets Manager secrets',
    unit: 'secrets',
    usd: 0.4,
    per: 1,
    page: SECRETS_MANAGER,
    checkedWith: 'hivebook.wiki',
  },
  secretCalls: {
    label: 'Secrets Manager GetSecretValue',
    unit: 'calls',
    usd: 0.05,
    per: 10_000,
    page: SECRETS_MANAGER,
    checkedWith: 'hivebook.wiki',
  },
  functionSeconds: {
    label: 'Lambda duration, ARM64',
    unit: 'GB-seconds',
    usd: 0.000_013_333_4,
    per: 1,
    free: 400_000,
    page: LAMBDA,
    checkedWith: 'git.mcrn.ar/mariano/lambda_local_runner, lambda-13-cost.md',
  },
  functionRequests: {
    label: 'Lambda requests',
    unit: 'requests',
    usd: 0.2,
    per: 1_000_000,
    free: 1_000_000,
    page: LAMBDA,
    checkedWith: 'git.mcrn.ar/mariano/lambda_local_runner, lambda-13-cost.md',
  },
  schedules: {
    label: 'EventBridge Scheduler',
    unit: 'invocations',
    usd: 1,
    per: 1_000_000,
    free: 14_000_000,
    page: 'https://aws.amazon.com/eventbridge/pricing/',
    checkedWith: 'cloudburn.io, March 2026',
  },
  bucketEvents: {
    label: 'EventBridge, events of the bucket',
    unit: 'events',
    usd: 1,
    per: 1_000_000,
    page: 'https://aws.amazon.com/eventbridge/pricing/',
    checkedWith: 'copy of the page (that they are billed); memory (price)',
  },
  busEvents: {
    label: 'EventBridge, events of a fleet',
    unit: 'events',
    usd: 1,
    per: 1_000_000,
    page: 'https://aws.amazon.com/eventbridge/pricing/',
    checkedWith: 'memory',
  },
  queueRequests: {
    label: 'SQS requests',
    unit: 'requests',
    usd: 0.4,
    per: 1_000_000,
    free: 1_000_000,
    page: 'https://aws.amazon.com/sqs/pricing/',
    checkedWith: 'memory',
  },
  tableWrites: {
    label: 'DynamoDB writes, on demand',
    unit: 'write units',
    usd: 0.625,
    per: 1_000_000,
    page: DYNAMODB,
    checkedWith: DYNAMODB_ARTICLE,
  },
  tableReads: {
    label: 'DynamoDB reads, on demand',
    unit: 'read units',
    usd: 0.125,
    per: 1_000_000,
    page: DYNAMODB,
    checkedWith: DYNAMODB_ARTICLE,
  },
  objectWrites: {
    label: 'S3 PUT and LIST',
    unit: 'requests',
    usd: 0.005,
    per: 1000,
    page: S3,
    checkedWith: 'memory',
  },
  objectReads: {
    label: 'S3 GET',
    unit: 'requests',
    usd: 0.0004,
    per: 1000,
    page: S3,
    checkedWith: 'memory',
  },
  objectStorage: {
    label: 'S3 storage, after a year',
    unit: 'GB',
    usd: 0.023,
    per: 1,
    page: S3,
    checkedWith: 'go-cloud.io, 2025 or later',
  },
  scanned: {
    label: 'Athena, scanned',
    unit: 'TB',
    usd: 5,
    per: 1,
    page: 'https://aws.amazon.com/athena/pricing/',
    checkedWith: 'memory',
  },
  keys: {
    label: 'KMS keys',
    unit: 'keys',
    usd: 1,
    per: 1,
    page: KMS,
    checkedWith: 'memory',
  },
  keyRequests: {
    label: 'KMS requests',
    unit: 'requests',
    usd: 0.03,
    per: 10_000,
    free: 20_000,
    page: KMS,
    checkedWith: 'memory',
  },
} as const satisfies Readonly<Record<string, Price>>;

/** Whether a price, or a part of it, was checked against nothing. */
export function isFromMemory({ checkedWith }: Price): boolean {
  return checkedWith.includes('memory');
}

export type PricedUse = keyof typeof PRICES;
