import type { AlertRecord } from '../../../../lambdas/contract/storage/alert-record';
import type { SnsMessage } from '../../../../lambdas/detector/core/notify/message';
import { messageOf } from '../../../../lambdas/detector/core/notify/message';
import type { AlertMessage } from '../../../../lambdas/detector/core/notify/outbox';
import { exampleAlert } from '../../example-alert';

const PLACE = {
  region: 'eu-central-1',
  workgroup: 'NetskopeAudit',
  database: 'netskopeaudit',
  table: 'netskope_audit',
};

const ALERT = exampleAlert();
const CRITICAL = exampleAlert({
  alert_id: 'admin-account-changed-20261122T091500Z-0123456789abcdef',
  rule_id: 'admin-account-changed',
  title: 'Administrator created',
  headline: 'Administrator created by alice@corp.example: mallory@corp.example',
  severity: 'critical',
});

function notificationOf(alerts: readonly AlertRecord[], different: Partial<AlertMessage> = {}): AlertMessage {
  return {
    id: '0f3a',
    kind: 'incident',
    incidentId: 'incident-20261122T090000Z-01234567',
    alerts: alerts.map(({ alert_id: key, headline, severity }) => ({ key, headline, severity })),
    others: 0,
    ...different,
  };
}

function sent(alerts: readonly AlertRecord[], different: Partial<AlertMessage> = {}): SnsMessage {
  const notification = notificationOf(alerts, different);
  return messageOf('netskope', notification, notification.kind === 'incident' ? alerts : [], PLACE);
}

function texts(message: SnsMessage): Record<string, string> {
  return JSON.parse(message.message) as Record<string, string>;
}

function forMachines(message: SnsMessage): { readonly alerts: readonly AlertRecord[] } {
  return JSON.parse(texts(message).sqs ?? '') as { alerts: AlertRecord[] };
}

describe('one alert', () => {
  test('a person reads what happened, what to do and where the events are, with the query to paste', () => {
    expect(texts(sent([ALERT])).email)
      .toBe(`[HIGH] Many objects deleted by alice@corp.example: "Finance templates"

What: Deleted rbi template, File Filter profile deleted
To what: Finance templates
Who: alice@corp.example
From where: the events name no address
When: 2026-11-22 09:00:00 to 2026-11-22 09:12:30 UTC
How often: 12 times within 60 minutes (the alert takes 10); what follows until 2026-11-22 10:00:00 UTC belongs to this alert
Tenant: netskope
Meaning: One user deleted many objects in a short time.
What to do: Ask the user.
Limits: API calls are not counted.
Events: https://eu-central-1.console.aws.amazon.com/athena/home?region=eu-central-1#/query-editor in workgroup NetskopeAudit: saved query "The events of an alert", or the SQL below
MITRE ATT&CK: TA0040:T1485 Data Destruction
Rule, alert: many-deletes, many-deletes-20261122T090000Z-0123456789abcdef

SELECT p_event_time, "user", audit_log_event, p_any_ip_addresses, supporting_data, details, p_row_id
FROM "netskopeaudit"."netskope_audit"
WHERE source = 'netskope' AND dt BETWEEN '2026-11-22' AND '2026-11-22'
  AND p_row_id IN (
    'netskope:e1'
  )
ORDER BY p_event_time
`);
  });

  test('its headline is the subject', () => {
    expect(sent([ALERT]).subject).toBe(
      '[HIGH] Many objects deleted by alice@corp.example: "Finance templates"',
    );
  });

  test('without an id that SQL can hold, the text ends without a query and promises none', () => {
    const rows = ALERT.rows.map((row) => ({ ...row, row_id: "it's" }));
    expect(texts(sent([{ ...ALERT, rows }])).email).toMatch(
      /workgroup NetskopeAudit: saved query "The events of an alert"\nMITRE ATT&CK: .*\nRule, alert: .*\n$/,
    );
  });

  test('says how many of its kind were not sent because they repeat', () => {
    const [listed] = notificationOf([ALERT]).alerts;
    const alerts = listed === undefined ? [] : [{ ...listed, unsent: 7 }];
    expect(texts(sent([ALERT], { alerts })).email).toMatch(
      /\nORDER BY p_event_time\n  7 more of this kind since the last message were archived only\.\n$/,
    );
  });
});

