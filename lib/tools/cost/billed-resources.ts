import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Source } from '../../../lambdas/contract/deployment/collector-event';
import { ROUND_MINUTES } from '../../../lambdas/contract/deployment/fleet';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { METRIC_NAMESPACE } from '../../../lambdas/contract/telemetry/metrics';
import { PipelineApp } from '../../aws/pipeline/pipeline-app';

const REPOSITORY = join(__dirname, '../../..');

/** Any folder: the price of a function does not depend on its code. */
const CODE_FOLDER = join(REPOSITORY, 'lambdas/contract');

/** Prefix of the ids of the priced sources, followed by a number. */
const TENANT_PREFIX = 'tenant-';
const BEFORE_KIND = new RegExp(`^[^-]+-(${TENANT_PREFIX}\\d+-)?`);
const METRIC_IN_BODY = new RegExp(`\\[\\\\+"(${METRIC_NAMESPACE}|AWS/\\w+)\\\\+",`, 'g');

/** What determines the bill of a deployment. */
export interface BilledResources {
  readonly secrets: number;
  /** Number of metrics of each dashboard. */
  readonly dashboardMetrics: readonly number[];
  readonly keys: number;
  /** For each kind of alarm, such as `no-data`: the alarms, and the metrics they evaluate, which are billed. */
  readonly alarms: ReadonlyMap<string, AlarmCount>;
  /** Minutes between two runs, for each source. */
  readonly scheduleMinutes: readonly number[];
  /** Sources with a daily recheck. */
  readonly recheckedSources: number;
  /** Memory of the largest function. */
  readonly functionMemoryMib: number;
  /** Detectors, each of which polls a queue all the time. */
  readonly queueReaders: number;
  /** Whether the sources are those of a fleet, of which the resources name none. @default false */
  readonly isFleet?: boolean;
}

interface AlarmCount {
  readonly alarms: number;
  readonly metrics: number;
}

/** Resource types that are counted below. */
const COUNTED = [
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::KMS::Key',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Scheduler::Schedule',
  'AWS::SecretsManager::Secret',
];

/** Billed only by use: requests, bytes, messages. */
const BILLED_BY_USE = [
  'AWS::Athena::WorkGroup',
  'AWS::DynamoDB::Table',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
];

/**
 * Glue is free for the first million objects of a catalog (https://aws.amazon.com/glue/pricing/). EventBridge bills no
 * rules, only events of a bucket, counted with their source (https://aws.amazon.com/eventbridge/pricing/).
 */
const FREE = [
  'AWS::Athena::NamedQuery',
  'AWS::CDK::Metadata',
  'AWS::Events::Rule',
  'AWS::Glue::Database',
  'AWS::Glue::Table',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::ScheduleGroup',
];

const PRICED = [...COUNTED, ...BILLED_BY_USE, ...FREE];

/**
 * Counts the resources of a deployment.
 * @throws Error for a resource type whose price is unknown, so that none is forgotten
 */
export function billedResources(resources: readonly TemplateResource[]): BilledResources {
  const unknown = resources.find(({ Type }) => !PRICED.includes(Type));
  if (unknown !== undefined)
    throw new Error(`resource type ${unknown.Type} has no price; expected one of ${PRICED.join(', ')}`);
  const ofType = (type: string): readonly TemplateResource[] => resources.filter(({ Type }) => Type === type);
  // The other one is that of the daily message.
  const ofSources = ofType('AWS::Scheduler::Schedule').filter(
    (schedule) => inputOf(schedule).sourceId !== undefined,
  );
  return {
    secrets: ofType('AWS::SecretsManager::Secret').length,
    dashboardMetrics: ofType('AWS::CloudWatch::Dashboard').map(metricsOf),
    keys: ofType('AWS::KMS::Key').length,
    alarms: countAlarms(ofType('AWS::CloudWatch::Alarm')),
    scheduleMinutes: ofSources.map(minutesBetweenRuns),
    recheckedSources: ofSources.filter((schedule) => inputOf(schedule).dailyRecheck === true).length,
    functionMemoryMib: Math.max(...ofType('AWS::Lambda::Function').map(memoryMib)),
    queueReaders: ofType('AWS::Lambda::EventSourceMapping').length,
  };
}

/**
 * Counts the resources of a fleet, and what its sources have besides: a secret each, a run in each round, and a recheck.
 * @throws Error as `billedResources`
 */
