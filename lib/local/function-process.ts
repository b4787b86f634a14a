import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { transformSync } from 'esbuild';
import type { InvocationReport } from './function-host';

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

type ProcessUse = Pick<InvocationReport, 'cpuMs' | 'maxRssBytes'>;

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
    const child = spawn(nodeBinary, ['--enable-source-maps', '--input-type=module', '--eval', hostCode()], {
      env: { ...environment, LAMBDA_TASK_ROOT: codeFolder, _HANDLER: handler },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => onLogLine?.(line));
    }
    return child;
  }
}

function endOf({ error, value, cpuMs, maxRssBytes }: InvocationReport): InvocationEnd {
  return error === undefined
    ? { kind: 'returned', value, cpuMs, maxRssBytes }
    : { kind: 'failed', error, cpuMs, maxRssBytes };
}

/** The host as plain JavaScript, so that any Node.js can run it without a loader. */
function hostCode(): string {
  const source = readFileSync(join(__dirname, 'function-host.ts'), 'utf8');
  return transformSync(source, { loader: 'ts', format: 'esm' }).code;
}
