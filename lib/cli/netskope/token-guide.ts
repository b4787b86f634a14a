import { TokenPlace } from '../../../lambdas/contract/deployment/token-places';
import type { Feed } from '../../../lambdas/contract/feed/feed';

/** The permission that a token needs. */
export function tokenScope({ iteratorPath }: Pick<Feed, 'iteratorPath'>): string {
  return `read access to the endpoint ${iteratorPath}`;
}
export const TOKEN_ROLE = 'a role with Audit Log: View';

/** How to make a token, for somebody who has never done it; one line per element. */
export function tokenGuide(feed: Pick<Feed, 'iteratorPath'>): readonly string[] {
  return [
    'Make a token in Netskope:',
    `  - ${TokenPlace.Roles}: ${TOKEN_ROLE}; then`,
    `    ${TokenPlace.ServiceAccounts}:`,
    '    an account with that role, and its token.',
    '  - Where the tenant has no service accounts yet:',
    `    ${TokenPlace.Tokens} > New Token, with ${tokenScope(feed)}.`,
    'Netskope shows the token once. Copy it, and paste it here.',
  ];
}
