import { HTTP_METHODS } from '../../../format/ocsf/class-attributes';
import { API_ACTIVITY, ENTITY_MANAGEMENT } from '../../../format/ocsf/ocsf-classes';
import { OCSF_ENTITY_TYPES } from '../../../format/ocsf/ocsf-mapping';
import { isOfClass } from './classification';
import type { TypedSql } from './trino';
import { firstOf, integer, isOneOf, isText, literal, matches, row, text, where } from './trino';
import { userNamed } from './users';

/** `data_values`, each text split into its words: one text may hold several of the values. */
export const CALL_WORDS = `flatten(transform(data_values, v -> ${firstOf(
  [
    [
      isText('v'),
      `filter(regexp_split(json_extract_scalar(v, '$'), ${literal('[\\t-\\r\\p{Z},]+')}), w -> w <> '')`,
    ],
  ],
  'ARRAY[json_format(v)]',
)}))`;

/** HTTP status of an API call, which Netskope lists first. Null in other classes, whose values may begin with a number. */
export const CALL_STATUS = firstOf([
  [
    `${isOfClass(API_ACTIVITY, 'type_by_name')} AND ${matches('element_at(call_words, 1)', '^[1-5][0-9]{2}$')}`,
    'CAST(element_at(call_words, 1) AS integer)',
  ],
]);

/** One of the methods that the detector reads, in capitals; null if the call has no status. */
export const CALL_METHOD = ofCall(
  `upper(${firstWord(matches('w', '(?i)^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$'))})`,
);

/** Without its query, which may hold sensitive values. */
export const CALL_PATH = ofCall(`regexp_extract(${firstWord("starts_with(w, '/')")}, '^[^?#]*')`);

/** Netskope's id of the request, such as `ccb898fgrhvdd0v0` in `trid=ccb898fgrhvdd0v0`. */
export const TRACE_ID = `element_at(filter(transform(texts, t -> regexp_extract(t, ${literal(
  '\\btrid=([A-Za-z0-9_-]+)',
)}, 1)), i -> i IS NOT NULL), 1)`;

const HTTP_METHOD = firstOf([[isOneOf('call_method', [...HTTP_METHODS]), 'call_method']]);

export const API_ATTRIBUTES = {
  api: where(
    isOfClass(API_ACTIVITY),
    row({
      operation: text("coalesce(call_method, 'Unknown')"),
      request: where('trace_id IS NOT NULL', row({ uid: text('trace_id') })),
      response: where('call_status IS NOT NULL', row({ code: integer('call_status') })),
    }),
  ),
  http_request: where(
    `${HTTP_METHOD} IS NOT NULL OR call_path IS NOT NULL`,
    row({
      http_method: text(HTTP_METHOD),
      url: where('call_path IS NOT NULL', row({ path: text('call_path') })),
    }),
  ),
};

function firstWord(condition: string): string {
  return `element_at(filter(call_words, w -> ${condition}), 1)`;
}

function ofCall(sql: string): string {
  return firstOf([['call_status IS NOT NULL', sql]]);
}

const CHANGES = 'coalesce(p_changes, ARRAY[])';

/** The first of `texts` that is no address, or the first object that was changed. */
export const ENTITY_NAME = `coalesce(${[
  "element_at(filter(texts, t -> t <> '' AND NOT contains(source_addresses, lower(t))), 1)",
  `element_at(filter(transform(${CHANGES}, c -> c.object), o -> o <> ''), 1)`,
  "'Unknown'",
].join(', ')})`;

export const ENTITY_TYPE_ID = firstOf(
  [
    ["data_type = ''", '0'],
    ...OCSF_ENTITY_TYPES.map(({ id, dataTypes }) => [isOneOf('data_type', dataTypes), String(id)] as const),
  ],
  '99',
);

const ENTITY_TYPE = firstOf(
  [
    ['entity_type_id = 0', "'Unknown'"],
    ...OCSF_ENTITY_TYPES.map(
      ({ id, caption }) => [`entity_type_id = ${String(id)}`, literal(caption)] as const,
    ),
  ],
  'data_type',
);

/**
 * Values of `p_changes` by path: a map of lists, for a path may have been changed twice, and a map from pairs with one
 * key twice is an error ("Map functions and operators", Trino documentation).
 */
export const VALUES_BEFORE = valuesByPath('before');
export const VALUES_AFTER = valuesByPath('after');

/** Attributes of the class Entity Management, from `entity_name`, `entity_type_id` and the values by path. */
export const ENTITY = {
  entity: where(isOfClass(ENTITY_MANAGEMENT), entityWith(dataOf('values_before', 1))),
  entity_result: where(
    `${isOfClass(ENTITY_MANAGEMENT)} AND cardinality(values_after) > 0`,
    entityWith(dataOf('values_after', -1)),
  ),
};

function valuesByPath(side: 'before' | 'after'): string {
  const path = firstOf([["c.object IN ('', entity_name)", 'c.path']], "c.object || '.' || c.path");
  const given = `filter(${CHANGES}, c -> c.path <> '' AND c.${side} IS NOT NULL)`;
  return `multimap_from_entries(transform(${given}, c -> ROW(${path}, c.${side})))`;
}

/**
 * A JSON object as text, because OCSF defines `data` as JSON of any form and its paths are different in each event.
 * @param place which value of a path counts: the first before, the last after
 */
function dataOf(values: string, place: 1 | -1): string {
  const counting = `transform(map_values(${values}), v -> element_at(v, ${String(place)}))`;
  return firstOf([
    [`cardinality(${values}) > 0`, `json_format(CAST(MAP(map_keys(${values}), ${counting}) AS json))`],
  ]);
}

/** With the object that OCSF asks for beside a known type. */
function entityWith(data: string): TypedSql {
  return row({
    name: text('entity_name'),
    type: text(ENTITY_TYPE),
    type_id: integer('entity_type_id'),
    device: where(
      isType('Device'),
      row({ hostname: text('entity_name'), type: text("'Unknown'"), type_id: integer('0') }),
    ),
    user: where(isType('User'), userNamed('entity_name')),
    policy: where(isType('Policy'), row({ name: text('entity_name') })),
    data: text(data),
  });
}

function isType(caption: string): string {
  const ids = OCSF_ENTITY_TYPES.filter((type) => type.caption === caption).map(({ id }) => String(id));
  return `entity_type_id IN (${ids.join(', ')})`;
}
