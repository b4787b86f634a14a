import { isLoopbackHost } from '../../../lambdas/contract/deployment/loopback-origin';
import type { AwsRequest } from './aws-call';
import { AwsError } from './aws-error';

/**
 * Refuses a request that was addressed to another host. A web page whose name resolves to 127.0.0.1 could otherwise have
 * the operator's browser speak to this endpoint (DNS rebinding).
 * @throws AwsError ForeignHost
 */
export function refuseForeignHost({ headers: { host = '' } }: Pick<AwsRequest, 'headers'>): void {
  const url = `http://${host}`;
  if (URL.canParse(url) && new URL(url).host !== '' && isLoopbackHost(new URL(url).hostname)) return;
  throw new AwsError(
    403,
    'ForeignHost',
    `Received a request for the host ${JSON.stringify(host)}; expected 127.0.0.1 or localhost.`,
  );
}
