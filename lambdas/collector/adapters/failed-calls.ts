import { TOKEN_PLACES, TokenPlace } from '../../contract/deployment/token-places';

/** Codes of failures before the first byte of a request is sent: name resolution, connection, proxy, TLS. */
const BEFORE_SENDING: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ERR_PROXY_TUNNEL',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'EPROTO',
]);

/**
 * Whether a failed request certainly never reached the server. Any code that is not listed counts as doubtful, so a
 * list that is too short loses no event.
 */
export function wasNeverSent(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(wasNeverSent);
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? BEFORE_SENDING.has(code) : isConnectTimeout(error);
}

/**
 * Whether no connection was established in time. The HTTP client uses this name for a reset, too, which may come long
 * after the request was sent; but a reset has a code, and a connection timeout has none.
 */
function isConnectTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

/** An answer that refuses the token, or the caller. */
interface Refusal {
  readonly status: 401 | 403;
  /** What came, such as `HTTP 401`. It holds nothing of the body, which may repeat the token in any form. */
  readonly received: string;
  /** Whether the body is a web page. Netskope's own refusals are JSON. */
  readonly isWebPage: boolean;
}

/** What came, and where to look for the cause. */
export function refusedReason({ status, received, isWebPage }: Refusal): string {
  if (status === 401) return `${received}; ${LOOK_FOR_TOKEN}`;
  return isWebPage ? `${received}; ${LOOK_FOR_ADDRESS}` : received;
}

const LOOK_FOR_TOKEN = `the token is unknown, expired or revoked: look for it in ${TOKEN_PLACES}`;

/** What many gateways send to a source address that they do not admit. */
const LOOK_FOR_ADDRESS = `perhaps the source address of this function is not allowed: look at ${TokenPlace.AllowList} and the list of the token's role`;
