import {
  foreignHost,
  mayReceiveToken,
  tenantHost,
  tenantHostExpected,
} from '../../../lambdas/contract/deployment/tenant-host';
import { ExitCode } from '../exit-code';
import { OperatorError } from '../operator-error';
import type { Terminal } from '../terminal';
import type { SecretContent } from './source-secret';

const OPTION = '--domain <host>';

/** What the answer is judged by. */
export interface HostQuestion {
  /** What the option says. */
  readonly given?: string;
  readonly before: SecretContent;
  /** Domains beside Netskope's own that the token may be sent to. */
  readonly allowedDomains: readonly string[];
}

/**
 * The tenant's bare host name: from the option, else the one the secret has, else asked for. Of what is wrong nothing is
 * shown but a host name, for it may be a token in the wrong place.
 * @throws OperatorError for what is no host name, and for a host that the token may not be sent to
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
      whatToDo: sentence(tenantHostExpected(answer)),
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
    judge: (answer) => {
      const host = tenantHost(answer);
      if (host === undefined) return sentence(tenantHostExpected(answer));
      return mayReceiveToken(host, allowedDomains) || `${foreignHost(host)}.`;
    },
  });
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
