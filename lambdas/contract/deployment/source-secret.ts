/** Fields of the JSON value that the operator puts into a source's secret. */
export const SecretField = {
  /** Bare host name of the tenant, such as `corp.goskope.com`. */
  Domain: 'domain',
  /** REST API v2 token with read access to the feed's endpoints. */
  Token: 'token',
  /** Optional: the day the token expires, `YYYY-MM-DD`. */
  TokenExpiresAt: 'tokenExpiresAt',
} as const;

/** Name of a source's secret. */
export function secretName(prefix: string, sourceId: string): string {
  return `${prefix}${sourceId}`;
}
