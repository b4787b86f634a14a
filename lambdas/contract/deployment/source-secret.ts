import type { Source } from './collector-event';

/** Fields of the JSON value that the operator puts into a source's secret. */
export const SecretField = {
  /** Bare host name of the tenant, such as `corp.goskope.com`. */
  Domain: 'domain',
  /** REST API v2 token with read access to the feed's endpoints. */
  Token: 'token',
  /** Optional: the day the token expires, `YYYY-MM-DD`. */
  TokenExpiresAt: 'tokenExpiresAt',
} as const;

/** Name of the secret that a deployment makes for a source. */
export function secretName(prefix: string, sourceId: string): string {
  return `${prefix}${sourceId}`;
}

/** A source, as far as it tells which secret it has. */
export type SecretOwner = Pick<Source, 'sourceId' | 'secret'>;

/** Name or ARN of a source's secret: of its own, or of the one that the deployment makes. */
export function secretOf(prefix: string, { sourceId, secret }: SecretOwner): string {
  return secret ?? secretName(prefix, sourceId);
}
