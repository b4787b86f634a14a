import type { Feed } from '../../../lambdas/contract/feed/feed';
import { FAILED_LOGIN } from '../../../lambdas/detector/core/event/event-names';
import { adminQueries } from './admin-queries';
import { alertQueries } from './alert-queries';
import { OPEN_EVENT_TEXT } from './events-view';
import type { FeedTables } from './feed-tables';
import { feedTables } from './feed-tables';
import type { SavedQuery } from './saved-query';
import { from, indented, named, query, where } from './saved-query';

/** Stands for the user's name, which the analyst writes there. */
export const TIMELINE_PLACEHOLDER = 'someone@example.com';

/** Names of events that change a configuration, also where they say nothing of the values. */
const CONFIGURES =
  '\\b(?:created?|add(?:ed)?|edit(?:ed)?|updated?|deleted?|removed?|modified|pushed|applied|imported|cloned|enabled?|disabled?|set|configuration)\\b';

interface SearchedSources {
  readonly feed: Feed;
  /** They match SOURCE_ID_PATTERN, so that none has a quote to escape. */
  readonly sourceIds: readonly string[];
  /** Whether there is a table of alerts. */
  readonly hasAlerts: boolean;
}

/** The saved queries over the first twenty sources. */
export function savedQueries({ feed, sourceIds, hasAlerts }: SearchedSources): SavedQuery[] {
  const tables = feedTables(feed);
  return [
    latestAdminActions(tables, sourceIds),
    failedLogins(tables, sourceIds),
    configurationChanges(tables, sourceIds),
    netskopePersonnel(tables, sourceIds),
    eventsPerHour(tables, sourceIds),
    userTimeline(tables, sourceIds),
    ...adminQueries(tables, sourceIds),
    quarantine(tables, sourceIds),
    duplicates(tables, sourceIds),
    ...(hasAlerts ? alertQueries(tables, sourceIds) : []),
  ];
}

function latestAdminActions({ events }: FeedTables, sourceIds: readonly string[]): SavedQuery {
  return query({
    name: 'Latest admin actions',
    description:
      'What admins did last, newest first, without the calls of API clients. Severity 1 is high, 2 medium, 3 low.',
    sourceIds,
    sql: `SELECT p_event_time, "user", audit_log_event, supporting_data, severity_level, source
${from(events, { sourceIds, days: 7 })}
  AND audit_log_event <> 'Rest API V2 Call' -- without this line: the calls of API clients too
ORDER BY p_event_time DESC
LIMIT 200`,
  });
}

function failedLogins({ events }: FeedTables, sourceIds: readonly string[]): SavedQuery {
  return query({
    name: 'Failed logins by user and IP',
    description: 'Who failed to log in from which address, how often, since when: the most failures first.',
    sourceIds,
    sql: `SELECT source, "user", coalesce(array_join(p_any_ip_addresses, ', '), 'none given') AS ip_addresses,
       sum(greatest(coalesce(TRY_CAST("count" AS bigint), 1), 1)) AS failures, -- one event may stand for several
       min(p_event_time) AS first_failure, max(p_event_time) AS last_failure
${from(events, { sourceIds, days: 7 })}
  AND regexp_like(audit_log_event, '(?i)${FAILED_LOGIN}')
GROUP BY 1, 2, 3
ORDER BY failures DESC, last_failure DESC`,
  });
}

/** Lines of the first collector versions have no `p_changes`: then the row shows the details as they came. */
function configurationChanges({ events }: FeedTables, sourceIds: readonly string[]): SavedQuery {
  return query({
    name: 'Configuration changes',
    description:
      'Who changed which policy, exception, private app, profile, template or admin: a row for each change, with the ' +
      'value before and after, newest first.',
    sourceIds,
    sql: `SELECT p_event_time, "user", audit_log_event,
       coalesce(nullif(change.object, ''), json_extract_scalar(supporting_data, '$.data_values[0]')) AS object,
       change.path, change.before, change.after,
       CASE WHEN p_changes IS NULL THEN details END AS details, source
FROM ${events.name} LEFT JOIN UNNEST(p_changes) AS change (object, path, before, after) ON TRUE
${where({ sourceIds, days: 7 })}
  AND (p_changes IS NOT NULL OR regexp_like(audit_log_event, '(?i)${CONFIGURES}'))
ORDER BY p_event_time DESC`,
  });
}

function netskopePersonnel({ events }: FeedTables, sourceIds: readonly string[]): SavedQuery {
  return query({
    name: 'Actions by Netskope personnel',
    description: "What Netskope's own staff did in the tenant, newest first.",
    sourceIds,
    sql: `SELECT p_event_time, "user", audit_log_event, p_any_ip_addresses, supporting_data, source
${from(events, { sourceIds, days: 7 })}
  AND (is_netskope_personnel = 'true' OR audit_log_event LIKE '%by Netskope Support')
ORDER BY p_event_time DESC`,
  });
}

