import type { AlertRecord } from '../../../../lambdas/contract/storage/alert-record';
import { alertMessage } from '../../../../lambdas/detector/core/alert/alert-message';

const PLACE = {
  region: 'eu-central-1',
  workgroup: 'NetskopeAudit',
  database: 'netskopeaudit',
  table: 'netskope_audit',
};

const ALERT: AlertRecord = {
  schema_version: 1,
  alert_id: 'admin-account-changed-20261122T090000Z-0123456789abcdef',
  rule_id: 'admin-account-changed',
  title: 'Administrator account created, changed or removed',
  severity: 'critical',
  source_id: 'netskope',
  log_type: 'Netskope.Audit',
  mitre_attack: ['TA0004:T1098 Account Manipulation'],
  meaning: 'Who may administer Netskope has changed.',
  what_to_do: 'Find the request.',
  what: ['Created new admin'],
  who: ['alice@corp.example'],
  addresses: ['192.0.2.1'],
  group_key: 'user alice@corp.example, event name Created new admin',
  first_event_time: '2026-11-22 09:00:00.000000000',
  last_event_time: '2026-11-22 09:00:00.000000000',
  window_end: '2026-11-22 10:00:00.000000000',
  window_minutes: 60,
  event_count: 1,
  threshold: 1,
  rows: [
    {
      row_id: 'netskope:e1',
      event_time: '2026-11-22 09:00:00.000000000',
      what: 'Created new admin',
      user: 'alice@corp.example',
      addresses: ['192.0.2.1'],
    },
  ],
};

function texts(alert: AlertRecord): Record<string, string> {
  return JSON.parse(alertMessage(alert, PLACE).message) as Record<string, string>;
}

test('a person reads what happened, what to do and where the events are, with the query to paste', () => {
  expect(texts(ALERT).email).toBe(`[CRITICAL] Administrator account created, changed or removed

What: Created new admin
Who: alice@corp.example
From where: 192.0.2.1
When: 2026-11-22 09:00:00 UTC
How often: once; no second alert of this kind before 2026-11-22 10:00:00 UTC
Tenant: netskope
Meaning: Who may administer Netskope has changed.
What to do: Find the request.
Events: https://eu-central-1.console.aws.amazon.com/athena/home?region=eu-central-1#/query-editor in workgroup NetskopeAudit: saved query "The events of an alert", or the SQL below
MITRE ATT&CK: TA0004:T1098 Account Manipulation
Rule, alert: admin-account-changed, admin-account-changed-20261122T090000Z-0123456789abcdef

SELECT p_event_time, "user", audit_log_event, p_any_ip_addresses, supporting_data, details, p_row_id
FROM "netskopeaudit"."netskope_audit"
WHERE source = 'netskope' AND dt BETWEEN '2026-11-22' AND '2026-11-22'
  AND p_row_id IN (
    'netskope:e1'
  )
ORDER BY p_event_time
`);
});

test('without an id that SQL can hold, the text ends without a query and promises none', () => {
  const rows = ALERT.rows.map((row) => ({ ...row, row_id: "it's" }));
  expect(texts({ ...ALERT, rows }).email).toMatch(
    /workgroup NetskopeAudit: saved query "The events of an alert"\nMITRE ATT&CK: .*\nRule, alert: .*\n$/,
  );
});

test('machines get the record, and every other protocol gets the text', () => {
  const { default: byDefault, email, http, https, lambda, sqs, ...others } = texts(ALERT);
  expect(byDefault).toBe(email);
  for (const json of [http, https, lambda, sqs]) expect(JSON.parse(json ?? '')).toEqual(ALERT);
  expect(others).toEqual({});
});

describe('hostile names', () => {
  test.each([
    ['HTML', '<img src=x onerror=alert(1)>', '‹img src=x onerror=alert(1)›'],
    ['a terminal sequence', '\u001b[2J\u001b]0;owned\u0007', '[2J ]0;owned'],
    ['line breaks', 'alice\r\nWhat to do: nothing', 'alice What to do: nothing'],
    ['half a character, which cannot be sent', 'alice \ud83d', 'alice \ufffd'],
  ])(
    '%s: the text shows it on one line and harmless, and the record keeps it unchanged',
    (_, name, shown) => {
      const hostile = { ...ALERT, who: [name], what: [name], rows: [] };
      const { email = '', sqs = '' } = texts(hostile);
      expect(email).not.toMatch(/[<>\p{Surrogate}]|(?!\n)\p{Cc}/u);
      expect(email.split('\n')).toHaveLength(14);
      expect(email).toContain(`\nWho: ${shown}\n`);
      expect(JSON.parse(sqs)).toEqual(hostile);
      expect(alertMessage(hostile, PLACE).subject).toMatch(/^\[CRITICAL\][ -~]{1,89}$/);
      expect(() => encodeURIComponent(alertMessage(hostile, PLACE).message)).not.toThrow();
    },
  );
});

test('a record that is too large for SNS loses its oldest rows, and nothing else', () => {
  const [row] = ALERT.rows;
  if (row === undefined) throw new Error('expected a row');
  const rows = Array.from({ length: 100 }, (_, place) => ({
    ...row,
    row_id: `netskope:${place}`,
    what: '\u0001'.repeat(120),
    user: '\u0001'.repeat(64),
  }));
  const { message } = alertMessage({ ...ALERT, event_count: 100, rows }, PLACE);
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(262_144);
  const { sqs = '' } = JSON.parse(message) as Record<string, string>;
  const sent = JSON.parse(sqs) as AlertRecord;
  expect(sent.rows.map(({ row_id }) => row_id)).toEqual(rows.slice(75).map(({ row_id }) => row_id));
  expect({ ...sent, rows: [] }).toEqual({ ...ALERT, event_count: 100, rows: [] });
});

test('a record whose text alone is too large is sent without rows', () => {
  const large = { ...ALERT, meaning: 'x'.repeat(50_000) };
  const { sqs = '' } = texts(large);
  expect(JSON.parse(sqs)).toEqual({ ...large, rows: [] });
});

test('even the largest fields fit', () => {
  const many = Array.from({ length: 20 }, () => '\u0001'.repeat(120));
  const { message } = alertMessage({ ...ALERT, what: many, who: many, addresses: many, rows: [] }, PLACE);
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(262_144);
});
