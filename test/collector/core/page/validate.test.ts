import { Unreadable } from '../../../../lambdas/collector/core/page/validate';
import { validate } from '../../../../lambdas/collector/core/page/validate';
import { AUDIT_FEED } from '../../../../lambdas/contract/feed/audit';
import { login } from '../../audit-events';

const NOON_S = 1_795_003_200;

function validateLoginWith(different: Readonly<Record<string, unknown>>) {
  return validate(AUDIT_FEED, JSON.parse(JSON.stringify(login('e1', NOON_S, different))));
}

test('an event in every documented field of its documented type is accepted without drift', () => {
  const event = {
    timestamp: 1795003200,
    type: 'admin_audit_logs',
    user: 'a@example.org',
    is_netskope_personnel: false,
    severity_level: 2,
    audit_log_event: 'Edit admin record',
    supporting_data: { data_type: 'admin', data_values: ['b@example.org', 200, false] },
    organization_unit: '',
    ur_normalized: 'a@example.org',
    count: 1,
    _insertion_epoch_timestamp: 1795003205,
    _id: 'e5ca619b059fccdd0cfd9398',
    details: [{ name: 'x', diff: [{ key: 'status', added: '', changed: ['on', 'off'], deleted: '' }] }],
    ccl: 'unknown',
    sAMAccountName: '',
    userPrincipalName: '',
  };
  expect(validate(AUDIT_FEED, event)).toEqual({ kind: 'accepted', event, drift: [] });
});

test('an event with nothing but the required fields is accepted without drift', () => {
  expect(validateLoginWith({})).toMatchObject({ kind: 'accepted', drift: [] });
});

test('fields that nobody documented are accepted without drift', () => {
  expect(validateLoginWith({ record_type: 'audit', tenant: { id: 7 } })).toMatchObject({ drift: [] });
});

describe('a deviation that real tenants show is accepted and named', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ severity_level: '2' }, 'severity_level string'],
    [{ supporting_data: undefined }, 'supporting_data missing'],
    [{ supporting_data: "{'data_type': 'user'}" }, 'supporting_data string'],
    [{ supporting_data: { data_type: null, data_values: [''] } }, 'supporting_data.data_type null'],
    [{ supporting_data: { data_values: 'HOST123' } }, 'supporting_data.data_values string'],
    [{ details: { name: 'x' } }, 'details object'],
    [{ details: 'status changed' }, 'details string'],
    [{ user: undefined }, 'user missing'],
  ])('%j', (different, drift) => {
    expect(validateLoginWith(different)).toMatchObject({ kind: 'accepted', drift: [drift] });
  });
});

describe('a time or an id in another spelling is read, and named as drift', () => {
  test.each<[Record<string, unknown>, Record<string, unknown>, string[]]>([
    [{ timestamp: '1795003200' }, { timestamp: NOON_S }, ['timestamp string']],
    [{ timestamp: 1_795_003_200.5 }, { timestamp: NOON_S }, ['timestamp number']],
    [{ timestamp: 1_795_003_200_999 }, { timestamp: NOON_S }, ['timestamp number']],
    [{ timestamp: '2026-11-18T13:00:00+01:00' }, { timestamp: NOON_S }, ['timestamp string']],
    [{ timestamp: '2026-11-18 12:00:00' }, { timestamp: NOON_S }, ['timestamp string']],
    [{ _id: 66_483 }, { _id: '66483' }, ['_id number']],
    [
      { _id: { $oid: '5f43f8c2a1b2c3d4e5f60718' }, timestamp: '1795003200' },
      { _id: '5f43f8c2a1b2c3d4e5f60718', timestamp: NOON_S },
      ['timestamp string', '_id object'],
    ],
  ])('%j', (different, event, drift) => {
    expect(validateLoginWith(different)).toMatchObject({ kind: 'accepted', event, drift });
  });

  test('a time that JSON writes with a point and a zero is as documented', () => {
    const text = JSON.stringify(login('e1', NOON_S)).replace(`${NOON_S}`, `${NOON_S}.0`);
    expect(validate(AUDIT_FEED, JSON.parse(text))).toMatchObject({ kind: 'accepted', drift: [] });
  });
});

