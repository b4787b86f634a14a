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

/** The HTTP client's error where no connection came up in time; its only use of that name in this configuration. */
const CONNECT_TIMEOUT_NAME = 'TimeoutError';

/**
 * Whether a failed request certainly never reached the server. Anything not listed is doubt: a list of what is safe can
 * be too short without losing an event.
 */
export function wasNeverSent(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(wasNeverSent);
  const { code, name } = error as { code?: unknown; name?: unknown };
  return (typeof code === 'string' && BEFORE_SENDING.has(code)) || name === CONNECT_TIMEOUT_NAME;
}
