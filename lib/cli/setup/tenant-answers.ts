import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import {
  foreignHost,
  mayReceiveToken,
  tenantHost,
  tenantHostExpected,
} from '../../../lambdas/contract/deployment/tenant-host';
import { TokenPlace } from '../../../lambdas/contract/deployment/token-places';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { dayOf } from '../../../lambdas/contract/storage/archive-layout';
import { TOKEN_ROLE, tokenScope } from '../netskope/describe-probe-failure';
import { ExitCode, OperatorError } from '../operator-error';
import type { Terminal } from '../terminal/terminal';
import type { SecretContent } from './source-secret';

const DOMAIN_OPTION = '--domain <host>';

/** Means standard input instead of a path. */
const STANDARD_INPUT = '-';

/** A header can hold nothing else (RFC 9110, 5.5), and Netskope's tokens have no more than some hundred characters. */
const TOKEN_PATTERN = /^[!-~]{1,4096}$/;
const TOKEN_EXPECTED = 'Expected the token alone, on one line: visible characters without spaces.';

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
    terminal.print(`Tenant ${before.host}, as in the secret; ${DOMAIN_OPTION} changes it.`);
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
    option: DOMAIN_OPTION,
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

/** The token: from a file or standard input, else from the operator. Never an argument, which other users could see. */
export async function answerToken(terminal: Terminal, feed: Feed, file: string | undefined): Promise<string> {
  const answer = file === undefined ? await askToken(terminal, feed) : await readToken(terminal, file);
  const token = answer.trim();
  if (TOKEN_PATTERN.test(token)) return token;
  throw new OperatorError({
    what: `What was given as the token has ${token.length} characters and is none.`,
    whatToDo: TOKEN_EXPECTED,
    exitCode: ExitCode.WrongUsage,
  });
}

async function askToken(terminal: Terminal, feed: Feed): Promise<string> {
  if (terminal.prompts.areAnswered) for (const line of tokenGuide(feed)) terminal.print(line);
  return terminal.prompts.askSecret({
    message: 'Token (not shown):',
    option: '--token-file <path>, or --token-file - for standard input',
    validate: (answer) => TOKEN_PATTERN.test(answer.trim()) || TOKEN_EXPECTED,
  });
}

/** How to make a token, for somebody who has never done it; one line per element. */
function tokenGuide(feed: Feed): readonly string[] {
  return [
    'Make a token in Netskope:',
    `  - ${TokenPlace.Roles}: ${TOKEN_ROLE}; then`,
    `    ${TokenPlace.ServiceAccounts}:`,
    '    an account with that role, and its token.',
    '  - Where the tenant has no service accounts yet:',
    `    ${TokenPlace.Tokens} > New Token, with ${tokenScope(feed)}.`,
    'Netskope shows the token once. Copy it, and paste it here.',
  ];
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

interface ExpiryQuestion {
  /** Value of the option. */
  readonly given?: string;
  readonly token: string;
  readonly before: SecretContent;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

/**
 * The token's last day: the one given, else the one that the secret has for the same token.
 * @returns `2027-06-30`, or undefined if it is not known
 * @throws OperatorError if it is not a day, or is over; without the value, which may be a misplaced token
 */
export function tokenExpiry({ given, token, before, nowMs }: ExpiryQuestion): string | undefined {
  if (given === undefined)
    return before.kind === 'filled' && before.token === token ? before.tokenExpiresOn : undefined;
  const expiresAtMs = endOfDayMs(given);
  // Date.parse takes a day that the month does not have for one of the next month.
  const isDay = !Number.isNaN(expiresAtMs) && dayOf(expiresAtMs) === given;
  if (!isDay)
    throw wrongExpiry("The token's expiry is no day.", 'Give it as YYYY-MM-DD, such as 2027-06-30.');
  if (expiresAtMs < nowMs) throw wrongExpiry(`The token has expired on ${given}.`, 'Make a new one.');
  return given;
}

/**
 * The end of a day, UTC, in unix milliseconds; NaN if the text is not a day.
 * @param day `2027-06-30`
 */
export function endOfDayMs(day: string): number {
  return Date.parse(`${day}T23:59:59.999Z`);
}

function wrongExpiry(what: string, whatToDo: string): OperatorError {
  return new OperatorError({ what, whatToDo, exitCode: ExitCode.WrongUsage });
}
