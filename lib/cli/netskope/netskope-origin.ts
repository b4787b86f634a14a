import { EnvVar } from '../../../lambdas/contract/deployment/environment';
import {
  LOOPBACK_ORIGIN_EXPECTED,
  loopbackOrigin,
  shownAddress,
} from '../../../lambdas/contract/deployment/loopback-origin';
import { ExitCode } from '../exit-code';
import { OperatorError } from '../operator-error';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Origin of a tenant's API: `https://corp.goskope.com`. NETSKOPE_ENDPOINT_URL takes its place, as it does in the collector.
 * @param host bare host name of the tenant
 * @throws OperatorError as `netskopeEndpoint` does
 */
export function netskopeOrigin(host: string, environment: Environment): string {
  return netskopeEndpoint(environment) ?? `https://${host}`;
}

/**
 * The origin that NETSKOPE_ENDPOINT_URL names in place of every tenant's; undefined where it is not set.
 * @throws OperatorError where it is not on this machine
 */
export function netskopeEndpoint(environment: Environment): string | undefined {
  const override = environment[EnvVar.NetskopeEndpointUrl];
  if (override === undefined) return undefined;
  const origin = loopbackOrigin(override);
  if (origin !== undefined) return origin;
  throw new OperatorError({
    what: `The environment variable ${EnvVar.NetskopeEndpointUrl} is ${shownAddress(override)}; ${LOOPBACK_ORIGIN_EXPECTED}.`,
    whatToDo: 'Correct it, or unset it: only local tests need it.',
    exitCode: ExitCode.WrongUsage,
  });
}
