import { STACK_NAME } from '../../lambdas/contract/deployment/deployment-outputs';
import type { Feed } from '../../lambdas/contract/feed/feed';
import { IS_CHECKOUT } from '../build/package-folder';
import type { Deployment } from './deployment/deployment';
import { ExitCode, OperatorError } from './operator-error';
import type { GlobalOptions } from './terminal/options';
import type { Terminal } from './terminal/terminal';

interface SessionParts {
  /** The feed that the commands work on. */
  readonly feed: Feed;
  readonly options: GlobalOptions;
  readonly terminal: Terminal;
  /** Aborts when the command is to end: it was interrupted, or its output was closed. */
  readonly signal: AbortSignal;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
}

/** What a command works with; one per start of the command line. */
export class Session {
  readonly feed: Feed;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  /** The exit code if the command does not fail. */
  exitCode: ExitCode = ExitCode.Done;
  private readonly options: GlobalOptions;
  private found: Promise<Deployment> | undefined;
  private readonly closers: (() => void | Promise<void>)[] = [];

  constructor({ feed, options, terminal, signal, nowMs }: SessionParts) {
    this.feed = feed;
    this.options = options;
    this.terminal = terminal;
    this.signal = signal;
    this.nowMs = nowMs;
  }

  /**
   * The deployment, or with `--local` the archive of `npm start`; looked up once.
   * @throws OperatorError if there is none
   */
  deployment(): Promise<Deployment> {
    return (this.found ??= this.find());
  }

  /** Options that lead another command to the deployment of this one. @param region of the deployment */
  placeOptions(region: string): readonly string[] {
    const { local, stateFolder, stack } = this.options;
    if (local === true) return ['--local', '--state-folder', stateFolder];
    return [...(stack === STACK_NAME ? [] : ['--stack', stack]), '--region', region];
  }

  /** Closes what the session has opened. */
  async close(): Promise<void> {
    for (const close of this.closers.splice(0).reverse()) await close();
  }

  private async find(): Promise<Deployment> {
    const { local, stateFolder, stack, region, profile } = this.options;
    if (local === true) await this.openLocalPipeline(stateFolder);
    const { findDeployment } = await import('./deployment/deployment');
    const deployment = await findDeployment({ feed: this.feed, stackName: stack, region, profile });
    this.closers.push(() => deployment.aws.close());
    return deployment;
  }

  /** From here on, every AWS client of this process uses the endpoint on this machine. */
  private async openLocalPipeline(stateFolder: string): Promise<void> {
    if (!IS_CHECKOUT)
      throw new OperatorError({
        what: '--local works on the archive of npm start, which an installed package does not have.',
        whatToDo: 'Run the command in a checkout.',
        exitCode: ExitCode.WrongUsage,
      });
    const { openLocalPipeline } = await import('../local/start/local-pipeline');
    const pipeline = await openLocalPipeline({ feed: this.feed, stateFolder });
    this.closers.push(() => pipeline.close());
    Object.assign(process.env, pipeline.environment);
  }
}

/** Opens the session of a command. To be called in its action: the options are known only then. */
export type OpenSession = () => Session;
