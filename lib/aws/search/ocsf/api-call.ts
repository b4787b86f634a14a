import { HTTP_METHODS } from '../../../format/ocsf/class-attributes';
import { API_ACTIVITY } from '../../../format/ocsf/ocsf-classes';
import { isOfClass } from './classification';
import { firstOf, integer, isOneOf, isText, literal, matches, row, text, where } from './trino';

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
