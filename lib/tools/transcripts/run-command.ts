import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PASSWORD_STORE } from './operator-secrets';
import type { EndedCommand } from './screenplay';
import type { StagedDeployment } from './staged-deployment';

const REPOSITORY = join(__dirname, '../../..');
const PROGRAM = join(REPOSITORY, 'bin/netskope-audit.mjs');

/** How a program is called that is linked as this package's `bin` (npm documentation, "npx"). */
const TYPED_PROGRAM = 'npx netskope-audit';

/** The tenant's name, shown instead of the address at which it is simulated. */
const TENANT_ORIGIN = 'https://corp.goskope.com';

/** What no transcript may contain, besides the tokens. */
const OF_THIS_MACHINE = ['127.0.0.1', 'localhost', REPOSITORY, tmpdir(), homedir()];

/** A parsed command from a marker. */
export interface ReadCommand {
  /** The words after the program's name. */
  readonly args: readonly string[];
  /** The password that is piped into it; undefined if there is none. */
  readonly stdin?: string;
  /** As an operator types it. */
  readonly typed: string;
}

/** @throws Error if a piped password is not in the operator's store */
export function readCommand(command: string): ReadCommand {
  const [, passwordName, afterPipe] = /^pass show (\S+) \| (.*)$/.exec(command) ?? [];
  const words = afterPipe ?? command;
  const args = words.split(' ');
  if (passwordName === undefined) return { args, typed: `${TYPED_PROGRAM} ${words}` };
  const stdin = new Map(Object.entries(PASSWORD_STORE)).get(passwordName);
  if (stdin === undefined)
    throw new Error(
      `There is no password ${passwordName}; expected one of: ${Object.keys(PASSWORD_STORE).join(', ')}.`,
    );
  return { args, stdin, typed: `pass show ${passwordName} | ${TYPED_PROGRAM} ${words}` };
}

/**
 * Runs a command as a process of its own, to its end.
 * @param folder receives the output in one file, which keeps both streams in the order of writing
 * @throws Error if it prints what no transcript may contain
 */
export async function runCommand(
  command: string,
  deployment: StagedDeployment,
  folder: string,
): Promise<EndedCommand> {
  const { args, stdin = '', typed } = readCommand(command);
  const path = join(folder, 'output');
  const file = openSync(path, 'w');
  try {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: REPOSITORY,
      env: { PATH: process.env.PATH, NO_COLOR: '1', ...deployment.environment() },
      stdio: ['pipe', file, file],
    });
    child.stdin?.end(stdin);
    const [exitCode] = (await once(child, 'close')) as [number | null];
    const output = readFileSync(path, 'utf8').replaceAll(deployment.tenantOrigin, TENANT_ORIGIN);
    refuseForbidden(typed, output);
    if (exitCode === null) throw new Error(`${typed} was killed. It printed:\n${output}`);
    return { typed, output, exitCode };
  } finally {
    closeSync(file);
    rmSync(path);
  }
}

function refuseForbidden(typed: string, output: string): void {
  const ofMachine = OF_THIS_MACHINE.find((text) => output.includes(text));
  const isLeak = Object.values(PASSWORD_STORE).some((token) => output.includes(token));
  if (ofMachine === undefined && !isLeak) return;
  throw new Error(
    `${typed} prints ${isLeak ? 'a token' : ofMachine}; expected neither a token in a transcript nor an address or path of this machine.`,
  );
}