export function billedFleet(resources: readonly TemplateResource[], sourceCount: number): BilledResources {
  const { queueReaders, ...billed } = billedResources(resources);
  return {
    ...billed,
    secrets: sourceCount,
    scheduleMinutes: Array.from({ length: sourceCount }, () => ROUND_MINUTES),
    recheckedSources: sourceCount,
    // The other one is the collector.
    queueReaders: queueReaders - 1,
    isFleet: true,
  };
}

interface AlarmProperties {
  readonly AlarmName?: string;
  readonly Metrics?: readonly { readonly MetricStat?: unknown }[];
}

/** Each metric an alarm evaluates is an alarm metric; its expressions are not (Amazon CloudWatch pricing, "Alarms"). */
function countAlarms(alarms: readonly TemplateResource[]): Map<string, AlarmCount> {
  const counts = new Map<string, AlarmCount>();
  for (const { Properties = {} } of alarms) {
    const { AlarmName = '', Metrics } = Properties as AlarmProperties;
    const kind = kindOf(AlarmName);
    const { alarms: before, metrics } = counts.get(kind) ?? { alarms: 0, metrics: 0 };
    const evaluated = Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1;
    counts.set(kind, { alarms: before + 1, metrics: metrics + evaluated });
  }
  return counts;
}

/** `<stack>-tenant-1-no-data` and `<stack>-collector-errors`: the part after the source, or after the stack. */
function kindOf(alarmName: string): string {
  return alarmName.replace(BEFORE_KIND, '');
}

/** The body is JSON inside the template's JSON: a metric is a list that begins with its namespace. */
function metricsOf({ Properties = {} }: TemplateResource): number {
  return JSON.stringify(Properties.DashboardBody).match(METRIC_IN_BODY)?.length ?? 0;
}

function minutesBetweenRuns({ Properties = {} }: TemplateResource): number {
  const { ScheduleExpression } = Properties as { readonly ScheduleExpression?: string };
  const [, count, unit] = /^rate\((\d+) (minute|hour)s?\)$/.exec(ScheduleExpression ?? '') ?? [];
  if (count === undefined)
    throw new Error(`a schedule is ${ScheduleExpression}; expected rate(<number> minutes) or hours`);
  return Number(count) * (unit === 'hour' ? 60 : 1);
}

function inputOf({ Properties = {} }: TemplateResource): Partial<Source> {
  const { Target } = Properties as { readonly Target?: { readonly Input?: string } };
  return JSON.parse(Target?.Input ?? '{}') as Partial<Source>;
}

function memoryMib({ Properties = {} }: TemplateResource): number {
  const { MemorySize, Architectures } = Properties as {
    readonly MemorySize?: number;
    readonly Architectures?: readonly string[];
  };
  if (MemorySize === undefined || Architectures?.[0] !== 'arm64')
    throw new Error(`a function has ${MemorySize} MiB on ${Architectures?.[0]}; expected a size on arm64`);
  return MemorySize;
}

/** One resource of a CloudFormation template. */
interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/**
 * Every resource of a deployment of the application, with a number of sources that have the settings of the first
 * source in cdk.json, and one subscriber to alarms.
 * @param different settings laid over those of cdk.json
 */
export function deploymentResources(
  feed: Feed,
  sourceCount: number,
  different: Readonly<Record<string, unknown>> = {},
): TemplateResource[] {
  const text = readFileSync(join(REPOSITORY, 'cdk.json'), 'utf8');
  const { context } = JSON.parse(text) as { readonly context: Readonly<Record<string, unknown>> };
  const [first] = (context.sources ?? []) as readonly object[];
  const sources = Array.from({ length: sourceCount }, (_, index) => ({
    ...first,
    id: `${TENANT_PREFIX}${index + 1}`,
  }));
  const settings = { ...context, sources, alarmEmails: ['security@example.com'], ...different };
  const outdir = mkdtempSync(join(tmpdir(), 'cost-'));
  try {
    const parts = {
      feed,
      codeFolder: CODE_FOLDER,
      buildDetector: () => CODE_FOLDER,
      buildDailyMessage: () => CODE_FOLDER,
      buildFleet: () => CODE_FOLDER,
      buildVerifier: () => CODE_FOLDER,
    };
    const app = new PipelineApp(parts, { context: settings, outdir, builtinCloudFormationValidation: false });
    const assembly = app.synth({ skipValidation: true });
    return app.stacks.flatMap(({ stackName }) => {
      const template = assembly.getStackByName(stackName).template as {
        readonly Resources: Readonly<Record<string, TemplateResource>>;
      };
      return Object.values(template.Resources);
    });
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
