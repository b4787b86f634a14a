import { CommanderError } from 'commander';
import type { Feed } from '../../lambdas/contract/feed/feed';
import type { ErrorDescription } from './errors/describe-error';
import { describeError, INTERRUPTED } from './errors/describe-error';
import { ExitCode } from './errors/operator-error';
import { createProgram } from './program';
import { Session } from './session';
import type { TerminalStreams } from './terminal/terminal';
import { Terminal } from './terminal/terminal';

/** Why a command is to end before it has done its work. */
export type EndReason = 'interrupted' | 'output-closed';

export interface CommandLine {
  /** The feed of events that the commands are about. */
  readonly feed: Feed;
  /** What was typed behind the program's name. */
  readonly args: readonly string[];
  readonly streams: TerminalStreams;
  /** NO_COLOR with any value means no colors (https://no-color.org). */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Unix milliseconds. */
  readonly nowMs: () => number;
  /** Ends the command at once, wherever it is; its reason is an EndReason. */
  readonly signal: AbortSignal;
}

/** Runs one command. Nothing is thrown: what went wrong is said on standard error. */
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

/** Reads its two options from what was typed: what is wrong with the rest is to be told in that form as well. */
function newTerminal({ args, streams, environment, nowMs }: CommandLine): Terminal {
  const wantsColor = !args.includes('--no-color') && (environment.NO_COLOR ?? '') === '';
  return new Terminal({ streams, isJson: args.includes('--json'), wantsColor, nowMs });
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

/** @returns undefined where commander has shown the help already */
function wordsOf(error: unknown): ErrorDescription | undefined {
  if (error instanceof CommandEnd) return INTERRUPTED;
  if (!(error instanceof CommanderError)) return describeError(error);
  if (error.code === 'commander.help') return undefined;
  return {
    what: error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' '),
    whatToDo: 'npx netskope-audit help lists the verbs; --help behind a verb explains it.',
    exitCode: ExitCode.WrongUsage,
  };
}
