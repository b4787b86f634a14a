import { isIP } from 'node:net';
import { remembered } from './remembered';
import type { SupportingData } from './supporting-data';

/** Fields that name who acted, best first. */
export const IDENTITY_FIELDS = ['user', 'ur_normalized', 'userPrincipalName', 'sAMAccountName'] as const;

/**
 * Names that identify nobody, because the tenant hides its users, or because the producer knew none. "redacted" is from
 * the documentation of Netskope's command line, for a tenant that hides its users; empty is the default of a field
 * without value in Netskope's event schema; "null" was seen after Cloud Exchange. The others are common words for it, in
 * case a tenant uses them.
 */
export const HIDDEN: ReadonlySet<string> = new Set(
  'redacted obfuscated anonymized anonymised anonymous masked hidden'.split(' '),
);
export const UNKNOWN: ReadonlySet<string> = new Set([
  'unknown',
  'undefined',
  'null',
  'none',
  'n/a',
  'not available',
]);

/** A name without brackets, stars and dashes around it. The time is linear: anybody may enter a name of any length. */
const BARE_NAME = /[\p{L}\p{N}](?:.*[\p{L}\p{N}])?/su;

function bareName(name: string): string {
  return BARE_NAME.exec(name.toLowerCase())?.[0] ?? '';
}

/** Whether a name identifies nobody in any tenant. */
const isNoName = remembered((name) => {
  const bare = bareName(name);
  return bare === '' || HIDDEN.has(bare) || UNKNOWN.has(bare) || /^x+$/.test(bare);
});

function isNobody(name: string, anonymousUsers: ReadonlySet<string>): boolean {
  return anonymousUsers.has(name.toLowerCase()) || isNoName(name);
}

/** Whether a name is one that the event gives to who acted, ignoring case, even one that identifies nobody. */
export function isActor(name: string, fields: Readonly<Record<string, unknown>>): boolean {
  return IDENTITY_FIELDS.flatMap((field) => namesIn(fields[field])).some(
    (actor) => actor.toLowerCase() === name.toLowerCase(),
  );
}

/** A placeholder that hides nothing: the producer had no name. Empty texts and dashes are such, too; stars hide. */
function isUnknown(name: string): boolean {
  return /^-*$/.test(name) || UNKNOWN.has(bareName(name));
}

/** A field has one name, or a list of them (samples of parsers); null says no more than a missing field. */
function namesIn(field: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(field) ? field : [field];
  return values.filter((value) => typeof value === 'string').map((name) => name.trim());
}

/**
 * The user who acted. A hash counts as a name: it tells people apart. If a tenant shows one hash for everybody, that
 * hash belongs in `anonymousUsers`.
 * @param anonymousUsers names in lower case that identify nobody in this tenant
 * @returns the name as Netskope wrote it, of a list the first; undefined if every field is empty or hides it
 */
export function userOf(
  fields: Readonly<Record<string, unknown>>,
  anonymousUsers: ReadonlySet<string>,
): string | undefined {
  for (const field of IDENTITY_FIELDS)
    for (const name of namesIn(fields[field])) if (!isNobody(name, anonymousUsers)) return name;
  return undefined;
}

/**
 * The name that was entered at a login, for an event without a known user: producers write `unknown` as the acting user
 * of a failed login and `[address, name]` as its values. It is the account that is attacked, so failures are counted by
 * it, as they are where `user` has it. In other events such a name is the object, not the actor: whoever names an
 * account so could have another's acts counted as their own. A user whom the tenant hides stays hidden.
 * @param fields of a login
 * @returns undefined if the values do not begin with an address, or no name follows it
 */
export function loginNameOf(
  fields: Readonly<Record<string, unknown>>,
  { type, values: [address, ...others] }: SupportingData,
  anonymousUsers: ReadonlySet<string>,
): string | undefined {
  if (type !== 'user' || !isAddress(address)) return undefined;
  if (!IDENTITY_FIELDS.flatMap((field) => namesIn(fields[field])).every(isUnknown)) return undefined;
  const name = namesIn(others).find((other) => other !== '' && !isAddress(other));
  return name === undefined || isNobody(name, anonymousUsers) ? undefined : name;
}

export function isAddress(value: unknown): boolean {
  return typeof value === 'string' && isIP(value.trim()) !== 0;
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
