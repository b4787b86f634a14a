-- Each alert beside the archived events that caused it: the newest alert first. An update of an alert has no rows.
WITH caused AS (
  SELECT alert_id, severity, headline, last_event_time, unnest("rows").row_id AS p_row_id
  FROM netskope_audit_alerts()
  WHERE source = 'netskope' AND dt >= current_date - 7
)
SELECT severity, headline, p_event_time, "user", audit_log_event, alert_id
FROM netskope_audit_events() JOIN caused USING (p_row_id)
WHERE source = 'netskope' AND dt >= current_date - 7
ORDER BY last_event_time DESC, alert_id, p_event_time;
