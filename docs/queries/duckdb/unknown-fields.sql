-- Fields that have no column, such as one that Netskope adds tomorrow, and how many lines have them.
SELECT field, count(*) AS lines
FROM (SELECT unnest(json_keys(raw)) AS field FROM netskope_audit_lines() WHERE source = 'netskope' AND dt >= current_date - 7)
WHERE lower(field) NOT IN (SELECT column_name FROM (DESCRIBE FROM netskope_audit_events()))
GROUP BY field
ORDER BY lines DESC, field;
