import { isIP } from 'node:net';
import { CredentialError } from '../core/errors';

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST_NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`);

/**
 * The tenant's bare host name out of what people paste: `corp.goskope.com`, `https://corp.goskope.com/`.
 * Whatever could send the token elsewhere is refused: user info, a port, a path, an address, another scheme.
 * @param where names the field in the error; the value itself is not repeated, for it may be a token put into the wrong field
 * @throws CredentialError
 */
export function tenantHost(value: unknown, where: string): string {
  const expected = 'expected the host name of the tenant, such as corp.goskope.com';
  if (typeof value !== 'string') throw new CredentialError(`${where}: ${expected}`);
  const host = value
    .trim()
    .toLowerCase()
    .replace(/^https:\/\//, '')
    .replace(/\/$/, '');
  if (host.length > 253 || !HOST_NAME.test(host) || isIP(host) !== 0) {
    throw new CredentialError(`${where}: ${expected}; not a URL with user, port or path, nor an address`);
  }
  return host;
}
