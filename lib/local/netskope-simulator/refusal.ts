import { gatewayAnswer, textAnswer, type Answer } from './answer';
import type { RefusalFault, ServerErrorFault } from './fault';
import type { SimulatorRequest, TenantTokens } from './simulator-options';

/** The answer to a request that names no endpoint, in Kong's words. */
export const noSuchRoute: Answer = gatewayAnswer(404, 'no Route matched with those values');

/**
 * Judges the token of a request; undefined if it may read audit events.
 * @param tokens undefined if any token will do.
 */
export function refuseToken(token: string | undefined, tokens: TenantTokens | undefined): Answer | undefined {
  if (token === undefined) return gatewayAnswer(401, 'Unauthorized');
  if (tokens === undefined || tokens.valid.includes(token)) return undefined;
  if (tokens.unscoped?.includes(token)) return gatewayAnswer(403, 'You cannot consume this service');
  const expired = tokens.expired?.find((entry) => entry.token === token);
  return expired
    ? gatewayAnswer(expired.status, 'Invalid authentication credentials')
    : gatewayAnswer(401, 'Unauthorized');
}

/** The answer to a second call on a busy index, as the Netskope add-on for Splunk reports it. */
export function conflictAnswer(body: 'json' | 'text' = 'json'): Answer {
  const message = 'Concurrency conflict, retry later';
  return body === 'json' ? gatewayAnswer(409, message) : textAnswer(409, message);
}

/** The answer that a fault chosen by a test stands for. */
export function refusalAnswer(fault: RefusalFault, request: SimulatorRequest): Answer {
  switch (fault.kind) {
    case 'rate-limited':
      return gatewayAnswer(429, 'API rate limit exceeded', {
        ...(fault.rateLimitHeaders === false ? {} : exhaustedRateLimit),
        ...(fault.retryAfter === undefined ? {} : { 'Retry-After': fault.retryAfter }),
      });
    case 'conflict':
      return conflictAnswer(fault.body);
    case 'unauthorized':
      return unauthorizedAnswer(fault.body, request);
    case 'forbidden':
      return forbiddenAnswer(fault.body, request);
    case 'not-found':
      return noSuchRoute;
    case 'bad-request':
      return gatewayAnswer(400, `Invalid operation ${request.operation}`);
    case 'redirect':
      return textAnswer(302, '', { Location: fault.location ?? 'https://sign-in.example.net/' });
  }
}

/** The gateway's own failures; 500 comes from the service behind it. */
export function serverErrorAnswer({ status }: ServerErrorFault): Answer {
  switch (status) {
    case 500:
      return gatewayAnswer(500, 'An unexpected error occurred');
    case 502:
      return textAnswer(502, 'An invalid response was received from the upstream server');
    case 503:
      return gatewayAnswer(503, 'name resolution failed');
    case 504:
      return textAnswer(504, 'The upstream server is timing out');
  }
}

const exhaustedRateLimit = { 'RateLimit-Limit': 4, 'RateLimit-Remaining': 0, 'RateLimit-Reset': 1 };

function unauthorizedAnswer(
  body: 'unauthorized' | 'invalid-credentials' | 'echoes-token' = 'unauthorized',
  { token }: SimulatorRequest,
): Answer {
  if (body === 'echoes-token') return gatewayAnswer(401, `Invalid token: ${token ?? ''}`);
  return gatewayAnswer(401, body === 'unauthorized' ? 'Unauthorized' : 'Invalid authentication credentials');
}

function forbiddenAnswer(
  body: 'scope' | 'text' | 'echoes-token' = 'scope',
  { token }: SimulatorRequest,
): Answer {
  if (body === 'text') return textAnswer(403, 'Access denied');
  const message = body === 'scope' ? 'You cannot consume this service' : `Token ${token ?? ''} has no access`;
  return gatewayAnswer(403, message);
}
