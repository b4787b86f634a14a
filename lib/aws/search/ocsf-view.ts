import type { Feed } from '../../../lambdas/contract/feed/feed';
import { API_ACTIVITY, AUTHENTICATION, OCSF_VERSION } from '../../format/ocsf/ocsf-classes';
import { PRODUCT } from '../../format/ocsf/ocsf-mapping';
import { OPEN_EVENT_TEXT } from './events-view';
import type { FeedView, ViewColumn } from './glue-catalog';
import {
  API_ATTRIBUTES,
  CALL_METHOD,
  CALL_PATH,
  CALL_STATUS,
  CALL_WORDS,
  ENTITY,
  ENTITY_NAME,
  ENTITY_TYPE_ID,
  TRACE_ID,
  VALUES_AFTER,
  VALUES_BEFORE,
} from './ocsf/class-attributes';
import {
  CLASSIFICATION,
  isOfClass,
  LEVEL,
  OUTCOME,
  TYPE_BY_METHOD,
  TYPE_BY_NAME,
  TYPE_UID,
} from './ocsf/classification';
import {
  DATA_TYPE,
  DATA_VALUES,
  GIVEN,
  GIVEN_VALUES,
  SOURCE_ADDRESSES,
  SUPPORTING_DATA,
  TEXTS,
} from './ocsf/supporting-data';
import type { TypedSql } from './ocsf/trino';
import { bigint, fieldOf, firstOf, integer, isText, literal, matches, row, text, where } from './ocsf/trino';
import {
  ACTING_NAME,
  ACTOR_NAME,
  IDENTITY_NAMES,
  NAME_IN_TEXTS,
  NAMED_ACTOR,
  USER_NAME,
  USERS,
} from './ocsf/users';

const TO_THE_MILLISECOND = 'YYYY-MM-DD HH:MM:SS.mmm'.length;

/** The event time in unix milliseconds, also where Netskope spells `timestamp` otherwise. */
const EVENT_TIME_MS = sinceEpoch('millisecond', 'p_event_time');

/** The view keeps whole seconds of `p_parse_time`; the line has its milliseconds. */
const PROCESSED_TIME_MS = sinceEpoch(
  'millisecond',
  `TRY_CAST(substr(json_extract_scalar(raw, '$.p_parse_time'), 1, ${String(TO_THE_MILLISECOND)}) AS timestamp)`,
);

const METADATA = row({
  version: text(literal(OCSF_VERSION)),
  product: row({ name: text(literal(PRODUCT.name)), vendor_name: text(literal(PRODUCT.vendor_name)) }),
  uid: text('p_row_id'),
  tenant_uid: text('p_source_id'),
  event_code: text("nullif(event_name, '')"),
  log_name: text('p_log_type'),
  log_provider: text(literal(PRODUCT.vendor_name)),
  original_time: text(`CAST(${sinceEpoch('second', 'p_event_time')} AS varchar)`),
  logged_time: bigint(`${integerIn('_insertion_epoch_timestamp')} * 1000`),
  processed_time: bigint(PROCESSED_TIME_MS),
});

/** Columns that are computed from those of the view of events and of the steps before. No attribute has these names. */
const STEPS: readonly Readonly<Record<string, string>>[] = [
  {
    event_name: firstOf([[isText(fieldOf('raw', 'audit_log_event')), 'audit_log_event']], "''"),
    identity_names: IDENTITY_NAMES,
    level: LEVEL,
    supporting: SUPPORTING_DATA,
  },
  { type_by_name: TYPE_BY_NAME, data_type: DATA_TYPE, given: GIVEN, named_actor: NAMED_ACTOR },
  { given_values: GIVEN_VALUES },
  { data_values: DATA_VALUES },
  { texts: TEXTS, call_words: CALL_WORDS },
  { source_addresses: SOURCE_ADDRESSES, call_status: CALL_STATUS, trace_id: TRACE_ID },
  {
    name_in_texts: NAME_IN_TEXTS,
    entity_name: ENTITY_NAME,
    entity_type_id: ENTITY_TYPE_ID,
    call_method: CALL_METHOD,
    call_path: CALL_PATH,
  },
  {
    ocsf_type: TYPE_BY_METHOD,
    actor_name: ACTOR_NAME,
    values_before: VALUES_BEFORE,
    values_after: VALUES_AFTER,
  },
  { ocsf_type_uid: TYPE_UID, acting_name: ACTING_NAME, user_name: USER_NAME },
];

/** OCSF requires the source of an API call, of which Netskope records no address. */
const SOURCE = where(
  `${isOfClass(API_ACTIVITY)} OR element_at(source_addresses, 1) IS NOT NULL`,
  row({
    ip: text(firstOf([[`NOT ${isOfClass(API_ACTIVITY)}`, 'element_at(source_addresses, 1)']])),
    name: text(firstOf([[isOfClass(API_ACTIVITY), "'Unknown'"]])),
  }),
);

