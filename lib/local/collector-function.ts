import { bundleCollector, FUNCTION_HANDLER } from '../build/function-bundles';
import { NO_NODE_VERSION_WARNING } from './aws/sdk-environment';
import type { InvocationEnd } from './function-process';
import { FunctionProcess } from './function-process';

/** The timeout of the deployed function. */
const TIMEOUT_MS = 10 * 60_000;

export interface CollectorFunctionOptions {
  /** Folder that the bundle is written to. */
  readonly codeFolder: string;
  /** Variables of the function. */
  readonly environment: Readonly<Record<string, string>>;
  /** Receives each line that the function writes. @default - the lines are dropped */
  readonly onLogLine?: (line: string) => void;
}

/**
 * The collector's function on this machine: the deployed bundle, in a process of its own. One invocation runs at a
 * time, as in one Lambda execution environment; others wait for their turn.
 */
export class CollectorFunction {
  private readonly process: FunctionProcess;
  private readonly codeFolder: string;
  private bundle: string | undefined;
  private lastInvocation: Promise<unknown> = Promise.resolve();
  private isStopped = false;

  constructor({ codeFolder, environment, onLogLine }: CollectorFunctionOptions) {
    this.codeFolder = codeFolder;
    this.process = new FunctionProcess({
      codeFolder,
      handler: FUNCTION_HANDLER,
      environment: { ...environment, ...NO_NODE_VERSION_WARNING },
      timeoutMs: TIMEOUT_MS,
      onLogLine,
    });
  }

  /** Builds the bundle once, at the latest in the first invocation. @returns its path */
  build(): string {
    return (this.bundle ??= bundleCollector(this.codeFolder));
  }

  /** Invokes the function when its turn comes; after `stop` every invocation ends as `died`. */
  invoke(payload: unknown): Promise<InvocationEnd> {
    const end = this.lastInvocation.then((): Promise<InvocationEnd> | InvocationEnd => {
      if (this.isStopped) return { kind: 'died', signal: 'stopped' };
      this.build();
      return this.process.invoke(payload);
    });
    this.lastInvocation = end.catch(() => undefined);
    return end;
  }

  /** Kills the process, wherever it is, and waits until it is gone. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.process.stop();
  }
}
