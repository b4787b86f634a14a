/** A domain name in lower case with at least one dot in it, such as `netskope.example.com`; a top-level domain is none. */
export const DOMAIN_PATTERN =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export const ALLOWED_DOMAINS_EXPECTED =
  'expected domain names in lower case with commas between them, such as netskope.example.com';

/** The text by which a list of domains is handed on: in an environment variable, in an output of the stack. */
export function allowedDomainsText(domains: readonly string[]): string {
  return domains.join(',');
}

/**
 * The domains in such a text; none where there is no text.
 * @returns undefined where one of them is no domain name
 */
export function parseAllowedDomains(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return [];
  const domains = text.split(',').map((domain) => domain.trim());
  return domains.every((domain) => DOMAIN_PATTERN.test(domain)) ? domains : undefined;
}