function eventsPerHour({ events }: FeedTables, sourceIds: readonly string[]): SavedQuery {
  return query({
    name: 'Events per hour with gaps',
    description: 'How many events happened in each hour of each source; an hour without any is a gap.',
    sourceIds,
    sql: `SELECT source, hour_start, sum(events) AS events, CASE sum(events) WHEN 0 THEN 'gap' END AS remark
FROM (
  SELECT source, date_trunc('hour', p_event_time) AS hour_start, 1 AS events
  ${indented(from(events, { sourceIds, days: 7 }))}
  UNION ALL
  SELECT source, hour_start, 0
  FROM UNNEST(ARRAY[${named(sourceIds)}]) AS wanted (source) -- the same sources again
  CROSS JOIN UNNEST(sequence(
    CAST(current_date - interval '7' day AS timestamp), -- as many days again
    date_trunc('hour', CAST(current_timestamp AS timestamp)), interval '1' hour)) AS hours (hour_start)
)
GROUP BY source, hour_start
ORDER BY source, hour_start DESC`,
  });
}

function userTimeline({ events }: FeedTables, sourceIds: readonly string[]): SavedQuery {
  return query({
    name: "One user's timeline",
    description: 'Everything one user did, and everything that names this user, in the order it happened.',
    sourceIds,
    sql: `WITH wanted AS (SELECT lower('${TIMELINE_PLACEHOLDER}') AS name)
SELECT p_event_time,
       CASE WHEN name IN (lower("user"), lower(ur_normalized), lower(userprincipalname), lower(samaccountname))
            THEN 'acted' ELSE 'was named' END AS part,
       "user", audit_log_event, supporting_data, details, source
FROM ${events.name} CROSS JOIN wanted
${where({ sourceIds, days: 30 })}
  AND (contains(transform(p_any_usernames, held -> lower(held)), name)
    OR contains(transform(p_any_emails, held -> lower(held)), name)
    OR strpos(lower(supporting_data), concat('"', name, '"')) > 0) -- lines of earlier collector versions
ORDER BY p_event_time`,
  });
}

/** Athena has no line numbers: of events with one id in one object, none is left out until all of them are archived. */
function quarantine(tables: FeedTables, sourceIds: readonly string[]): SavedQuery {
  const scope = { sourceIds, days: 30 };
  return query({
    name: 'What is in quarantine and why',
    description:
      'Every event that could not be placed and is not archived since, the reasons, and its text as received, newest first.',
    sourceIds,
    sql: `WITH rejected AS (
  SELECT *, "$path" AS object, concat(p_source_id, ':', json_extract_scalar(raw, '$._id')) AS row_id
  ${indented(from(tables.quarantine, scope))}
), archived_since AS (
  SELECT quarantine_key, p_row_id, count(DISTINCT line) AS lines
  ${indented(from(tables.redriven, scope))}
  GROUP BY 1, 2
), counted AS (
  SELECT *, count(*) OVER (PARTITION BY object, row_id) AS alike FROM rejected
)
SELECT arrived_at, source, array_join(errors, '; ') AS reasons, coalesce(raw, raw_base64) AS received, run_id,
       object AS "$path"
FROM counted LEFT JOIN archived_since
  ON p_row_id = row_id AND quarantine_key = regexp_replace(object, '^s3://[^/]+/', '')
WHERE lines IS NULL OR lines < alike
ORDER BY arrived_at DESC`,
  });
}

/** Whole lines are compared, but for what the collector added: when it did so differs between two copies. */
function duplicates({ lines }: FeedTables, sourceIds: readonly string[]): SavedQuery {
  return query({
    name: 'Duplicates (must be none)',
    description:
      'Events that lie in the archive twice, which must never happen; different events with one id, which are kept as ' +
      'evidence; and lines that cannot be read. An event that came again with more fields is none of these.',
    sourceIds,
    sql: `WITH line AS (
  SELECT json_extract_scalar(raw, '$.p_row_id') AS row_id,
         ${OPEN_EVENT_TEXT} AS event,
         coalesce(json_extract_scalar(raw, '$.p_edition'), '1') AS edition, "$path" AS object
  ${indented(from(lines, { sourceIds, days: 30 }))}
)
SELECT coalesce(row_id, 'none') AS p_row_id, count(*) AS copies,
       CASE WHEN row_id IS NULL THEN 'cannot be read'
            WHEN count(DISTINCT event) < count(*) THEN 'stored twice'
            ELSE 'different events with one id' END AS finding,
       array_join(array_sort(array_agg(DISTINCT object)), ' ') AS objects
FROM line
GROUP BY row_id
HAVING count(DISTINCT event) < count(*) OR count(DISTINCT edition) < count(*) OR row_id IS NULL
ORDER BY 1`,
  });
}
