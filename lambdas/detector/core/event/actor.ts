import { isIP } from 'node:net';
import type { SupportingData } from './supporting-data';

/** Fields that name who acted, best first. */
const IDENTITY_FIELDS = ['user', 'ur_normalized', 'userPrincipalName', 'sAMAccountName'] as const;

/**
 * Names that identify nobody. "redacted" is from the documentation of Netskope's command line, for a tenant that hides
 * its users; empty is the default of a field without value in Netskope's event schema; "null" was seen after Cloud
 * Exchange. The others are common words for it, in case a tenant uses them.
 */
const NOBODY: ReadonlySet<string> = new Set([
  'redacted',
  'obfuscated',
  'anonymized',
  'anonymised',
  'anonymous',
  'masked',
  'hidden',
  'unknown',
  'undefined',
  'null',
  'none',
  'n/a',
  'not available',
]);

/** Brackets, stars and dashes around a name. */
const AROUND_A_NAME = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;

function isNobody(name: string, anonymousUsers: ReadonlySet<string>): boolean {
  const lower = name.toLowerCase();
  if (anonymousUsers.has(lower)) return true;
  const bare = lower.replace(AROUND_A_NAME, '');
  return bare === '' || NOBODY.has(bare) || /^x+$/.test(bare);
}

/**
 * The user who acted. A hash counts as a name: it tells people apart. If a tenant shows one hash for everybody, that
 * hash belongs in `anonymousUsers`.
 * @param anonymousUsers names in lower case that identify nobody in this tenant
 * @returns the name as Netskope wrote it; undefined if every field is empty or hides it
 */
export function userOf(
  fields: Readonly<Record<string, unknown>>,
  anonymousUsers: ReadonlySet<string>,
): string | undefined {
  for (const field of IDENTITY_FIELDS) {
    const name = fields[field];
    if (typeof name === 'string' && !isNobody(name.trim(), anonymousUsers)) return name.trim();
  }
  return undefined;
}

/**
 * IP addresses that an action came from, as far as the event has them: logins and password changes carry `[address,
 * user]` under the data type `user` (fixtures of Sekoia and Panther). An address under another type is the object of
 * the action, such as an egress address in a policy, and not its origin.
 */
export function sourceAddressesOf({ type, values }: SupportingData): readonly string[] {
  const candidates = type === 'user' ? values : type === '' ? values.slice(0, 1) : [];
  const addresses = candidates
    .filter((value) => typeof value === 'string')
    .map((value) => value.trim().toLowerCase())
    .filter((value) => isIP(value) !== 0);
  return [...new Set(addresses)];
}
