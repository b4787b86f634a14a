import { ADMIN_COMES, API_TOKEN, FAILED } from '../../../lambdas/detector/core/event/event-names';
import type { FeedTables } from './feed-tables';
import type { SavedQuery } from './saved-query';
import { from, indented, query, where } from './saved-query';

/** Stands for the object's name, or a part of it, which the analyst writes there. */
export const OBJECT_PLACEHOLDER = 'Name of a policy';

/** What an event was done to. It is the text as it came where it lists no values. */
const TARGETS = `coalesce(array_join(TRY_CAST(json_extract(supporting_data, '$.data_values') AS array(varchar)), ', '),
         supporting_data)`;

/**
 * The saved queries about what administrators did, of the first twenty sources.
 * @param sourceIds match SOURCE_ID_PATTERN, so that none has a quote to escape
 */
export function adminQueries(tables: FeedTables, sourceIds: readonly string[]): SavedQuery[] {
  return [
    newAdmins(tables, sourceIds),
    apiTokens(tables, sourceIds),
    firstSeenAddresses(tables, sourceIds),
    outsideWorkingHours(tables, sourceIds),
    objectHistory(tables, sourceIds),
  ];
}

function newAdmins({ events }: FeedTables, sourceIds: readonly string[]): SavedQuery {
  return query({
    name: 'New admins',
    description: 'Which admin accounts were created, invited or imported, by whom, newest first.',
    sourceIds,
    sql: `SELECT p_event_time, "user" AS made_by, audit_log_event,
       ${TARGETS} AS admin, source
${from(events, { sourceIds, days: 30 })}
  AND regexp_like(audit_log_event, '(?i)${ADMIN_COMES}')
ORDER BY p_event_time DESC`,
  });
}

function apiTokens({ events }: FeedTables, sourceIds: readonly string[]): SavedQuery {
  return query({
    name: 'API tokens and service accounts',
    description:
      'Which tokens of the REST API, or service accounts that have them, were made, changed or revoked, by whom, newest first.',
    sourceIds,
    sql: `SELECT p_event_time, "user", audit_log_event,
       ${TARGETS} AS object, source
${from(events, { sourceIds, days: 30 })}
  AND (regexp_like(audit_log_event, '(?i)${API_TOKEN.api}')
         AND regexp_like(audit_log_event, '(?i)${API_TOKEN.token}')
       OR regexp_like(audit_log_event, '(?i)${API_TOKEN.serviceAccount}'))
ORDER BY p_event_time DESC`,
  });
}

function firstSeenAddresses({ events }: FeedTables, sourceIds: readonly string[]): SavedQuery {
  return query({
    name: 'Addresses seen for the first time',
    description:
      'From which address a user acted in the last seven days and not in the 83 before: the newest first. Only logins and ' +
      'password changes have an address.',
    sourceIds,
    sql: `WITH seen AS (
  SELECT lower("user") AS who, address, source, count(*) AS events, min(p_event_time) AS first_seen,
         max(p_event_time) AS last_seen, min_by(audit_log_event, p_event_time) AS first_act
  FROM ${events.name} CROSS JOIN UNNEST(p_any_ip_addresses) AS origin (address)
  ${indented(where({ sourceIds, days: 90 }))}
    AND json_extract_scalar(supporting_data, '$.data_type') = 'user' -- under another type, it is what was changed
    AND NOT regexp_like(audit_log_event, '(?i)${FAILED}') -- without this line: also who only tried
  GROUP BY 1, 2, 3
)
SELECT first_seen, who, address, first_act, events, last_seen, source
FROM seen
WHERE first_seen >= CAST(current_date - interval '7' day AS timestamp)
ORDER BY first_seen DESC`,
  });
}

function outsideWorkingHours({ events }: FeedTables, sourceIds: readonly string[]): SavedQuery {
  return query({
    name: 'Actions outside working hours',
    description:
      'What admins did at night and at weekends, newest first, without the calls of API clients: write your time zone and ' +
      'your hours into it.',
    sourceIds,
    sql: `WITH acted AS (
  SELECT *, at_timezone(with_timezone(p_event_time, 'UTC'), 'UTC') AS local_time -- the second one is yours: 'Europe/Berlin'
  ${indented(from(events, { sourceIds, days: 7 }))}
    AND audit_log_event <> 'Rest API V2 Call'
)
SELECT local_time, "user", audit_log_event, p_any_ip_addresses, supporting_data, source
FROM acted
WHERE day_of_week(local_time) > 5 -- Saturday is 6
   OR hour(local_time) NOT BETWEEN 7 AND 18 -- work is from 07:00 to 18:59
ORDER BY p_event_time DESC`,
  });
}

function objectHistory({ events }: FeedTables, sourceIds: readonly string[]): SavedQuery {
  return query({
    name: "One object's history",
    description:
      'What was done to one policy, profile, app or other object: each value before and after, in the order it happened.',
    sourceIds,
    sql: `WITH wanted AS (SELECT lower('${OBJECT_PLACEHOLDER}') AS name)
SELECT p_event_time, "user", audit_log_event, change.object, change.path, change.before, change.after,
       supporting_data, source
FROM ${events.name} LEFT JOIN UNNEST(p_changes) AS change (object, path, before, after) ON TRUE CROSS JOIN wanted
${where({ sourceIds, days: 90 })}
  AND (strpos(lower(change.object), name) > 0 OR strpos(lower(supporting_data), name) > 0)
ORDER BY p_event_time`,
  });
}
