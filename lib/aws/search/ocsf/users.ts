import { HIDDEN, IDENTITY_FIELDS, UNKNOWN } from '../../../../lambdas/detector/core/event/actor';
import { FAILED_LOGIN, SUCCESSFUL_LOGIN } from '../../../../lambdas/detector/core/event/event-names';
import { ACCOUNT_CHANGE, API_ACTIVITY, AUTHENTICATION } from '../../../format/ocsf/ocsf-classes';
import { OCSF_EMAIL } from '../../../format/ocsf/ocsf-mapping';
import { UNKNOWN_USER } from '../../../format/ocsf/users';
import { isOfClass } from './classification';
import type { TypedSql } from './trino';
import { fieldOf, firstOf, isOneOf, isText, literal, matches, row, text, trimmed, where } from './trino';

/** Placeholders between any signs that are neither letters nor digits, as the detector reads them. */
function placeholder(words: Iterable<string>): string {
  return `[^\\p{L}\\p{N}]*(?:${[...words].join('|')})[^\\p{L}\\p{N}]*`;
}

/** Names that identify nobody: a placeholder, only crosses, or nothing but signs. */
const NOBODY = `(?i)^(?:${placeholder([...HIDDEN, ...UNKNOWN, 'x+'])}|[^\\p{L}\\p{N}]*)$`;
/** Those of them that hide nobody: the producer had no name. */
const UNKNOWN_NAME = `(?i)^(?:${placeholder(UNKNOWN)}|-*)$`;

/** All names of who acted, best first: each field has one, or a list of them. */
export const IDENTITY_NAMES = `flatten(ARRAY[${IDENTITY_FIELDS.map((field) => {
  const json = fieldOf('raw', field);
  const list = `transform(filter(CAST(${json} AS array(json)), n -> ${isText('n')}), n -> json_extract_scalar(n, '$'))`;
  const names = firstOf(
    [
      [isText(json), `ARRAY["${field.toLowerCase()}"]`],
      [`starts_with(json_format(${json}), '[')`, list],
    ],
    'ARRAY[]',
  );
  return `transform(${names}, n -> ${trimmed('n')})`;
}).join(', ')}])`;

/** The first of `identity_names` that is one; null if Netskope does not say who acted, or hides it. */
export const NAMED_ACTOR = `element_at(filter(identity_names, n -> NOT ${matches('n', NOBODY)}), 1)`;

/**
 * Who acted, of a login also the name that was entered: after an address, where all of `identity_names` are unknown.
 */
export const ACTOR_NAME = `coalesce(named_actor, ${firstOf([
  [
    [
      matches('event_name', `(?i)${FAILED_LOGIN}|${SUCCESSFUL_LOGIN}`),
      "data_type = 'user'",
      isText('element_at(data_values, 1)'),
      `contains(source_addresses, lower(${trimmed("json_extract_scalar(element_at(data_values, 1), '$')")}))`,
      `element_at(filter(identity_names, n -> NOT ${matches('n', UNKNOWN_NAME)}), 1) IS NULL`,
      `NOT ${matches('name_in_texts', NOBODY)}`,
    ].join(' AND '),
    'name_in_texts',
  ],
])})`;

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
