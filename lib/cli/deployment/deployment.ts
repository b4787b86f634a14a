import type { Stack } from '@aws-sdk/client-cloudformation';
import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Source } from '../../../lambdas/contract/deployment/collector-event';
import {
  OPTIONAL_STACK_OUTPUTS,
  sourcesStackName,
  StackOutput,
} from '../../../lambdas/contract/deployment/deployment-outputs';
import type { FleetSource } from '../../../lambdas/contract/deployment/fleet';
import { parseAllowedDomains } from '../../../lambdas/contract/deployment/tenant-host';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { readSourceList } from '../../../lambdas/shared/fleet-sources';
import { parsedJson } from '../../../lambdas/shared/json-text';
import { ExitCode, OperatorError } from '../operator-error';
import type { AwsChoice } from './aws-clients';
import { AwsClients } from './aws-clients';

/** Values of the pipeline stack's outputs. */
type DeploymentOutputs = Readonly<Record<Exclude<keyof typeof StackOutput, OptionalOutput>, string>> &
  Readonly<Partial<Record<OptionalOutput, string>>>;

type OptionalOutput = (typeof OPTIONAL_STACK_OUTPUTS)[number];

/** One source of one of the stacks. */
export interface SourceInStack
  extends Source, Partial<Pick<FleetSource, 'addedAtMs' | 'noDataWindowMinutes'>> {
  /**
   * What the names of its alarms begin with: the name of the deployment, or of a stack of further sources. Absent in a
   * fleet, whose alarms are about all of its sources.
   */
  readonly namePrefix?: string;
}

interface DeploymentParts {
  /** What it collects. */
  readonly feed: Feed;
  /** Name of the pipeline's stack. */
  readonly stackName: string;
  readonly region: string;
  readonly outputs: DeploymentOutputs;
  /** Every source of every stack, in the order of the settings. */
  readonly sources: readonly SourceInStack[];
  /** Clients for the account and region of the stack. */
  readonly aws: AwsClients;
}

/** A deployed pipeline: its outputs, its sources, and clients for its account and region. */
export class Deployment {
  readonly feed: Feed;
  readonly stackName: string;
  readonly region: string;
  readonly outputs: DeploymentOutputs;
  readonly sources: readonly SourceInStack[];
  readonly aws: AwsClients;

  constructor(parts: DeploymentParts) {
    this.feed = parts.feed;
    this.stackName = parts.stackName;
    this.region = parts.region;
    this.outputs = parts.outputs;
    this.sources = parts.sources;
    this.aws = parts.aws;
  }

  /** What metrics and the names of alarms go by. It is the name of the stack, unless the construct is in another app's stack. */
  get name(): string {
    return this.outputs.DeploymentName ?? this.stackName;
  }

  /** Whether its sources are in the table. */
  get isFleet(): boolean {
    return this.outputs.FleetFunction !== undefined;
  }

  /** Domains besides Netskope's own that the deployed collector sends tokens to. */
  get allowedDomains(): readonly string[] {
    return parseAllowedDomains(this.outputs.AllowedDomains) ?? [];
  }

  /**
   * The source with this id; without an id, the only one.
   * @throws OperatorError that names the available ids
   */
  source(sourceId?: string): SourceInStack {
    const [only, ...others] = this.sources;
    if (sourceId === undefined && only !== undefined && others.length === 0) return only;
    const found = this.sources.find((source) => source.sourceId === sourceId);
    if (found !== undefined) return found;
    const ids = shownIds(this.sources);
    const add = this.isFleet ? ADD_TO_FLEET : ADD_TO_SETTINGS;
    throw sourceId === undefined
      ? new OperatorError({
          what: `Which source? Stack ${this.stackName} has ${ids || 'none'}.`,
          whatToDo: ids === '' ? add.first : 'Name one of them.',
          exitCode: ExitCode.WrongUsage,
        })
      : new OperatorError({
          what: `Stack ${this.stackName} has no source ${JSON.stringify(sourceId)}; it has ${ids || 'none'}.`,
          whatToDo: add.another,
          exitCode: ExitCode.NoDeployment,
        });
  }
}

const ADD_TO_SETTINGS = {
  first: 'Add one to sources in cdk.json and deploy.',
  another: 'Check the id, or add the source to cdk.json and deploy.',
};
const ADD_TO_FLEET = {
  first: 'Add one: npx --no -- netskope-audit sources add <id>',
  another: 'Check the id, or add the source: npx --no -- netskope-audit sources add <id>',
};

/** Ids in a message; a fleet may have thousands. */
const MOST_SHOWN = 20;

function shownIds(sources: readonly Source[]): string {
  const left = sources.length - MOST_SHOWN;
  const ids = sources.slice(0, MOST_SHOWN).map(({ sourceId }) => sourceId);
  return [...ids, ...(left > 0 ? [`and ${left} more`] : [])].join(', ');
}

/** Where to look for the deployment. */
interface DeploymentChoice extends AwsChoice {
  /** What it collects. */
  readonly feed: Feed;
  /** Name of the pipeline's stack. */
  readonly stackName: string;
}

