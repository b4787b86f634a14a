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
  return [
    latestAlerts(tables, sourceIds),
    eventsOfAlert(tables, sourceIds),
    alertsWithEvents(tables, sourceIds),
  ];
}

function latestAlerts({ alerts }: FeedTables, sourceIds: readonly string[]): SavedQuery {
  return query({
    name: 'Latest alerts',
    description: 'What detection found: what, who, from where and how often, newest first.',
    sourceIds,
    // An alert and its updates have the same id. Alerts before version 2 of the schema have no headline.
    sql: `SELECT max(last_event_time) AS last_event_time, max_by(severity, event_count) AS severity,
       max_by(coalesce(headline, title), event_count) AS headline, max_by(array_join(who, ', '), event_count) AS who,
       max_by(array_join(targets, ', '), event_count) AS targets, max_by(array_join(addresses, ', '), event_count) AS addresses,
       max(event_count) AS event_count, max(incident_id) AS incident_id, max(what_to_do) AS what_to_do, alert_id, source
${from(alerts, { sourceIds, days: 7 })}
GROUP BY alert_id, source
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

/** An update of an alert has no rows. */
function alertsWithEvents({ events, alerts }: FeedTables, sourceIds: readonly string[]): SavedQuery {
  const scope = { sourceIds, days: 7 };
  return query({
    name: 'Alerts with their events',
    description:
      'Each alert beside the archived events that caused it, 100 of an alert at most: the newest alert first.',
    sourceIds,
    sql: `WITH caused AS (
  SELECT alert_id, severity, headline, last_event_time, row_id
  FROM ${alerts.name} CROSS JOIN UNNEST(transform("rows", cause -> cause.row_id)) AS cause (row_id)
  ${indented(where(scope))}
)
SELECT severity, headline, p_event_time, "user", audit_log_event, p_any_ip_addresses, supporting_data, alert_id,
       p_row_id, source
FROM ${events.name} JOIN caused ON row_id = p_row_id
${where(scope)}
ORDER BY last_event_time DESC, alert_id, p_event_time`,
  });
}
