import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { COLLECTED_FEED } from '../../lambdas/contract/feed/collected-feed';
import { runCommandLine } from '../../lib/cli/command-line';
import { BUNDLE } from '../command-line-bundle';
import type { CliCommand, CliEnd } from './cli-process';

interface CommandHere extends CliCommand {
  /** Width of the terminal that it writes to. @default - it writes to a pipe, of the greatest width */
  readonly columns?: number;
  /** In which it is run. @default - the one of the tests */
  readonly folder?: string;
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a command to its end in this process, where all code is loaded; a `CliProcess` of its own takes many times as long.
 * One after another, because each has this process's environment for itself: what is to run beside a command, as in a hook of
 * the embedded AWS, is a `CliProcess`.
 */
export async function runCli(command: CommandHere): Promise<CliEnd> {
  const end = last.then(() => run(command));
  last = end.catch(() => undefined);
  return end;
}

/** Runs a command on the archive that `npm start` has left in a folder, at the present. */
export async function runLocalCli(stateFolder: string, ...args: readonly string[]): Promise<CliEnd> {
  return runCli({
    args: [...args, '--local', '--state-folder', stateFolder],
    environment: {},
    nowMs: Date.now(),
  });
}

async function run({ args, environment, nowMs, stdin = '', folder, columns }: CommandHere): Promise<CliEnd> {
  const inherited = process.env;
  const inheritedFolder = process.cwd();
  const [output, error] = [new PassThrough(), new PassThrough()];
  if (columns !== undefined) Object.assign(output, { isTTY: true, columns });
  const written = Promise.all([text(output), text(error)]);
  process.env = { PATH: inherited.PATH, [BUNDLE]: inherited[BUNDLE], COLUMNS: '200', ...environment };
  if (folder !== undefined) process.chdir(folder);
  try {
    const exitCode = await runCommandLine({
      feed: COLLECTED_FEED,
      args,
      streams: { input: Readable.from([stdin]), output, error },
      environment: process.env,
      nowMs: () => nowMs,
      signal: new AbortController().signal,
    });
    output.end();
    error.end();
    const [stdout, stderr] = await written;
    return { exitCode, stdout, stderr };
  } finally {
    process.env = inherited;
    process.chdir(inheritedFolder);
  }
}
