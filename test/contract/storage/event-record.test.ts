import schema from '../../../lambdas/contract/feed/netskope-audit.schema.json';
import {
  ADDED_FIELDS,
  athenaTimestamp,
  QUARANTINE_FIELDS,
} from '../../../lambdas/contract/storage/event-record';

test.each([
  ['a whole second', 1_795_003_200_000, '2026-11-18 12:00:00.000000000'],
  ['a millisecond', 1_795_003_200_007, '2026-11-18 12:00:00.007000000'],
  ['the earliest event time', 946_684_800_000, '2000-01-01 00:00:00.000000000'],
  ['the latest event time', 4_102_444_799_000, '2099-12-31 23:59:59.000000000'],
])('%s is written as Athena reads a timestamp, in UTC', (_what, epochMs, text) => {
  expect(athenaTimestamp(epochMs)).toBe(text);
});

test('the added fields are those Panther rules know, in the order they are written', () => {
  expect(ADDED_FIELDS.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'p_log_type string',
    'p_event_time timestamp',
    'p_parse_time timestamp',
    'p_source_id string',
    'p_source_label string',
    'p_row_id string',
    'p_any_emails string[]',
    'p_any_usernames string[]',
    'p_any_ip_addresses string[]',
    'p_any_domain_names string[]',
    'p_changes change[]',
    'p_edition int',
  ]);
});

test('no added field takes the name of a documented one', () => {
  expect(ADDED_FIELDS.filter(({ name }) => name in schema.properties)).toEqual([]);
});

test('a quarantined line has its own fields', () => {
  expect(QUARANTINE_FIELDS.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'p_log_type string',
    'p_source_id string',
    'arrived_at timestamp',
    'run_id string',
    'errors string[]',
    'raw string',
    'raw_base64 string',
  ]);
});
