const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST_NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*\\.[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$`);

/** What a domain must be, to complete an error message; the value itself may be a token put into the wrong field. */
export const TENANT_HOST_EXPECTED =
  'expected the host name of the tenant, such as corp.goskope.com; not a URL with user, port or path, nor an address';

/**
 * The tenant's bare host name out of what people paste: `corp.goskope.com`, `https://corp.goskope.com/`.
 * @returns undefined for whatever could send the token elsewhere: user info, a port, a path, an address, another scheme
 */
export function tenantHost(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const host = value
    .trim()
    .toLowerCase()
    .replace(/^https:\/\//, '')
    .replace(/\/$/, '');
  return HOST_NAME.test(host) ? host : undefined;
}
