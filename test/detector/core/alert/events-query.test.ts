import type { AlertRecord, AlertRow } from '../../../../lambdas/contract/storage/alert-record';
import { eventsQuery } from '../../../../lambdas/detector/core/alert/events-query';

function query(rows: readonly (readonly [rowId: string, eventTime: string])[]): string | undefined {
  const alertRows = rows.map(([row_id, event_time]): AlertRow => ({
    row_id,
    event_time,
    what: '',
    targets: [],
    changes: [],
    addresses: [],
  }));
  return eventsQuery({ source_id: 'netskope', rows: alertRows } as unknown as AlertRecord, {
    database: 'netskopeaudit',
    table: 'netskope_audit',
  });
}

test('it asks for the days of the events, and for each event by its id', () => {
  expect(
    query([
      ['netskope:b', '2026-11-23T00:10:00Z'],
      ['netskope:a', '2026-11-22T23:50:00Z'],
      ['netskope:c', '2026-11-22T23:55:00Z'],
    ]),
  ).toBe(`SELECT p_event_time, "user", audit_log_event, p_any_ip_addresses, supporting_data, details, p_row_id
FROM "netskopeaudit"."netskope_audit"
WHERE source = 'netskope' AND dt BETWEEN '2026-11-22' AND '2026-11-23'
  AND p_row_id IN (
    'netskope:b',
    'netskope:a',
    'netskope:c'
  )
ORDER BY p_event_time`);
});

test.each([["netskope:x') OR ('1'='1"], ['netskope:x\n--'], ['netskope:<b>'], ['netskope:cut…0f3a']])(
  'an id that could end its string, or was cut, is left out, and the query says so: %p',
  (rowId) => {
    const sql = query([
      [rowId, '2026-11-22T09:00:00Z'],
      ['netskope:a', '2026-11-22T09:00:00Z'],
    ]);
    expect(sql).toMatch(/^-- 1 more events have ids of other characters, and are not asked for\.\nSELECT /);
    expect(sql).not.toContain(rowId);
  },
);

test('if no id can be written there is no query', () => {
  expect(query([["'", '2026-11-22T09:00:00Z']])).toBeUndefined();
});