const OPTIONAL_OUTPUTS: ReadonlySet<string> = new Set(
  OPTIONAL_STACK_OUTPUTS.map((output) => StackOutput[output]),
);

/**
 * Reads what is deployed from the outputs of its stacks, the sources of a fleet from its table.
 * @throws OperatorError if there is no such stack, or it lacks an output
 */
export async function findDeployment({ feed, stackName, ...choice }: DeploymentChoice): Promise<Deployment> {
  const aws = new AwsClients(choice);
  const stack = await describeStack(aws, stackName);
  if (stack === undefined) throw await noDeployment(aws, stackName);
  const outputs = deploymentOutputs(stackName, stack);
  const found = { feed, stackName, region: await aws.region(), outputs, aws };
  if (outputs.FleetFunction !== undefined) {
    const { sources } = await readSourceList(aws.client(DynamoDBClient), outputs.CheckpointTable);
    return new Deployment({ ...found, sources });
  }
  const first = sourcesOf(stackName, outputs.Sources, outputs.DeploymentName);
  const sources = [...first, ...(await furtherSources(aws, stackName))];
  return new Deployment({ ...found, sources });
}

/** Stacks of further sources are numbered without a gap, unless a whole stack of sources has been removed. */
async function furtherSources(aws: AwsClients, pipelineStackName: string): Promise<SourceInStack[]> {
  const sources: SourceInStack[] = [];
  for (let number = 2; ; number++) {
    const stackName = sourcesStackName(pipelineStackName, number);
    const stack = await describeStack(aws, stackName);
    if (stack === undefined) return sources;
    sources.push(...sourcesOf(stackName, outputsOf(stack).get(StackOutput.Sources) ?? '[]'));
  }
}

function sourcesOf(stackName: string, output: string, namePrefix = stackName): SourceInStack[] {
  return readDeployedSources(stackName, output).map((source) => ({ ...source, namePrefix }));
}

/** @returns undefined if there is no stack of that name */
async function describeStack(aws: AwsClients, stackName: string): Promise<Stack | undefined> {
  try {
    const command = new DescribeStacksCommand({ StackName: stackName });
    const { Stacks = [] } = await aws.client(CloudFormationClient).send(command);
    return Stacks[0];
  } catch (error) {
    if (isUnknownStack(error)) return undefined;
    throw error;
  }
}

/** A missing stack is the only possible cause here: the stack name was validated when it was read. */
function isUnknownStack(error: unknown): boolean {
  return error instanceof CloudFormationServiceException && error.name === 'ValidationError';
}

function outputsOf({ Outputs = [] }: Stack): ReadonlyMap<string, string> {
  return new Map(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

function deploymentOutputs(stackName: string, stack: Stack): DeploymentOutputs {
  const outputs = outputsOf(stack);
  const missing = Object.values(StackOutput).filter(
    (name) => !outputs.has(name) && !OPTIONAL_OUTPUTS.has(name),
  );
  if (missing.length === 0) return Object.fromEntries(outputs) as unknown as DeploymentOutputs;
  throw new OperatorError({
    what: `Stack ${stackName} is ${stack.StackStatus} and lacks the outputs ${missing.join(', ')}.`,
    whatToDo: 'Deploy the version of this checkout: npx cdk deploy --all',
    exitCode: ExitCode.NoDeployment,
  });
}

async function noDeployment(aws: AwsClients, stackName: string): Promise<OperatorError> {
  const { Account } = await aws.client(STSClient).send(new GetCallerIdentityCommand({}));
  return new OperatorError({
    what: `There is no stack ${stackName} in region ${await aws.region()} of account ${Account}.`,
    whatToDo:
      'Deploy it with npx cdk deploy, or name the right place with --stack, --region or --profile; for the archive of npm start add --local.',
    exitCode: ExitCode.NoDeployment,
  });
}

/**
 * Parses the output that lists a stack's sources.
 * @throws OperatorError if the text is not what the stack writes
 */
function readDeployedSources(stackName: string, output: string): readonly Source[] {
  const value = parsedJson(output);
  if (Array.isArray(value) && value.every(isDeployedSource)) return value;
  throw new OperatorError({
    what: `Output Sources of stack ${stackName} is ${JSON.stringify(output.slice(0, 200))}; expected a JSON list of sources.`,
    whatToDo: 'Deploy the version of this checkout: npx cdk deploy --all',
  });
}

function isDeployedSource(value: unknown): value is Source {
  if (typeof value !== 'object' || value === null) return false;
  const { sourceId, label, startLookbackHours, scheduleMinutes, dailyRecheck, secret } = value as Record<
    string,
    unknown
  >;
  return (
    typeof sourceId === 'string' &&
    typeof label === 'string' &&
    typeof startLookbackHours === 'number' &&
    typeof scheduleMinutes === 'number' &&
    typeof dailyRecheck === 'boolean' &&
    (secret === undefined || typeof secret === 'string')
  );
}