describe('several alerts of one incident', () => {
  const message = (): SnsMessage => sent([ALERT, CRITICAL]);

  test('the subject has the highest severity, who, and what happened', () => {
    expect(message().subject).toBe(
      '[CRITICAL] 2 alerts about alice@corp.example: Administrator created, Many objects deleted',
    );
  });

  test('the text lists them as they were raised, and tells the most urgent first', () => {
    const { email = '' } = texts(message());
    expect(email.split('\n').slice(0, 6)).toEqual([
      'Alerts of one user or address with less than an hour between them; * is new in this message:',
      'Incident: incident-20261122T090000Z-01234567',
      '',
      '* [HIGH] Many objects deleted by alice@corp.example: "Finance templates"',
      '* [CRITICAL] Administrator created by alice@corp.example: mallory@corp.example',
      '',
    ]);
    const told = email.split('\n').filter((line) => /^Rule, alert: /.test(line));
    expect(told).toEqual([
      `Rule, alert: admin-account-changed, ${CRITICAL.alert_id}`,
      `Rule, alert: many-deletes, ${ALERT.alert_id}`,
    ]);
  });

  test('what the incident had besides is listed in the order of time, also about a single alert', () => {
    const [told] = notificationOf([CRITICAL]).alerts;
    const [besides] = notificationOf([ALERT]).alerts;
    if (told === undefined || besides === undefined) throw new Error('two alerts are expected');
    const { email = '' } = texts(
      sent([CRITICAL], {
        alerts: [{ ...told, atS: 1_795_338_900 }],
        besides: [{ ...besides, atS: 1_795_338_000 }],
      }),
    );
    expect(email.split('\n').slice(0, 7)).toEqual([
      'Alerts of one user or address with less than an hour between them; * is new in this message:',
      'Incident: incident-20261122T090000Z-01234567',
      '',
      '- 2026-11-22 09:00:00 UTC [HIGH] Many objects deleted by alice@corp.example: "Finance templates"',
      '* 2026-11-22 09:15:00 UTC [CRITICAL] Administrator created by alice@corp.example: mallory@corp.example',
      '',
      '[CRITICAL] Administrator created by alice@corp.example: mallory@corp.example',
    ]);
    expect(email.match(/^Rule, alert: /gm)).toHaveLength(1);
  });

  test('of equally urgent ones the latest is sent first', () => {
    const guesses = exampleAlert({ title: 'Guesses', last_event_time: '2026-11-22T09:12:30Z' });
    const login = exampleAlert({ title: 'Login', last_event_time: '2026-11-22T09:12:31Z' });
    expect(sent([guesses, login]).subject).toBe('[HIGH] 2 alerts about alice@corp.example: Login, Guesses');
  });

  test('the subject names the one user of the most urgent alert, and not the first of many that were tried', () => {
    const spray = exampleAlert({
      who: ['bogdan@corp.example', 'carla@corp.example'],
      addresses: ['192.0.2.9'],
    });
    expect(sent([spray, CRITICAL]).subject).toMatch(/^\[CRITICAL\] 2 alerts about alice@corp.example: /);
    expect(sent([spray, spray]).subject).toMatch(/^\[HIGH\] 2 alerts about 192.0.2.9: /);
    const hidden = { ...spray, addresses: [] };
    expect(sent([hidden, hidden]).subject).toMatch(/^\[HIGH\] 2 alerts about bogdan@corp.example: /);
    const nobody = { ...hidden, who: [] };
    expect(sent([nobody, nobody]).subject).toBe('[HIGH] 2 alerts: Many objects deleted');
  });

  test('machines get the records of all, and attributes to filter by', () => {
    expect(forMachines(message())).toEqual({
      schema_version: 2,
      message_id: '0f3a',
      kind: 'incident',
      source_id: 'netskope',
      severity: 'critical',
      incident_id: 'incident-20261122T090000Z-01234567',
      others: 0,
      headlines: [ALERT.headline, CRITICAL.headline],
      alerts: [ALERT, CRITICAL],
    });
    expect(message().attributes).toEqual({
      source: { DataType: 'String', StringValue: 'netskope' },
      severity: { DataType: 'String', StringValue: 'critical' },
      kind: { DataType: 'String', StringValue: 'incident' },
      rules: { DataType: 'String.Array', StringValue: '["many-deletes","admin-account-changed"]' },
    });
  });

  test('three are told in full, all are listed', () => {
    const { email = '' } = texts(sent(Array.from({ length: 5 }, () => ALERT)));
    expect(email.match(/^\* \[HIGH\]/gm)).toHaveLength(5);
    expect(email.match(/^Rule, alert: /gm)).toHaveLength(3);
  });
});

