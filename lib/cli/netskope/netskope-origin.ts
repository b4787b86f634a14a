import { EnvVar } from '../../../lambdas/contract/environment';
import { ExitCode } from '../exit-code';
import { OperatorError } from '../operator-error';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Origin of a tenant's API: `https://corp.goskope.com`. NETSKOPE_ENDPOINT_URL takes its place, as it does in the collector.
 * @param host bare host name of the tenant
 * @throws OperatorError where that variable holds something else than an http or https address
 */
export function netskopeOrigin(host: string, environment: Environment): string {
  const override = environment[EnvVar.NetskopeEndpointUrl];
  if (override === undefined) return `https://${host}`;
  if (URL.canParse(override) && /^https?:$/.test(new URL(override).protocol)) return new URL(override).origin;
  throw new OperatorError({
    what: `The environment variable ${EnvVar.NetskopeEndpointUrl} is ${JSON.stringify(override)}; expected an http or https origin.`,
    whatToDo: 'Correct it, or unset it: only local tests need it.',
    exitCode: ExitCode.WrongUsage,
  });
}
