-- What could not be placed, and why, newest first.
SELECT arrived_at, array_to_string(errors, '; ') AS reasons, coalesce(raw, raw_base64) AS received
FROM netskope_audit_quarantine()
WHERE source = 'netskope' AND dt >= current_date - 30
ORDER BY arrived_at DESC;
