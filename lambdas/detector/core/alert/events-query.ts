import type { AlertRecord } from '../../../contract/storage/alert-record';

/**
 * Ids that are safe in SQL as they are: the form of Netskope's, and nothing that ends a string. A long id does not
 * match: it was shortened and would find nothing.
 */
const PLAIN_ROW_ID = /^[\w:.@+/=-]+$/;

/**
 * Athena SQL for the events of an alert, ready to paste.
 * @param table its database and its name, which is the feed's
 * @returns undefined if no event has an id that is safe in SQL
 */
export function eventsQuery(
  { source_id: sourceId, rows }: AlertRecord,
  { database, table }: { readonly database: string; readonly table: string },
): string | undefined {
  const named = rows.filter(({ row_id: rowId }) => PLAIN_ROW_ID.test(rowId));
  if (named.length === 0) return undefined;
  const days = named.map(({ event_time: time }) => time.slice(0, 'YYYY-MM-DD'.length)).sort();
  const left = rows.length - named.length;
  return [
    ...(left > 0 ? [`-- ${left} more events have ids of other characters, and are not asked for.`] : []),
    `SELECT p_event_time, "user", audit_log_event, p_any_ip_addresses, supporting_data, details, p_row_id`,
    `FROM "${database}"."${table}"`,
    `WHERE source = '${sourceId}' AND dt BETWEEN '${days[0]}' AND '${days.at(-1)}'`,
    `  AND p_row_id IN (`,
    `    ${named.map(({ row_id: rowId }) => `'${rowId}'`).join(',\n    ')}`,
    `  )`,
    `ORDER BY p_event_time`,
  ].join('\n');
}
