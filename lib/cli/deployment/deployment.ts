import type { Source } from '../../../lambdas/contract/deployment/collector-event';
import type {
  OPTIONAL_STACK_OUTPUTS,
  StackOutput,
} from '../../../lambdas/contract/deployment/deployment-outputs';
import { parseAllowedDomains } from '../../../lambdas/contract/deployment/tenant-host';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { ExitCode, OperatorError } from '../operator-error';
import type { AwsClients } from './aws-clients';

/** Values of the pipeline stack's outputs. */
export type DeploymentOutputs = Readonly<Record<Exclude<keyof typeof StackOutput, OptionalOutput>, string>> &
  Readonly<Partial<Record<OptionalOutput, string>>>;

type OptionalOutput = (typeof OPTIONAL_STACK_OUTPUTS)[number];

/** One source and its stack; its alarms are named after the stack. */
export interface SourceInStack extends Source {
  readonly stackName: string;
}

export interface DeploymentParts {
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
    const ids = this.sources.map((source) => source.sourceId).join(', ');
    throw sourceId === undefined
      ? new OperatorError({
          what: `Which source? Stack ${this.stackName} has ${ids || 'none'}.`,
          whatToDo: ids === '' ? 'Add one to sources in cdk.json and deploy.' : 'Name one of them.',
          exitCode: ExitCode.WrongUsage,
        })
      : new OperatorError({
          what: `Stack ${this.stackName} has no source ${JSON.stringify(sourceId)}; it has ${ids || 'none'}.`,
          whatToDo: 'Check the id, or add the source to cdk.json and deploy.',
          exitCode: ExitCode.NoDeployment,
        });
  }
}
