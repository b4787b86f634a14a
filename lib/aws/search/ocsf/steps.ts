import { CALL_METHOD, CALL_PATH, CALL_STATUS, CALL_WORDS, TRACE_ID } from './api-call';
import { TYPE_BY_METHOD, TYPE_BY_NAME, TYPE_UID } from './classification';
import { ENTITY_NAME, ENTITY_TYPE_ID, VALUES_AFTER, VALUES_BEFORE } from './entity';
import { LEVEL } from './outcome';
import {
  DATA_TYPE,
  DATA_VALUES,
  GIVEN,
  GIVEN_VALUES,
  SOURCE_ADDRESSES,
  SUPPORTING_DATA,
  TEXTS,
} from './supporting-data';
import { fieldOf, firstOf, isText } from './trino';
import { ACTING_NAME, ACTOR_NAME, IDENTITY_NAMES, NAME_IN_TEXTS, NAMED_ACTOR, USER_NAME } from './users';

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

/** The rows of the view of events with the columns of all steps. */
export function withSteps(events: string): string {
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
