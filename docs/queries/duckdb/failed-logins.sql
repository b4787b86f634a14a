-- Who failed to log in from which address, how often: the most failures first.
SELECT "user", array_to_string(p_any_ip_addresses, ', ') AS addresses,
       sum(coalesce(TRY_CAST("count" AS BIGINT), 1)) AS failures, max(p_event_time) AS last_failure
FROM netskope_audit_events()
WHERE source = 'netskope' AND dt >= current_date - 7
  AND regexp_matches(audit_log_event, '\blogin failed\b|^access denied$|\botp validation failed\b', 'i')
GROUP BY ALL
ORDER BY failures DESC, last_failure DESC;
