import { EVENTS_OF_ALERT_QUERY } from '../../../lambdas/contract/deployment/deployment-outputs';
import type { FeedTables } from './feed-tables';
import type { SavedQuery } from './saved-query';
import { from, indented, query, where } from './saved-query';

/** Stands for the alert's id, which the analyst writes there. */
export const ALERT_PLACEHOLDER = 'the id of the alert';

/**
 * The saved queries over the alerts of the first twenty sources.
 * @param sourceIds match SOURCE_ID_PATTERN, so that none has a quote to escape
 */
export function alertQueries(tables: FeedTables, sourceIds: readonly string[]): SavedQuery[] {
  return [latestAlerts(tables, sourceIds), eventsOfAlert(tables, sourceIds)];
}

function latestAlerts({ alerts }: FeedTables, sourceIds: readonly string[]): SavedQuery {
  return query({
    name: 'Latest alerts',
    description: 'What detection found: what, who, from where and how often, newest first.',
    sourceIds,
    sql: `SELECT last_event_time, severity, title, array_join(what, ', ') AS what, array_join(who, ', ') AS who,
       array_join(addresses, ', ') AS addresses, event_count, what_to_do, alert_id, source
${from(alerts, { sourceIds, days: 7 })}
ORDER BY last_event_time DESC
LIMIT 200`,
  });
}

/** By row ids, because an alert's own rows are shortened. */
function eventsOfAlert({ events, alerts }: FeedTables, sourceIds: readonly string[]): SavedQuery {
  const scope = { sourceIds, days: 30 };
  return query({
    name: EVENTS_OF_ALERT_QUERY,
    description: 'The archived events that caused one alert, in the order they happened.',
    sourceIds,
    sql: `WITH alert AS (
  SELECT title, transform("rows", cause -> cause.row_id) AS row_ids
  ${indented(from(alerts, scope))}
  AND alert_id = '${ALERT_PLACEHOLDER}' -- as the alert's message ends
)
SELECT title, p_event_time, "user", audit_log_event, p_any_ip_addresses, supporting_data, details, p_row_id, source
FROM ${events.name} JOIN alert ON contains(row_ids, p_row_id)
${where(scope)}
ORDER BY p_event_time`,
  });
}
