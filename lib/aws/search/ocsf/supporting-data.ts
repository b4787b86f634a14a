import { fieldOf, firstOf, isText, literal, matches, trimmed } from './trino';

// `supporting_data` in every shape that SQL can open. What Python wrote counts as absent: only a program can read it.

const LIST_OR_OBJECT = '^\\s*[{\\[]';
const PYTHON = "^\\s*[{\\[]\\s*'";

/** `supporting_data` as JSON, also from a text that holds it. */
export const SUPPORTING_DATA = opened(fieldOf('raw', 'supporting_data'));

/** The `data_type` of `supporting` in lower case; empty if there is none. */
export const DATA_TYPE = `coalesce(${firstOf([
  [isText(fieldOf('supporting', 'data_type')), `lower(${trimmed(scalar('supporting', 'data_type'))})`],
])}, '')`;

/** The `data_values` of `supporting`, or what stands in their place. */
export const GIVEN = firstOf(
  [["starts_with(json_format(supporting), '{')", fieldOf('supporting', 'data_values')]],
  'supporting',
);

/** `given` as JSON, also from a text that holds it. */
export const GIVEN_VALUES = opened('given');

/** `given_values` as a list of JSON values, which Trino's documentation has as `CAST(JSON '…' AS ARRAY(JSON))`. */
export const DATA_VALUES = firstOf(
  [
    ["starts_with(json_format(given_values), '[')", 'CAST(given_values AS array(json))'],
    [`json_format(given_values) NOT IN ('null', '""')`, 'ARRAY[given_values]'],
  ],
  'ARRAY[]',
);

/** Those of `data_values` that are texts. */
export const TEXTS = `transform(filter(data_values, v -> ${isText('v')}), v -> json_extract_scalar(v, '$'))`;

/**
 * IP addresses that the action came from, in lower case: logins and password changes carry them under `user`. Whether a
 * text is an address, the collector has decided.
 */
export const SOURCE_ADDRESSES = `filter(transform(${firstOf(
  [
    ["data_type = 'user'", 'texts'],
    [
      `data_type = '' AND ${isText('element_at(data_values, 1)')}`,
      "ARRAY[json_extract_scalar(element_at(data_values, 1), '$')]",
    ],
  ],
  'ARRAY[]',
)}, t -> lower(${trimmed('t')})), a -> contains(transform(coalesce(p_any_ip_addresses, ARRAY[]), i -> lower(i)), a))`;

function scalar(json: string, field: string): string {
  return `json_extract_scalar(${json}, ${literal(`$.${field}`)})`;
}

/** A JSON value, or the list or object that its text holds. */
function opened(json: string): string {
  const inside = `json_extract_scalar(${json}, '$')`;
  return firstOf(
    [
      [matches(inside, PYTHON), `TRY(json_parse(${inside}))`],
      [matches(inside, LIST_OR_OBJECT), `coalesce(TRY(json_parse(${inside})), ${json})`],
    ],
    json,
  );
}