describe('a deviation nobody has seen yet is accepted and named all the same', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ type: 7 }, 'type number'],
    [{ user: null }, 'user null'],
    [{ is_netskope_personnel: 'no' }, 'is_netskope_personnel string'],
    [{ severity_level: 1.5 }, 'severity_level number'],
    [{ severity_level: null }, 'severity_level null'],
    [{ audit_log_event: ['Login'] }, 'audit_log_event array'],
    [{ supporting_data: [] }, 'supporting_data array'],
    [{ organization_unit: {} }, 'organization_unit object'],
    [{ ur_normalized: false }, 'ur_normalized boolean'],
    [{ count: '1' }, 'count string'],
    [{ _insertion_epoch_timestamp: '1795003205' }, '_insertion_epoch_timestamp string'],
    [{ ccl: 0 }, 'ccl number'],
    [{ sAMAccountName: null }, 'sAMAccountName null'],
    [{ userPrincipalName: [] }, 'userPrincipalName array'],
  ])('%j', (different, drift) => {
    expect(validateLoginWith(different)).toMatchObject({ kind: 'accepted', drift: [drift] });
  });

  test('each deviation of one event is named', () => {
    expect(validateLoginWith({ severity_level: '2', supporting_data: undefined, ccl: 0 })).toMatchObject({
      drift: expect.arrayContaining([
        'severity_level string',
        'supporting_data missing',
        'ccl number',
      ]) as unknown,
    });
  });
});

describe('an event that cannot be placed is rejected, and the sentence says why', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ _id: undefined }, "the event must have required property '_id'"],
    [{ timestamp: undefined }, "the event must have required property 'timestamp'"],
    [{ type: undefined }, "the event must have required property 'type'"],
    [{ audit_log_event: undefined }, "the event must have required property 'audit_log_event'"],
    [{ _id: 17.5 }, '_id must be string, received number 17.5'],
    [{ _id: { $oid: '17' } }, '_id must be string, received object'],
    [{ _id: null }, '_id must be string, received null'],
    [{ _id: '' }, '_id must match pattern "\\S", received string ""'],
    [{ _id: ' \t' }, '_id must match pattern "\\S", received string " \\t"'],
    [{ timestamp: 'yesterday' }, 'timestamp must be integer, received string "yesterday"'],
    [
      { timestamp: '2026-11-18T12:00:00' },
      'timestamp must be integer, received string "2026-11-18T12:00:00"',
    ],
    [{ timestamp: null }, 'timestamp must be integer, received null'],
    [{ timestamp: 0 }, 'timestamp must be >= 946684800, received number 0'],
    [{ timestamp: 179500320000 }, 'timestamp must be <= 4102444799, received number 179500320000'],
  ])('%j', (different, reason) => {
    expect(validateLoginWith(different)).toEqual({ kind: 'rejected', reasons: [reason] });
  });

  test.each([
    [null, 'the event must be object, received null'],
    [[], 'the event must be object, received array'],
    ['text', 'the event must be object, received string'],
    [7, 'the event must be object, received number'],
  ])('%j is no object', (value, reason) => {
    expect(validate(AUDIT_FEED, value)).toEqual({ kind: 'rejected', reasons: [reason] });
  });

  test('the first and the last second that count as an event time are accepted', () => {
    expect(validateLoginWith({ timestamp: 946684800 }).kind).toBe('accepted');
    expect(validateLoginWith({ timestamp: 4102444799 }).kind).toBe('accepted');
  });

  test('every reason is told, and drift beside it is not one', () => {
    expect(validateLoginWith({ _id: true, timestamp: 'x', severity_level: '2' })).toEqual({
      kind: 'rejected',
      reasons: [
        'timestamp must be integer, received string "x"',
        '_id must be string, received boolean true',
      ],
    });
  });

  test('a long value is shown by its beginning', () => {
    expect(validateLoginWith({ timestamp: 'x'.repeat(1_000) })).toEqual({
      kind: 'rejected',
      reasons: [`timestamp must be integer, received string "${'x'.repeat(79)}…`],
    });
  });

  test('an event that could not be read is rejected for that reason', () => {
    expect(validate(AUDIT_FEED, new Unreadable('the event is not UTF-8', true))).toEqual({
      kind: 'rejected',
      reasons: ['the event is not UTF-8'],
    });
  });
});

describe('an event that brings a name of the collector is rejected, for no reader could tell the two apart', () => {
  test.each([
    'p_log_type',
    'p_event_time',
    'p_parse_time',
    'p_source_id',
    'p_source_label',
    'p_row_id',
    'p_any_emails',
    'p_any_usernames',
    'p_any_ip_addresses',
  ])('%s', (name) => {
    const reasons = [`the event has a field ${name}, a name reserved for the collector`];
    expect(validateLoginWith({ [name]: 'x' })).toEqual({ kind: 'rejected', reasons });
    expect(validateLoginWith({ [name]: 'x', severity_level: '2' })).toEqual({ kind: 'rejected', reasons });
  });
});

test('names of every object do not stand in for fields of the event', () => {
  const event: unknown = JSON.parse('{"__proto__":{"_id":"a","timestamp":1795003200},"constructor":"x"}');
  expect(validate(AUDIT_FEED, event)).toMatchObject({ kind: 'rejected' });
});

test('an event with 100,000 nested arrays in an open field is accepted', () => {
  const nested: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  expect(validate(AUDIT_FEED, { ...login('e1', NOON_S), details: nested })).toMatchObject({
    kind: 'accepted',
    drift: [],
  });
});
