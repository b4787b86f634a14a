import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const REPOSITORY = join(__dirname, '../..');

/** How a start ended, and everything it wrote. */
export interface StartEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartCommand {
  readonly args: readonly string[];
  /** Laid over this process's environment, of which the Netskope variables are removed. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Interrupts the start, like Ctrl-C, at the first line of output for which it returns true. */
  readonly interruptAt?: (line: string) => boolean;
}

/** Runs the command of `npm start` as a process of its own. */
export async function npmStart({ args, environment, interruptAt }: StartCommand): Promise<StartEnd> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('NETSKOPE_'));
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/local.ts', ...args], {
    cwd: REPOSITORY,
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  let isInterrupted = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    written.stdout += `${line}\n`;
    if (isInterrupted || interruptAt?.(line) !== true) return;
    isInterrupted = true;
    child.kill('SIGINT');
  });
  createInterface({ input: child.stderr }).on('line', (line) => (written.stderr += `${line}\n`));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, ...written };
}
