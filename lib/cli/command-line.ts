import { Command, CommanderError } from 'commander';
import { COLLECTOR_VERSION } from '../../lambdas/collector/adapters/version';
import type { Feed } from '../../lambdas/contract/feed/feed';
import { COMMANDS } from './commands';
import type { ErrorDescription } from './describe-error';
import { describeError, INTERRUPTED } from './describe-error';
import { EXIT_CODE_MEANINGS, ExitCode } from './operator-error';
import type { OpenSession } from './session';
import { Session } from './session';
import { addGlobalOptions, outputFormOf } from './terminal/options';
import type { TerminalStreams } from './terminal/terminal';
import { Terminal } from './terminal/terminal';

/** Why a command ends before its work is done. */
export type EndReason = 'interrupted' | 'output-closed';

interface CommandLine {
  /** The feed that the commands work on. */
  readonly feed: Feed;
  /** The arguments after the program's name. */
  readonly args: readonly string[];
  readonly streams: TerminalStreams;
  /** NO_COLOR with any value means no colors (https://no-color.org), COLUMNS is the width without a terminal. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
  /** Ends the command at once, wherever it is; its reason is an EndReason. */
  readonly signal: AbortSignal;
}

/** Runs one command. Never throws: errors are printed on standard error. */
export async function runCommandLine(commandLine: CommandLine): Promise<ExitCode> {
  const { feed, args, streams, signal, nowMs } = commandLine;
  const terminal = newTerminal(commandLine);
  let session: Session | undefined;
  const openSession = (): Session =>
    (session ??= new Session({ feed, options: program.opts(), terminal, signal, nowMs }));
  const program = createProgram(streams, openSession);
  try {
    await Promise.race([program.parseAsync(args, { from: 'user' }), end(signal)]);
    return session?.exitCode ?? ExitCode.Done;
  } catch (error) {
    return report(error, terminal);
  } finally {
    terminal.close();
    await session?.close();
  }
}

/**
 * Reads --output, --json and --no-color from the raw arguments, so that errors in the other arguments take that form as
 * well. COLUMNS is the width of what is no terminal, as for other programs (POSIX, "Environment variables").
 */
function newTerminal({ args, streams, environment, nowMs }: CommandLine): Terminal {
  const wantsColor = !args.includes('--no-color') && (environment.NO_COLOR ?? '') === '';
  const columns = Number(environment.COLUMNS) || undefined;
  return new Terminal({ streams, form: outputFormOf(args), wantsColor, nowMs, columns });
}

/** Rejects when the command is to end. */
function end(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const give = (): void =>
      reject(new CommandEnd(signal.reason === 'output-closed' ? 'output-closed' : 'interrupted'));
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
}

class CommandEnd extends Error {
  override readonly name = 'CommandEnd';
  constructor(readonly reason: EndReason) {
    super(reason);
  }
}

function report(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.Done;
  if (error instanceof CommandEnd && error.reason === 'output-closed') return ExitCode.Done;
  const inWords = wordsOf(error);
  if (inWords !== undefined) terminal.fail(inWords);
  return inWords?.exitCode ?? ExitCode.WrongUsage;
}

/** @returns undefined if commander has already shown the help */
function wordsOf(error: unknown): ErrorDescription | undefined {
  if (error instanceof CommandEnd) return INTERRUPTED;
  if (!(error instanceof CommanderError)) return describeError(error);
  if (error.code === 'commander.help') return undefined;
  return {
    what: error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' '),
    whatToDo: 'npx --no -- netskope-audit help lists the verbs; --help behind a verb explains it.',
    exitCode: ExitCode.WrongUsage,
  };
}

/** The grammar of the command line. Errors that commander would print are left to the caller. */
export function createProgram({ output, error }: TerminalStreams, openSession: OpenSession): Command {
  const program = new Command('npx --no -- netskope-audit')
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
    .addHelpText('after', '\nExample:\n  npx --no -- netskope-audit status');
  program.version(COLLECTOR_VERSION, '--version', 'the version of this command line');
  addGlobalOptions(program);
  for (const [heading, commands] of Object.entries(COMMANDS)) {
    program.commandsGroup(heading);
    for (const { define } of commands) define(program, openSession);
  }
  program.helpCommand('help [command]', 'display help for command');
  return program;
}

function exitCodeHelp(): string {
  const lines = Object.entries(EXIT_CODE_MEANINGS).map(
    ([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`,
  );
  return ['Exit codes:', ...lines].join('\n');
}
