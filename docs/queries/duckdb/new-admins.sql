-- Which admin accounts were created, invited or imported, by whom, newest first.
SELECT p_event_time, "user" AS made_by, audit_log_event, supporting_data ->> '$.data_values' AS admin
FROM netskope_audit_events()
WHERE source = 'netskope' AND dt >= current_date - 30
  AND regexp_matches(audit_log_event, '^(?:created?|add(?:ed)?|invited?|import(?:ed)?)\b.*\badmin\b', 'i')
ORDER BY p_event_time DESC;
