import { TENANT_HOST_EXPECTED, tenantHost } from '../../../lambdas/contract/tenant-host';
import { ExitCode } from '../exit-code';
import { OperatorError } from '../operator-error';
import type { Terminal } from '../terminal';
import type { SecretContent } from './source-secret';

/** Domains that Netskope's tenants are below (Netskope documentation; Netskope's own clients for the government ones). */
const NETSKOPE_DOMAINS = ['goskope.com', 'govskope.us', 'govskope.ca'] as const;

const OPTION = '--domain <host>';
const EXPECTED = `${TENANT_HOST_EXPECTED.charAt(0).toUpperCase()}${TENANT_HOST_EXPECTED.slice(1)}.`;

/**
 * The tenant's bare host name: from the option, else the one the secret has, else asked for. What is wrong is not shown,
 * for it may be a token in the wrong place.
 */
export async function answerHost(
  terminal: Terminal,
  given: string | undefined,
  before: SecretContent,
): Promise<string> {
  if (given === undefined && before.kind === 'filled') {
    terminal.print(`Tenant ${before.host}, as in the secret; ${OPTION} changes it.`);
    return before.host;
  }
  const answer = given ?? (await askHost(terminal));
  const host = tenantHost(answer);
  if (host === undefined) {
    throw new OperatorError({
      what: 'The domain is not the host name of a tenant.',
      whatToDo: EXPECTED,
      exitCode: ExitCode.WrongUsage,
    });
  }
  if (before.kind === 'filled' && before.host !== host) {
    terminal.printMarked(
      'note',
      `The secret was for ${before.host}: one source must not collect two tenants, give each a source of its own.`,
    );
  }
  if (!NETSKOPE_DOMAINS.some((domain) => host.endsWith(`.${domain}`))) {
    terminal.printMarked('note', `${host} is not below ${NETSKOPE_DOMAINS.join(', ')}: is it your tenant?`);
  }
  return host;
}

function askHost({ prompts }: Terminal): Promise<string> {
  return prompts.ask({
    message: 'Domain of the tenant, such as corp.goskope.com:',
    option: OPTION,
    judge: (answer) => tenantHost(answer) !== undefined || EXPECTED,
  });
}
