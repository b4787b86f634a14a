import type { Answer } from './answer';
import { gatewayAnswer, textAnswer } from './answer';
import type { RefusalFault, ServerErrorFault } from './fault';
import type { EndpointName, SimulatorRequest, TenantTokens } from './request';

/** The answer to a request that names no endpoint, as Kong words it. */
export const noSuchRoute: Answer = gatewayAnswer(404, 'no Route matched with those values');

/** The token of a request and the endpoint it calls. */
interface TokenCheck {
  readonly token: string | undefined;
  readonly endpoint: EndpointName;
}

/**
 * Checks the token of a request; undefined if it may call this endpoint.
 * @param tokens undefined if any token is valid.
 */
export function refuseToken(
  { token, endpoint }: TokenCheck,
  tokens: TenantTokens | undefined,
): Answer | undefined {
  if (token === undefined) return gatewayAnswer(401, 'Unauthorized');
  if (tokens === undefined || tokens.valid.includes(token)) return undefined;
  const isScoped = endpoint === 'iterator' && tokens.iteratorOnly?.includes(token) === true;
  if (isScoped) return undefined;
  const isKnown = [...(tokens.unscoped ?? []), ...(tokens.iteratorOnly ?? [])].includes(token);
  if (isKnown) return gatewayAnswer(403, 'You cannot consume this service');
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

/** The answer for a fault that a test has chosen. */
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
      return gatewayAnswer(400, badRequestText(request));
    case 'redirect':
      return textAnswer(302, '', { Location: fault.location ?? 'https://sign-in.example.net/' });
    case 'foreign-host':
      return textAnswer(fault.status, FOREIGN_PAGE, { 'content-type': 'text/html; charset=utf-8' });
  }
}

/** The gateway's own failures, including the 4xx; a 500 comes from the service behind it. */
export function serverErrorAnswer({ status }: ServerErrorFault): Answer {
  switch (status) {
    case 408:
      return textAnswer(408, 'Request Timeout');
    case 425:
      return textAnswer(425, 'Too Early');
    case 499:
      return textAnswer(499, 'Client Closed Request');
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

const FOREIGN_PAGE = '<!DOCTYPE html><html><head><title>Welcome</title></head><body>Welcome!</body></html>';

const GATEWAY_PAGE =
  '<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>';

/** Forms of a token that a text search does not find, one per line, the third over two lines. */
function disguised(token: string): string {
  const codes = [...Buffer.from(token)].map((byte) => byte.toString(16).padStart(2, '0'));
  const escaped = codes.map((code) => `\\u00${code}`).join('');
  const encoded = codes.map((code) => `%${code}`).join('');
  const [half, rest] = [token.slice(0, token.length / 2), token.slice(token.length / 2)];
  return [`{"token":"${escaped}"}`, `token=${encoded}`, `${half}\n${rest}`, `${half}...`].join('\n');
}

function badRequestText({ endpoint, operation }: SimulatorRequest): string {
  return endpoint === 'query' ? 'Invalid query' : `Invalid operation ${operation}`;
}

const exhaustedRateLimit = { 'RateLimit-Limit': 4, 'RateLimit-Remaining': 0, 'RateLimit-Reset': 1 };

function unauthorizedAnswer(
  body: Extract<RefusalFault, { kind: 'unauthorized' }>['body'] = 'unauthorized',
  { token = '' }: SimulatorRequest,
): Answer {
  if (body === 'echoes-token-disguised') return textAnswer(401, disguised(token));
  if (body === 'echoes-token') return gatewayAnswer(401, `Invalid token: ${token}`);
  return gatewayAnswer(401, body === 'unauthorized' ? 'Unauthorized' : 'Invalid authentication credentials');
}

function forbiddenAnswer(
  body: Extract<RefusalFault, { kind: 'forbidden' }>['body'] = 'scope',
  { token }: SimulatorRequest,
): Answer {
  switch (body) {
    case 'scope':
      return gatewayAnswer(403, 'You cannot consume this service');
    case 'text':
      return textAnswer(403, 'Access denied');
    case 'html':
      return textAnswer(403, GATEWAY_PAGE, { 'content-type': 'text/html' });
    case 'echoes-token':
      return gatewayAnswer(403, `Token ${token ?? ''} has no access`);
    case 'api-disabled':
      // Unconfirmed text: only the status 403 is known, from the Netskope add-on for Splunk; its text is not published.
      return gatewayAnswer(403, 'REST API is disabled for this tenant');
    case 'address':
      // Unconfirmed for Netskope: the text of Kong's ip-restriction plugin, because the gateway looks like Kong.
      return gatewayAnswer(403, 'Your IP address is not allowed');
  }
}