/** Attributes of an event in OCSF, with what OCSF or this project says of them. */
const ATTRIBUTES: readonly (TypedSql & { readonly name: string; readonly comment: string })[] = [
  column('category_uid', CLASSIFICATION.category_uid, 'Category, such as 3.'),
  column('category_name', CLASSIFICATION.category_name, 'Category, such as Identity & Access Management.'),
  column('class_uid', CLASSIFICATION.class_uid, 'Class, such as 3002.'),
  column('class_name', CLASSIFICATION.class_name, 'Class, such as Authentication.'),
  column('activity_id', CLASSIFICATION.activity_id, 'Activity of the class, such as 1.'),
  column('activity_name', CLASSIFICATION.activity_name, 'Activity, such as Logon; of Other the event name.'),
  column('type_uid', CLASSIFICATION.type_uid, 'Class and activity, such as 300201.'),
  column('type_name', CLASSIFICATION.type_name, 'Class and activity, such as Authentication: Logon.'),
  column('time', bigint(EVENT_TIME_MS), 'When it happened, unix milliseconds.'),
  column('severity_id', OUTCOME.severity_id, '2 Low, 3 Medium, 4 High, 0 Unknown, 99 another level.'),
  column('severity', OUTCOME.severity, 'The severity in words; another level as Netskope wrote it.'),
  column('status_id', OUTCOME.status_id, '1 Success, 2 Failure, 0 Unknown.'),
  column('status', OUTCOME.status, 'How it ended, in words.'),
  column('status_code', OUTCOME.status_code, 'HTTP status of an API call.'),
  column('status_detail', OUTCOME.status_detail, 'The reason that Netskope gives.'),
  column('message', text("nullif(event_name, '')"), 'What was done, in the words of Netskope.'),
  column('count', bigint(integerIn('count')), 'How many occurrences the event stands for.'),
  column('metadata', METADATA, 'Where the event comes from; uid is p_row_id. Times are unix milliseconds.'),
  column('actor', USERS.actor, 'Who acted; null if Netskope does not say, or hides it.'),
  column('user', USERS.user, 'The changed account (3001), or who logged in or out (3002).'),
  column('src_endpoint', SOURCE, 'The address it came from; Netskope records none of API calls.'),
  column(
    'service',
    where(isOfClass(AUTHENTICATION), row({ name: text(literal(PRODUCT.name)) })),
    'What was logged in to (3002).',
  ),
  column('api', API_ATTRIBUTES.api, 'Method, trace id and HTTP status of an API call (6003).'),
  column('http_request', API_ATTRIBUTES.http_request, 'Method and path of an API call (6003).'),
  column(
    'entity',
    ENTITY.entity,
    'The object that was changed (3004); data has the values before, by path, as JSON, each value a text as in p_changes.',
  ),
  column('entity_result', ENTITY.entity_result, 'The same object with the values after.'),
  column('raw_data', text(`${OPEN_EVENT_TEXT} || '}'`), 'The event as Netskope sent it.'),
  column('source', text('source'), 'Source id. Every query names its sources.'),
  column('dt', text('dt'), 'Day of the event time, UTC: 2026-11-28.'),
  column('hour', integer('hour'), 'Hour of the event time, UTC.'),
];

/** The events in OCSF, for other systems: the values are those of `ocsfEventOf`, as far as SQL can give them. */
export function ocsfView(feed: Feed, events: FeedView): FeedView {
  const columns: ViewColumn[] = ATTRIBUTES.map(({ sql, ...attribute }) => ({ ...attribute, value: sql }));
  const selected = columns.map(({ name, value }) => `${value} AS "${name}"`).join(',\n  ');
  return {
    name: `${feed.name}_ocsf`,
    description:
      `${feed.title} in OCSF ${OCSF_VERSION}, each once. Name the sources and the days. Not here: unmapped, ` +
      'changes of events that were archived without p_changes, and supporting_data in the notation of Python.',
    columns,
    sql: `SELECT ${selected}\nFROM ${withSteps(events.name)}`,
  };
}

function column(name: string, value: TypedSql, comment: string) {
  return { name, ...value, comment };
}

/** The rows of the view of events with the columns of all steps. */
function withSteps(events: string): string {
  return STEPS.reduce(
    (rows, step) => `(
SELECT *,
  ${Object.entries(step)
    .map(([name, sql]) => `${sql} AS ${name}`)
    .join(',\n  ')}
FROM ${rows}
)`,
    events,
  );
}

/** A field that is an exact integer from 0 on, as a number or in digits; null if it is anything else. */
function integerIn(field: string): string {
  const json = `json_format(${fieldOf('raw', field)})`;
  const number = `TRY_CAST("${field}" AS double)`;
  const isExact = `${number} BETWEEN 0 AND ${String(Number.MAX_SAFE_INTEGER)} AND ${number} = floor(${number})`;
  return firstOf([[`${matches(json, '^(?:"[0-9]+"$|[0-9-])')} AND ${isExact}`, `CAST(${number} AS bigint)`]]);
}

function sinceEpoch(unit: 'second' | 'millisecond', timestamp: string): string {
  return `date_diff('${unit}', TIMESTAMP '1970-01-01 00:00:00', ${timestamp})`;
}
