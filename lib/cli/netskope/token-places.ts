import type { Feed } from '../../../lambdas/contract/feed/feed';

/**
 * Places in the Netskope console that decide whether a token works (Netskope documentation, "REST API v2 Overview"; for
 * roles and service accounts the release notes of November 2025).
 */
export const TokenPlace = {
  Tokens: 'Settings > Tools > REST API v2',
  Status: 'Settings > Tools > REST API v2, REST API Status',
  Roles: 'Settings > Administration > Administrators & Roles',
  AllowList: 'Settings > Administration > IP Allowlist',
} as const;

/** The permission that a token needs. */
export function tokenScope({ iteratorPath }: Pick<Feed, 'iteratorPath'>): string {
  return `read access to the endpoint ${iteratorPath}`;
}
export const TOKEN_ROLE = 'a role with Audit Log: View';

/** How to make a token, for somebody who has never done it; one line per element. */
export function tokenGuide(feed: Pick<Feed, 'iteratorPath'>): readonly string[] {
  return [
    'Make a token in Netskope, in one of two ways:',
    `  - ${TokenPlace.Tokens} > New Token, with ${tokenScope(feed)}; or,`,
    '  - where tokens belong to users and service accounts (tenants since November 2025),',
    `    ${TokenPlace.Roles}: ${TOKEN_ROLE},`,
    '    a service account with that role, and its token.',
    'Netskope shows the token once. Copy it, and paste it here.',
  ];
}
