import type { Fault } from '../../../lib/local/netskope-simulator/gateway/fault';
import type { SimulatorRequest } from '../../../lib/local/netskope-simulator/gateway/request';
import { TOKEN } from '../../pipeline';
import type { CliEnd, CliProcess } from '../cli-process';
import type { CliOptions } from '../deployed-pipeline';
import { DeployedPipeline, OUTPUTS } from '../deployed-pipeline';

/** What an operator pipes in with the least to say. */
export const SCRIPTED = ['setup', '--domain', 'corp.goskope.com', '--token-file', '-'] as const;

/** A deployment whose secret nobody has filled in, and the operator in front of it. */
export class SetupCommand {
  private constructor(readonly deployed: DeployedPipeline) {}

  static async start(): Promise<SetupCommand> {
    const command = new SetupCommand(
      await DeployedPipeline.start({ simulator: { tokens: { valid: [TOKEN] } } }),
    );
    const { aws } = command.deployed.pipeline;
    aws.topics.put(OUTPUTS.AlarmTopic, [{ protocol: 'email', endpoint: 'soc@example.org' }]);
    for (const kind of ['no-data', 'not-running', 'behind'])
      aws.alarms.put({
        AlarmName: `NetskopeAudit-netskope-${kind}`,
        StateValue: 'OK',
        AlarmActions: [OUTPUTS.AlarmTopic],
      });
    await command.fill({ token: '' });
    return command;
  }

  /** Puts something into the secret beforehand. */
  async fill(value: Readonly<Record<string, string>> | string): Promise<void> {
    await this.deployed.pipeline.deployment.putSecret('netskope', value);
  }

  stop(): Promise<void> {
    return this.deployed.stop();
  }

  /** Runs the command; the tenant's API is the simulator's unless the options lead elsewhere. */
  async run(args: readonly string[] = SCRIPTED, options: CliOptions = {}): Promise<CliEnd> {
    return this.begin(args, options).end;
  }

  begin(args: readonly string[] = SCRIPTED, { environment, stdin = TOKEN }: CliOptions = {}): CliProcess {
    const { simulator } = this.deployed.pipeline;
    return this.deployed.startCli(args, {
      stdin,
      environment: { NETSKOPE_ENDPOINT_URL: simulator.url, ...environment },
    });
  }

  /** Lets each call go wrong that the choice names. */
  breakNetskope(fault: (request: SimulatorRequest) => Fault | undefined): void {
    this.deployed.pipeline.interference = { netskope: fault };
  }

  /** Everything as it should be again. */
  repair(): void {
    this.deployed.pipeline.interference = {};
  }

  /** The JSON the secret holds, and how often it was written. */
  get secret(): { readonly value: unknown; readonly versions: number } {
    const { versions } = this.deployed.pipeline.aws.secrets.find('netskope-audit/netskope');
    return { value: JSON.parse(versions[0]?.secretString ?? 'null') as unknown, versions: versions.length };
  }
}

/** Whether a request was made to try a token out, and not by the collector. */
export function isProbe({ index }: SimulatorRequest): boolean {
  return index.includes('-probe-');
}
