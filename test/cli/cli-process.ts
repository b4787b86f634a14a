import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { commandLineBundle } from '../command-line-bundle';

/** How a command ended, and everything it wrote. */
export interface CliEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliCommand {
  readonly args: readonly string[];
  /** The whole environment besides PATH; nothing else is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** The present of the command, unix milliseconds. */
  readonly nowMs: number;
  /** What is piped into it. @default - nothing */
  readonly stdin?: string;
  /** @default - the Node.js that runs this process */
  readonly nodeBinary?: string;
}

/** A running command, as a process of its own, without a terminal. */
export class CliProcess {
  readonly end: Promise<CliEnd>;
  private stdout = '';
  private stderr = '';
  private readonly watchers: (() => void)[] = [];

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.look();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.look();
    });
    this.end = new Promise((resolve) => {
      child.once('close', (exitCode) => resolve({ exitCode, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  static start({
    args,
    environment,
    nowMs,
    stdin = '',
    nodeBinary = process.execPath,
  }: CliCommand): CliProcess {
    const child = spawn(
      nodeBinary,
      ['--require', join(__dirname, 'fixed-clock.cjs'), commandLineBundle(), ...args],
      { env: { PATH: process.env.PATH, ...environment, TEST_NOW_MS: String(nowMs) } },
    );
    child.stdin.end(stdin);
    return new CliProcess(child);
  }

  /** Waits until it has written the text to either stream. @throws Error if it ends without */
  async printed(text: string): Promise<void> {
    const has = (): boolean => this.stdout.includes(text) || this.stderr.includes(text);
    const seen = new Promise<void>((resolve) => {
      this.watchers.push(() => {
        if (has()) resolve();
      });
      this.look();
    });
    const ended = this.end.then(({ stdout, stderr }) => {
      if (!has()) throw new Error(`ended without ${JSON.stringify(text)}:\n${stdout}${stderr}`);
    });
    await Promise.race([seen, ended]);
  }

  /** Acts like Ctrl-C. */
  interrupt(): void {
    this.child.kill('SIGINT');
  }

  /** Acts like a power cut. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Acts like `| head -1` once it has its line. */
  closeOutput(): void {
    this.child.stdout.destroy();
  }
  private look(): void {
    for (const watcher of this.watchers) watcher();
  }
}
