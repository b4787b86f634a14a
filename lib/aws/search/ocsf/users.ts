import { ACCOUNT_CHANGE, API_ACTIVITY, AUTHENTICATION } from '../../../format/ocsf/ocsf-classes';
import { OCSF_EMAIL } from '../../../format/ocsf/ocsf-mapping';
import { UNKNOWN_USER } from '../../../format/ocsf/users';
import { isOfClass } from './classification';
import type { TypedSql } from './trino';
import { fieldOf, firstOf, isOneOf, isText, literal, matches, row, text, trimmed, where } from './trino';

/** Fields that name who acted, best first, as the detector reads them. */
const IDENTITY_FIELDS = ['user', 'ur_normalized', 'userPrincipalName', 'sAMAccountName'];

/** Names that identify nobody, as the detector reads them: a placeholder, or only crosses, between any other signs. */
const NOBODY =
  '(?i)^[^\\p{L}\\p{N}]*(?:(?:redacted|obfuscated|anonymized|anonymised|anonymous|masked|hidden|unknown|undefined|null|' +
  'none|n/a|not available|x+)[^\\p{L}\\p{N}]*)?$';

/** Who acted; null if Netskope does not say, or hides it. */
export const ACTOR_NAME = `coalesce(${IDENTITY_FIELDS.map((field) => {
  const name = trimmed(`"${field.toLowerCase()}"`);
  return firstOf([[`${isText(fieldOf('raw', field))} AND NOT ${matches(name, NOBODY)}`, name]]);
}).join(', ')})`;

/** The first of `texts` that is a name: logins list an address before it. */
export const NAME_IN_TEXTS = `element_at(filter(transform(texts, t -> ${trimmed('t')}), t -> t <> '' AND NOT contains(source_addresses, lower(t))), 1)`;

/** @param name expression of a name that is not null */
export function userNamed(name: string): TypedSql {
  return row({ name: text(name), email_addr: text(firstOf([[matches(name, OCSF_EMAIL), name]])) });
}

/** Who acted, as the attribute says it: OCSF requires the actor of an API call. */
export const ACTING_NAME = firstOf(
  [[isOfClass(API_ACTIVITY), `coalesce(actor_name, ${literal(UNKNOWN_USER.name)})`]],
  'actor_name',
);

/** The account that was changed, or who logged in or out; null in other classes. */
export const USER_NAME = firstOf([
  [isOfClass(ACCOUNT_CHANGE), nameUnder(['user', 'admin'], [])],
  [isOfClass(AUTHENTICATION), nameUnder(['user'], ['actor_name'])],
]);

export const USERS = {
  actor: where('acting_name IS NOT NULL', row({ user: userNamed('acting_name') })),
  user: where('user_name IS NOT NULL', userNamed('user_name')),
};

function nameUnder(dataTypes: readonly string[], otherwise: readonly string[]): string {
  const named = firstOf([[isOneOf('data_type', dataTypes), 'name_in_texts']]);
  return `coalesce(${[named, ...otherwise, literal(UNKNOWN_USER.name)].join(', ')})`;
}
