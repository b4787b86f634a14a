import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { transformSync } from 'esbuild';
import { FUNCTION_HANDLER } from '../build/function-bundles';
import { NO_NODE_VERSION_WARNING } from './aws/local-account';
import type { InvocationReport, ProcessUse } from './function-host';

/** The timeout of the deployed collector; a slow machine may need as long for what the detector does in a minute. */
const TIMEOUT_MS = 10 * 60_000;

export interface FunctionProcessOptions {
  /** Folder with the bundle. */
  readonly codeFolder: string;
  /** `<file>.<export>`, as in Lambda's `Handler` setting. */
  readonly handler: string;
  /** The whole environment of the function; it inherits nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  /** The function's timeout, after which the process is killed, as in Lambda. */
  readonly timeoutMs: number;
  /** @default - the Node.js that runs this process */
  readonly nodeBinary?: string;
  /** Receives each line that the function writes. */
  readonly onLogLine?: (line: string) => void;
}

/** How an invocation ended. `died`: the process ended, was killed or reached its timeout. */
export type InvocationEnd =
  | ({ readonly kind: 'returned'; readonly value: unknown } & ProcessUse)
  | ({ readonly kind: 'failed'; readonly error: NonNullable<InvocationReport['error']> } & ProcessUse)
  | { readonly kind: 'died'; readonly signal: string };

/** A deployed function on this machine: the real bundle in a process of its own, invoked as by Lambda. */
export class FunctionProcess {
  private child: ChildProcess | undefined;

  constructor(private readonly options: FunctionProcessOptions) {}

  /** Invokes the function; one invocation at a time. A process that died is replaced at the next call. */
  async invoke(payload: unknown): Promise<InvocationEnd> {
    const child = (this.child ??= this.start());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), this.options.timeoutMs);
      const settle = (end: InvocationEnd): void => {
        clearTimeout(timer);
        child.off('message', onReport).off('exit', onExit).off('error', reject);
        resolve(end);
      };
      const onReport = (report: unknown): void => settle(endOf(report as InvocationReport));
      const onExit = (code: number | null, signal: string | null): void => {
        this.child = undefined;
        settle({ kind: 'died', signal: signal ?? `exit code ${code}` });
      };
      child.once('error', reject).once('message', onReport).once('exit', onExit);
      child.send({ requestId: randomUUID(), payload, timeoutMs: this.options.timeoutMs });
    });
  }

  /** Kills the process, wherever it is, and waits until it is gone. */
  async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });
  }

  private start(): ChildProcess {
    const { codeFolder, handler, environment, nodeBinary = process.execPath, onLogLine } = this.options;
    const child = spawn(nodeBinary, ['--input-type=module', '--eval', hostCode()], {
      env: { ...environment, LAMBDA_TASK_ROOT: codeFolder, _HANDLER: handler },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => onLogLine?.(line));
    }
    return child;
  }
}

interface LocalFunctionOptions {
  /** Folder that the bundle is written to. */
  readonly codeFolder: string;
  /** Builds the bundle in a folder. @returns its path */
  readonly bundle: (folder: string) => string;
  /** Variables of the function. */
  readonly environment: Readonly<Record<string, string>>;
  /** Receives each line that the function writes. @default - the lines are dropped */
  readonly onLogLine?: (line: string) => void;
}

/**
 * A function of the deployment on this machine: the deployed bundle, in a process of its own. One invocation runs at a
 * time, as in one Lambda execution environment; others wait for their turn.
 */
export class LocalFunction {
  private readonly process: FunctionProcess;
  private bundle: string | undefined;
  private lastInvocation: Promise<unknown> = Promise.resolve();
  private isStopped = false;

  constructor(private readonly options: LocalFunctionOptions) {
    this.process = new FunctionProcess({
      ...options,
      handler: FUNCTION_HANDLER,
      environment: { ...options.environment, ...NO_NODE_VERSION_WARNING },
      timeoutMs: TIMEOUT_MS,
    });
  }

  /** Builds the bundle once, at the latest in the first invocation. @returns its path */
  build(): string {
    return (this.bundle ??= this.options.bundle(this.options.codeFolder));
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

function endOf({ error, value, ...use }: InvocationReport): InvocationEnd {
  return error === undefined ? { kind: 'returned', value, ...use } : { kind: 'failed', error, ...use };
}

/** The host as plain JavaScript, so that any Node.js can run it without a loader. */
function hostCode(): string {
  const source = readFileSync(join(__dirname, 'function-host.ts'), 'utf8');
  return transformSync(source, { loader: 'ts', format: 'esm' }).code;
}
