/** A lower-case domain name with at least one dot, such as `netskope.example.com`; no top-level domain. */
export const DOMAIN_PATTERN =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export const ALLOWED_DOMAINS_EXPECTED =
  'expected domain names in lower case with commas between them, such as netskope.example.com';

/** A list of domains as text, for an environment variable or a stack output. */
export function allowedDomainsText(domains: readonly string[]): string {
  return domains.join(',');
}

/**
 * The domains in such a text; none if there is no text.
 * @returns undefined if one of them is not a domain name
 */
export function parseAllowedDomains(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return [];
  const domains = text.split(',').map((domain) => domain.trim());
  return domains.every((domain) => DOMAIN_PATTERN.test(domain)) ? domains : undefined;
}
/**
 * Domains of Netskope's tenants: `corp.goskope.com`, and in other regions names below it such as `corp.eu.goskope.com`,
 * `corp.de.goskope.com` and `corp.au.goskope.com` (docs.netskope.com, "Netskope Client Network Configuration" and "REST
 * API v2 Overview"); FedRAMP tenants are below `govskope.us`, those of Canada's PBMM below `govskope.ca`
 * (docs.netskope.com, "GovCloud"; Netskope's plug-ins for Cloud Exchange). No page found on 2026-11-28 names another
 * domain, not even for China: such a tenant needs the setting `allowedDomains`.
 */
export const NETSKOPE_DOMAINS = ['goskope.com', 'govskope.us', 'govskope.ca'] as const;

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST_NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*\\.[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$`);

/** What a domain must be; the end of an error message. It shows no value: that may be a token in the wrong field. */
export const TENANT_HOST_EXPECTED =
  'expected the host name of the tenant, such as corp.goskope.com; not a URL with user, port or path, nor an address';

/**
 * The tenant's bare host name from what people paste: `corp.goskope.com`, `https://corp.goskope.com/`.
 * @returns undefined for what could send the token elsewhere: user info, a port, a path, an address, another scheme
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

/**
 * What is expected instead of a value that `tenantHost` refused, with the host name that is probably meant:
 * `corp.goskope.com` for `corp`, `http://corp.goskope.com`, `https://corp.goskope.com/ns#/home` and
 * `corp.goskope.com.`. Nothing else of the value is shown.
 * @param allowedDomains domains besides Netskope's own below which a host may be meant
 */
export function tenantHostExpected(value: unknown, allowedDomains: readonly string[] = []): string {
  const meant = typeof value === 'string' ? meantHost(value.trim().toLowerCase(), allowedDomains) : undefined;
  return meant === undefined ? TENANT_HOST_EXPECTED : `${TENANT_HOST_EXPECTED} (did you mean ${meant}?)`;
}

/** A tenant's name without a domain. Netskope's tokens are longer: 32 characters or more. */
const TENANT_NAME = /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/;

function meantHost(text: string, allowedDomains: readonly string[]): string | undefined {
  if (TENANT_NAME.test(text) && text !== 'localhost') return `${text}.${NETSKOPE_DOMAINS[0]}`;
  const host = tenantHost(
    text
      .replace(/^(?:[a-z]+:)?\/\//, '')
      .replace(/[/?#\\].*$/s, '')
      .replace(/^.*@/, '')
      .replace(/:\d+$/, '')
      .replace(/\.+$/, ''),
  );
  return host !== undefined && mayReceiveToken(host, allowedDomains) ? host : undefined;
}

/**
 * Whether the token may be sent to a host: one below a domain of Netskope, or one that the operator allows.
 * @param host bare host name, as from `tenantHost`
 * @param allowedDomains further domains; each allows itself and its subdomains
 */
export function mayReceiveToken(host: string, allowedDomains: readonly string[]): boolean {
  return isNetskopeHost(host) || allowedDomains.some((domain) => host === domain || isBelow(host, domain));
}

/** Why `mayReceiveToken` refuses a host, without what to do about it. */
export function foreignHost(host: string): string {
  return `${shownHost(host)} is not below ${NETSKOPE_DOMAINS.slice(0, -1).join(', ')} or ${NETSKOPE_DOMAINS.at(-1)}, where Netskope's tenants are`;
}

/** Three texts joined by dots are also the form of a token (RFC 7519), but one of them is then longer. */
const PLAIN_HOST = /^(?:[a-z0-9-]{1,30}\.)+[a-z]{2,18}$/;

function shownHost(host: string): string {
  return PLAIN_HOST.test(host) ? host : 'the host name';
}

/**
 * Whether a host is below a domain of Netskope.
 * @param host bare host name, as from `tenantHost`
 */
export function isNetskopeHost(host: string): boolean {
  return NETSKOPE_DOMAINS.some((domain) => isBelow(host, domain));
}

function isBelow(host: string, domain: string): boolean {
  return host.endsWith(`.${domain}`);
}
