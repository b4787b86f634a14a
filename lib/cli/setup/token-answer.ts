import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { ExitCode } from '../exit-code';
import { TOKEN_GUIDE } from '../netskope/token-places';
import { OperatorError } from '../operator-error';
import type { Terminal } from '../terminal';

/** Stands for standard input in place of a path. */
const STANDARD_INPUT = '-';

/** A header holds nothing else (RFC 9110, 5.5), and tokens of Netskope are no longer than some hundred characters. */
const TOKEN_PATTERN = /^[!-~]{1,4096}$/;
const EXPECTED = 'Expected the token alone, on one line: visible characters without spaces.';

/** The token: from a file or standard input, else asked for. It is never an argument, which other users could see. */
export async function answerToken(terminal: Terminal, file: string | undefined): Promise<string> {
  const answer = file === undefined ? await askToken(terminal) : await readToken(terminal, file);
  const token = answer.trim();
  if (TOKEN_PATTERN.test(token)) return token;
  throw new OperatorError({
    what: `What was given as the token has ${token.length} characters and is none.`,
    whatToDo: EXPECTED,
    exitCode: ExitCode.WrongUsage,
  });
}

async function askToken(terminal: Terminal): Promise<string> {
  if (terminal.prompts.areAnswered) for (const line of TOKEN_GUIDE) terminal.print(line);
  return terminal.prompts.askSecret({
    message: 'Token (not shown):',
    option: '--token-file <path>, or --token-file - for standard input',
    judge: (answer) => TOKEN_PATTERN.test(answer.trim()) || EXPECTED,
  });
}

async function readToken({ streams: { input } }: Terminal, file: string): Promise<string> {
  if (file !== STANDARD_INPUT) return readTokenFile(file);
  if (input.isTTY !== true) return text(input);
  throw new OperatorError({
    what: 'Standard input is a terminal, which would show the token.',
    whatToDo: 'Leave --token-file out to be asked without showing it, or pipe the token in.',
    exitCode: ExitCode.WrongUsage,
  });
}

async function readTokenFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new OperatorError(
      {
        what: `The token could not be read from ${path}: ${code}.`,
        whatToDo: 'Name a file that holds the token and nothing else.',
        exitCode: ExitCode.WrongUsage,
      },
      { cause },
    );
  }
}
