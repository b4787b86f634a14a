import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import {
  foreignHost,
  mayReceiveToken,
  tenantHost,
  tenantHostExpected,
} from '../../../lambdas/contract/deployment/tenant-host';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { tokenGuide } from '../netskope/token-guide';
import { ExitCode, OperatorError } from '../operator-error';
import type { Terminal } from '../terminal/terminal';
import type { SecretContent } from './source-secret';

const OPTION = '--domain <host>';

/** What the host is taken from and validated against. */
export interface HostQuestion {
  /** Value of the option. */
  readonly given?: string;
  readonly before: SecretContent;
  /** Domains besides Netskope's own that the token may be sent to. */
  readonly allowedDomains: readonly string[];
}

/**
 * The tenant's bare host name: from the option, else from the secret, else from the operator. A wrong answer is shown
 * only if it is a host name, because it may be a misplaced token.
 * @throws OperatorError if it is not a host name, or one that the token may not be sent to
 */
export async function answerHost(
  terminal: Terminal,
  { given, before, allowedDomains }: HostQuestion,
): Promise<string> {
  if (given === undefined && before.kind === 'filled') {
    terminal.print(`Tenant ${before.host}, as in the secret; ${OPTION} changes it.`);
    return before.host;
  }
  const answer = given ?? (await askHost(terminal, allowedDomains));
  const host = tenantHost(answer);
  if (host === undefined) {
    throw new OperatorError({
      what: 'The domain is not the host name of a tenant.',
      whatToDo: sentence(tenantHostExpected(answer, allowedDomains)),
      exitCode: ExitCode.WrongUsage,
    });
  }
  if (!mayReceiveToken(host, allowedDomains)) throw foreign(host);
  if (before.kind === 'filled' && before.host !== host) {
    terminal.printMarked(
      'note',
      `The secret was for ${before.host}: one source must not collect two tenants, give each a source of its own.`,
    );
  }
  return host;
}

function foreign(host: string): OperatorError {
  return new OperatorError({
    what: `${foreignHost(host)}. Nothing was asked for, sent or changed.`,
    whatToDo:
      'Check the name. If it is your tenant, put its domain into allowedDomains in cdk.json and deploy, or allow it for this command: --allow-domain <domain>.',
    exitCode: ExitCode.WrongUsage,
  });
}

function askHost({ prompts }: Terminal, allowedDomains: readonly string[]): Promise<string> {
  return prompts.ask({
    message: 'Domain of the tenant, such as corp.goskope.com:',
    option: OPTION,
    validate: (answer) => {
      const host = tenantHost(answer);
      if (host === undefined) return sentence(tenantHostExpected(answer, allowedDomains));
      return mayReceiveToken(host, allowedDomains) || `${foreignHost(host)}.`;
    },
  });
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** Means standard input instead of a path. */
const STANDARD_INPUT = '-';

/** A header can hold nothing else (RFC 9110, 5.5), and Netskope's tokens have no more than some hundred characters. */
const TOKEN_PATTERN = /^[!-~]{1,4096}$/;
const EXPECTED = 'Expected the token alone, on one line: visible characters without spaces.';

/** The token: from a file or standard input, else from the operator. Never an argument, which other users could see. */
export async function answerToken(terminal: Terminal, feed: Feed, file: string | undefined): Promise<string> {
  const answer = file === undefined ? await askToken(terminal, feed) : await readToken(terminal, file);
  const token = answer.trim();
  if (TOKEN_PATTERN.test(token)) return token;
  throw new OperatorError({
    what: `What was given as the token has ${token.length} characters and is none.`,
    whatToDo: EXPECTED,
    exitCode: ExitCode.WrongUsage,
  });
}

async function askToken(terminal: Terminal, feed: Feed): Promise<string> {
  if (terminal.prompts.areAnswered) for (const line of tokenGuide(feed)) terminal.print(line);
  return terminal.prompts.askSecret({
    message: 'Token (not shown):',
    option: '--token-file <path>, or --token-file - for standard input',
    validate: (answer) => TOKEN_PATTERN.test(answer.trim()) || EXPECTED,
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
