-- Who changed what: a row for each change, with the value before and after, newest first.
SELECT p_event_time, "user", audit_log_event, change.object, change.path, change.before, change.after
FROM netskope_audit_events(), unnest(p_changes) AS changed (change)
WHERE source = 'netskope' AND dt >= current_date - 7
ORDER BY p_event_time DESC;
