import type { Fault } from '../../../lib/local/netskope-simulator/gateway/fault';
import type { SimulatorRequest } from '../../../lib/local/netskope-simulator/gateway/request';
import { TOKEN } from '../../pipeline';
import type { CliEnd, CliProcess } from '../cli-process';
import type { CliOptions } from '../deployed-pipeline';
import { DeployedPipeline, OUTPUTS } from '../deployed-pipeline';

/** The shortest command of an operator who pipes in the token. */
export const SCRIPTED = ['setup', '--domain', 'corp.goskope.com', '--token-file', '-'] as const;

/** A deployment whose secret nobody has filled, and the command that an operator runs on it. */
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

  /** Fills the secret beforehand. */
  async fill(value: Readonly<Record<string, string>> | string): Promise<void> {
    await this.deployed.pipeline.deployment.putSecret('netskope', value);
  }

  stop(): Promise<void> {
    return this.deployed.stop();
  }

  /** Runs the command with the simulator as the tenant's API, unless the options set another. */
  async run(args: readonly string[] = SCRIPTED, options: CliOptions = {}): Promise<CliEnd> {
    return this.deployed.cli(args, this.withSimulator(options));
  }

  /** Starts the command as a process of its own. */
  begin(args: readonly string[] = SCRIPTED, options: CliOptions = {}): CliProcess {
    return this.deployed.startCli(args, this.withSimulator(options));
  }

  private withSimulator({ environment, stdin = TOKEN }: CliOptions): CliOptions {
    const { simulator } = this.deployed.pipeline;
    return { stdin, environment: { NETSKOPE_ENDPOINT_URL: simulator.url, ...environment } };
  }

  /** Breaks each request for which the function returns a fault. */
  breakNetskope(fault: (request: SimulatorRequest) => Fault | undefined): void {
    this.deployed.pipeline.interference = { netskope: fault };
  }

  /** Puts everything in order again. */
  repair(): void {
    this.deployed.pipeline.interference = {};
  }

  /** The JSON in the secret, and how often it was written. */
  get secret(): { readonly value: unknown; readonly versions: number } {
    const { versions } = this.deployed.pipeline.aws.secrets.find('netskope-audit/netskope');
    return { value: JSON.parse(versions[0]?.secretString ?? 'null') as unknown, versions: versions.length };
  }
}

/** Whether a request was made to try a token, not by the collector. */
export function isProbe({ index }: SimulatorRequest): boolean {
  return index.includes('-probe-');
}
