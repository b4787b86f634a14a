import type { Feed } from '../../../lambdas/contract/feed/feed';
import { API_ACTIVITY, AUTHENTICATION, OCSF_VERSION } from '../../format/ocsf/ocsf-classes';
import { PRODUCT } from '../../format/ocsf/ocsf-mapping';
import { OPEN_EVENT_TEXT } from './events-view';
import type { FeedView, ViewColumn } from './glue-view';
import { API_ATTRIBUTES } from './ocsf/api-call';
import { CLASSIFICATION, isOfClass } from './ocsf/classification';
import { ENTITY } from './ocsf/entity';
import { EVENT_TIME_MS, integerIn, METADATA } from './ocsf/metadata';
import { OUTCOME } from './ocsf/outcome';
import { withSteps } from './ocsf/steps';
import type { TypedSql } from './ocsf/trino';
import { bigint, firstOf, integer, literal, row, text, where } from './ocsf/trino';
import { USERS } from './ocsf/users';

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
