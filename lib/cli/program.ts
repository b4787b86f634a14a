import { Command } from 'commander';
import { defineBackfill } from './backfill/command';
import { defineDetect } from './detect/command';
import { defineDoctor } from './doctor/command';
import { EXIT_CODE_MEANINGS } from './errors/operator-error';
import { defineQuarantine } from './quarantine/command';
import { defineRewind } from './rewind/command';
import type { OpenSession } from './session';
import { defineSetup } from './setup/command';
import { defineStatus } from './status/command';
import { defineTail } from './tail/command';
import { addGlobalOptions } from './terminal/options';
import type { TerminalStreams } from './terminal/terminal';
import { defineVerify } from './verify/command';

/**
 * Adds one command: its arguments, options, help and action. A `command.ts` imports nothing heavy; its action imports
 * the work, so that a command loads only what it needs.
 */
type DefineCommand = (program: Command, openSession: OpenSession) => void;

const COMMANDS: readonly DefineCommand[] = [
  defineBackfill,
  defineDetect,
  defineDoctor,
  defineQuarantine,
  defineRewind,
  defineSetup,
  defineStatus,
  defineTail,
  defineVerify,
];

/** The grammar of the command line. Errors that commander would print are left to the caller. */
export function createProgram({ output, error }: TerminalStreams, openSession: OpenSession): Command {
  const program = new Command('npx netskope-audit')
    .description("The operator's tool for the Netskope audit collector.")
    .configureOutput({
      writeOut: (text) => void output.write(text),
      writeErr: (text) => void error.write(text),
      outputError: () => undefined,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .addHelpText('after', `\n${exitCodeHelp()}`)
    .addHelpText('after', '\nExample:\n  npx netskope-audit status');
  addGlobalOptions(program);
  for (const define of COMMANDS) define(program, openSession);
  return program;
}

function exitCodeHelp(): string {
  const lines = Object.entries(EXIT_CODE_MEANINGS).map(
    ([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`,
  );
  return ['Exit codes:', ...lines].join('\n');
}
