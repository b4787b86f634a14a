import type { Stack } from '@aws-sdk/client-cloudformation';
import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Source } from '../../../lambdas/contract/deployment/collector-event';
import {
  OPTIONAL_STACK_OUTPUTS,
  sourcesStackName,
  StackOutput,
} from '../../../lambdas/contract/deployment/deployment-outputs';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { ExitCode, OperatorError } from '../operator-error';
import { AwsClients } from './aws-clients';
import type { AwsChoice } from './aws-region';
import type { DeploymentOutputs, SourceInStack } from './deployment';
import { Deployment } from './deployment';

/** Where to look for the deployment. */
export interface DeploymentChoice extends AwsChoice {
  /** What it collects. */
  readonly feed: Feed;
  /** Name of the pipeline's stack. */
  readonly stackName: string;
}

const OPTIONAL_OUTPUTS: ReadonlySet<string> = new Set(
  OPTIONAL_STACK_OUTPUTS.map((output) => StackOutput[output]),
);

/**
 * Reads what is deployed from the outputs of its stacks.
 * @throws OperatorError if there is no such stack, or it lacks an output
 */
export async function findDeployment({ feed, stackName, ...choice }: DeploymentChoice): Promise<Deployment> {
  const aws = new AwsClients(choice);
  const stack = await describeStack(aws, stackName);
  if (stack === undefined) throw await noDeployment(aws, stackName);
  const outputs = deploymentOutputs(stackName, stack);
  const sources = [...sourcesOf(stackName, outputs.Sources), ...(await furtherSources(aws, stackName))];
  return new Deployment({ feed, stackName, region: await aws.region(), outputs, sources, aws });
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

function sourcesOf(stackName: string, output: string): SourceInStack[] {
  return readDeployedSources(stackName, output).map((source) => ({ ...source, stackName }));
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
export function readDeployedSources(stackName: string, output: string): readonly Source[] {
  const value = parsed(output);
  if (Array.isArray(value) && value.every(isDeployedSource)) return value;
  throw new OperatorError({
    what: `Output Sources of stack ${stackName} is ${JSON.stringify(output.slice(0, 200))}; expected a JSON list of sources.`,
    whatToDo: 'Deploy the version of this checkout: npx cdk deploy --all',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isDeployedSource(value: unknown): value is Source {
  if (typeof value !== 'object' || value === null) return false;
  const { sourceId, label, startLookbackHours, scheduleMinutes, dailyRecheck } = value as Record<
    string,
    unknown
  >;
  return (
    typeof sourceId === 'string' &&
    typeof label === 'string' &&
    typeof startLookbackHours === 'number' &&
    typeof scheduleMinutes === 'number' &&
    typeof dailyRecheck === 'boolean'
  );
}
