/** Codes of failures that lie before the first byte of a request: name resolution, connection, TLS. */
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
 * Whether a failed request certainly never reached the server. Anything not listed is doubt: a list of what is safe can
 * be too short without losing an event.
 */
export function wasNeverSent(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(wasNeverSent);
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? BEFORE_SENDING.has(code) : isConnectTimeout(error);
}

/**
 * The HTTP client's error where no connection came up in time. It gives the same name to a reset, which may come long
 * after the request was sent; but that has a code, and this has none.
 */
function isConnectTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}