test.each([
  ['historic', '[HIGH] 42 alerts about events of the past'],
  ['overflow', '[HIGH] 42 alerts more within an hour'],
  ['low', '[HIGH] 42 alerts of low severity within a week'],
] as const)('a digest (%s) says how many there are, and lists the most urgent', (kind, subject) => {
  const message = sent([ALERT], { kind, incidentId: undefined, others: 41 });
  expect(message.subject).toBe(subject);
  expect(texts(message).email?.split('\n').slice(1)).toEqual([
    '',
    '- [HIGH] Many objects deleted by alice@corp.example: "Finance templates"',
    '- and 41 more, in the archive below alerts/',
    '',
  ]);
  expect(message.attributes).not.toHaveProperty('rules');
  expect(forMachines(message)).toMatchObject({ kind, others: 41, headlines: [ALERT.headline], alerts: [] });
  expect(forMachines(message)).not.toHaveProperty('incident_id');
});

test('a digest of one alert says that it is one', () => {
  expect(sent([ALERT], { kind: 'low', incidentId: undefined }).subject).toBe(
    '[HIGH] 1 alert of low severity within a week',
  );
});

test('every protocol of people gets the text, every one of machines the JSON', () => {
  const { default: byDefault, email, http, https, lambda, sqs, ...others } = texts(sent([ALERT]));
  expect(byDefault).toBe(email);
  expect(new Set([http, https, lambda, sqs]).size).toBe(1);
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
      const hostile = exampleAlert({ who: [name], what: [name], headline: `Bad: ${name}`, rows: [] });
      const { email = '' } = texts(sent([hostile]));
      expect(email).not.toMatch(/[<>\p{Surrogate}]|(?!\n)\p{Cc}/u);
      expect(email.split('\n')).toHaveLength(16);
      expect(email).toContain(`\nWho: ${shown}\n`);
      expect(forMachines(sent([hostile])).alerts).toEqual([hostile]);
      expect(sent([hostile]).subject).toMatch(/^\[HIGH\] Bad:[ -~]{1,89}$/);
      expect(() => encodeURIComponent(sent([hostile]).message)).not.toThrow();
    },
  );
});

describe('a message that is too large for SNS', () => {
  const [row] = ALERT.rows;
  const rows = Array.from({ length: 100 }, (_, place) => ({
    ...row,
    row_id: `netskope:${place}`,
    event_time: '2026-11-22T09:00:00Z',
    what: 'Deleted rbi template',
    targets: [],
    changes: [],
    addresses: [],
  }));
  const sizeOf = (message: SnsMessage) => Buffer.byteLength(message.message);

  test('loses the events first', () => {
    const large = rows.map((one) => ({ ...one, event: { text: 'x'.repeat(1_000) } }));
    const message = sent([{ ...ALERT, rows: large }]);
    expect(sizeOf(message)).toBeLessThanOrEqual(262_144);
    expect(forMachines(message).alerts[0]?.rows).toEqual(rows.map(({ event: _, ...one }) => one));
  });

  test('then all rows but the newest', () => {
    const large = rows.map((one) => ({ ...one, what: '\u0001'.repeat(120), user: '\u0001'.repeat(64) }));
    const message = sent([{ ...ALERT, rows: large }]);
    expect(sizeOf(message)).toBeLessThanOrEqual(262_144);
    expect(forMachines(message).alerts[0]?.rows.map(({ row_id: id }) => id)).toEqual(
      rows.slice(75).map(({ row_id: id }) => id),
    );
  });

  test('then records, and still names them', () => {
    const many = Array.from({ length: 100 }, () => exampleAlert({ meaning: 'x'.repeat(2_000) }));
    const message = sent(many);
    expect(sizeOf(message)).toBeLessThanOrEqual(262_144);
    expect(forMachines(message)).toMatchObject({ headlines: many.map(({ headline }) => headline) });
    expect(forMachines(message).alerts).toEqual(many.slice(0, 12).map((one) => ({ ...one, rows: [] })));
  });

  test('down to the first record', () => {
    const large = exampleAlert({ meaning: 'x'.repeat(25_000) });
    expect(forMachines(sent([large, large])).alerts).toEqual([{ ...large, rows: [] }]);
  });

  test('and not the record of a single alert', () => {
    const large = exampleAlert({ meaning: 'x'.repeat(50_000) });
    expect(forMachines(sent([large])).alerts).toEqual([{ ...large, rows: [] }]);
  });
});
