import type { AlertRecord } from '../../../lambdas/contract/storage/alert-record';
import { alertOf } from '../../../lambdas/detector/core/alert/alert';
import { readArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { applyBatch } from '../../../lambdas/detector/core/group/apply-batch';
import type { GroupState } from '../../../lambdas/detector/core/group/group-state';
import { EMPTY_STATE } from '../../../lambdas/detector/core/group/group-state';
import { matchEvents } from '../../../lambdas/detector/core/group/match-events';
import { untuned } from '../../../lambdas/detector/core/rule/tuning';
import { RULES } from '../../../lambdas/detector/rules';
import { archivedRecord, from, NINE_S } from '../archived';

type Fields = Readonly<Record<string, unknown>>;

/** One event so many minutes after nine. */
function event(minute: number, different: Fields): Fields {
  const timestamp = NINE_S + minute * 60;
  return archivedRecord({
    timestamp,
    p_row_id: `netskope:${JSON.stringify([minute, different])}`,
    ...different,
  });
}

/** Runs the pack over objects, one after the other, as the detector does. */
function detect(...objects: readonly (readonly Fields[])[]): readonly AlertRecord[] {
  const states = new Map<string, GroupState>();
  const { rules } = untuned(RULES);
  return objects.flatMap((records, number) => {
    const events = records.flatMap((record) => readArchivedEvent(record) ?? []);
    return matchEvents(events, rules, `object-${number}`).batches.flatMap((batch) => {
      const applied = applyBatch(states.get(batch.groupId) ?? EMPTY_STATE, batch);
      states.set(batch.groupId, applied.state);
      return applied.raised.flatMap((window) => alertOf(batch, window, window.startS) ?? []);
    });
  });
}

const inWords = ({ severity, rule_id, who }: AlertRecord): string => [severity, rule_id, ...who].join(' ');

function times(count: number, make: (place: number) => Fields): readonly Fields[] {
  return Array.from({ length: count }, (_, place) => make(place));
}

const alice = { user: 'alice@corp.example' };
const failed = (minute: number, different: Fields) =>
  event(minute, { audit_log_event: 'Login Failed', ...different });

test('somebody guesses a password, and gets in', () => {
  const guesses = times(6, (place) => failed(place, { ...alice, ...from('203.0.113.9') }));
  const success = event(7, { ...alice, ...from('203.0.113.9'), audit_log_event: 'Login Successful' });
  expect(detect(guesses, [success]).map(inWords)).toEqual(['high login-after-failures alice@corp.example']);
});

test('somebody guesses the password of a user whom only the values of the failures name', () => {
  const unknown = { user: 'unknown', ur_normalized: '', ...from('203.0.113.5', 'student13') };
  const guesses = times(5, (place) => failed(place, unknown));
  const success = event(7, { user: 'student13', audit_log_event: 'Login Successful' });
  expect(detect(guesses, [success]).map(inWords)).toEqual(['high login-after-failures student13']);
  expect(detect(times(10, (place) => failed(place, unknown))).map(inWords)).toEqual([
    'medium failed-logins-by-user student13',
  ]);
});

test('one event says that a login failed twelve times', () => {
  expect(
    detect([failed(0, { ...alice, count: 12 })]).map(({ rule_id, event_count }) => [rule_id, event_count]),
  ).toEqual([['failed-logins-by-user', 12]]);
});

test('somebody mistypes a password four times, and gets in', () => {
  const mistakes = times(4, (place) => failed(place, alice));
  expect(detect(mistakes, [event(5, { ...alice, audit_log_event: 'Login Successful' })])).toEqual([]);
});

test('somebody keeps guessing: one alert per hour, and one for the day', () => {
  const guesses = times(300, (place) => failed(place, { ...alice, p_row_id: `netskope:${place}` }));
  const alerts = detect(...[0, 60, 120, 180, 240].map((at) => guesses.slice(at, at + 60)));
  expect(alerts.map(({ rule_id, first_event_time }) => [rule_id, first_event_time])).toEqual([
    ['failed-logins-all-day', '2026-11-22T09:00:00Z'],
    ['failed-logins-by-user', '2026-11-22T09:00:00Z'],
    ['failed-logins-by-user', '2026-11-22T10:00:00Z'],
    ['failed-logins-by-user', '2026-11-22T11:00:00Z'],
    ['failed-logins-by-user', '2026-11-22T12:00:00Z'],
    ['failed-logins-by-user', '2026-11-22T13:00:00Z'],
  ]);
});

test('somebody sprays a password over many users from one address', () => {
  const spray = times(20, (place) =>
    failed(place, { user: `user-${place}`, ...from('203.0.113.9', `user-${place}`) }),
  );
  const alerts = detect(spray);
  expect(alerts.map(({ rule_id, group_key, event_count }) => [rule_id, group_key, event_count])).toEqual([
    ['failed-logins-by-address', 'address 203.0.113.9', 20],
    // The same users and the same address: one incident, and one message.
    ['failed-logins-of-many-users', 'tenant netskope', 20],
  ]);
});

test('one administrator deletes ten objects, and two delete five each', () => {
  const deleted = (user: string) => (place: number) =>
    event(place, {
      user,
      audit_log_event: place % 2 === 0 ? 'Deleted tag' : 'Custom category deleted',
    });
  expect(detect(times(10, deleted('alice@corp.example'))).map(inWords)).toEqual([
    'high many-deletes alice@corp.example',
  ]);
  expect(detect(times(5, deleted('alice@corp.example')), times(5, deleted('bogdan@corp.example')))).toEqual(
    [],
  );
});

describe('in a tenant that hides its users', () => {
  const hidden = { user: 'redacted', ur_normalized: 'redacted' };

  test('ten deletions are a burst of the tenant, and the alert says how they were counted', () => {
    const deleted = times(10, (place) => event(place, { ...hidden, audit_log_event: 'Deleted tag' }));
    expect(detect(deleted)).toMatchObject([
      {
        rule_id: 'many-deletes',
        who: [],
        group_key: 'tenant netskope',
        group_note:
          'Netskope hides the user and the event names no address, so the events of the whole tenant are counted together.',
      },
    ]);
  });

  test('a login after failures raises nothing: nothing says that they are of one user', () => {
    const failures = times(5, (place) => failed(place, hidden));
    expect(detect(failures, [event(6, { ...hidden, audit_log_event: 'Login Successful' })])).toEqual([]);
  });

  test('failed logins from many addresses are no burst of one user', () => {
    const failures = times(15, (place) =>
      failed(place, { ...hidden, ...from(`192.0.2.${place}`, 'redacted') }),
    );
    expect(detect(failures)).toEqual([]);
  });

  test('failed logins from one address are, and the alert says how they were counted', () => {
    const [alert] = detect(
      times(12, (place) => failed(place, { ...hidden, ...from('192.0.2.1', 'redacted') })),
    );
    expect(alert).toMatchObject({
      rule_id: 'failed-logins-by-user',
      who: [],
      group_key: 'address 192.0.2.1',
      group_note: 'Netskope hides the user, so the events are counted by address.',
    });
  });

  test('each administrator that is created raises its own alert', () => {
    const created = times(3, (place) => event(place, { ...hidden, audit_log_event: 'Created new admin' }));
    expect(detect(created).map(({ rule_id, event_count }) => [rule_id, event_count])).toEqual([
      ['admin-account-changed', 1],
      ['admin-account-changed', 1],
      ['admin-account-changed', 1],
    ]);
  });
});

test('Netskope personnel creates an administrator: one critical alert', () => {
  const created = event(0, {
    user: 'support@netskope.example',
    audit_log_event: 'Created new admin',
    is_netskope_personnel: true,
  });
  expect(detect([created]).map(inWords)).toEqual([
    'critical netskope-personnel-changed-admin support@netskope.example',
  ]);
});

test('two administrators are edited within the hour, one of them twice: one alert that names both', () => {
  const edited = (minute: number, account: string) =>
    event(minute, {
      ...alice,
      audit_log_event: 'Edit admin record',
      supporting_data: { data_type: 'admin', data_values: [account] },
    });
  const alerts = detect([edited(0, 'bogdan'), edited(1, 'chiara'), edited(2, 'Bogdan')]);
  expect(alerts.map(({ targets, event_count }) => [targets, event_count])).toEqual([
    [['bogdan', 'chiara', 'Bogdan'], 3],
  ]);
});

test('two policies are weakened within the hour: two alerts, which name them', () => {
  const edited = (minute: number, name: string) =>
    event(minute, {
      ...alice,
      audit_log_event: 'Edited inline policy',
      details: [{ name, diff: { key: 'action_name', value1: 'block', value2: 'allow' } }],
    });
  expect(
    detect([edited(0, 'Logins'), edited(1, 'Uploads'), edited(2, 'Logins')]).map(({ what }) => what),
  ).toEqual([
    ['Edited inline policy "Logins": action_name changed from block to allow'],
    ['Edited inline policy "Uploads": action_name changed from block to allow'],
  ]);
});

test('API calls are refused: the alert names the calls, without what follows the path', () => {
  const refused = times(10, (place) =>
    event(place, {
      user: 'svc-siem-export',
      audit_log_event: 'Rest API V2 Call',
      supporting_data: {
        data_type: 'incidents',
        data_values: [place % 2 ? 403 : '403', 'GET', '/api/v2/scim/Users?q=1'],
      },
    }),
  );
  expect(detect(refused).map(({ what }) => what)).toEqual([['Rest API V2 Call 403 GET /api/v2/scim/Users']]);
});

describe('an administrator from a new address', () => {
  const DAY = 1_440;
  const login = (day: number, address: string, name = 'Login Successful') =>
    event(day * DAY, { ...alice, ...from(address), audit_log_event: name });
  const twoWeeks = times(14, (day) => login(day, '198.51.100.17'));

  test('raises an alert after two weeks of learning, once', () => {
    const alerts = detect(twoWeeks, [login(20, '203.0.113.9')], [login(21, '203.0.113.9')]);
    expect(alerts.map(inWords)).toEqual(['medium action-from-new-address alice@corp.example']);
    expect(alerts[0]?.addresses).toEqual(['203.0.113.9']);
  });

  test('raises none for the first two while learning, and one for the third', () => {
    const visits = [login(0, '198.51.100.17'), login(5, '203.0.113.9'), login(6, '192.0.2.1')];
    expect(detect(...visits.map((visit) => [visit])).map(({ addresses }) => addresses)).toEqual([
      ['192.0.2.1'],
    ]);
  });

  test('is sent twenty minutes after a trip was', () => {
    const later = event(20 * DAY + 20, {
      ...alice,
      ...from('192.0.2.1'),
      audit_log_event: 'Login Successful',
    });
    expect(detect(twoWeeks, [login(20, '203.0.113.9')], [later]).map(({ addresses }) => addresses)).toEqual([
      ['203.0.113.9'],
      ['192.0.2.1'],
    ]);
  });

  test('by a phone, whose provider has many networks, is sent of the first two of them', () => {
    const days = [20, 21, 22, 23].map((day) => [login(day, `203.0.${day}.9`)]);
    expect(detect(twoWeeks, ...days).map(({ addresses }) => addresses)).toEqual([
      ['203.0.20.9'],
      ['203.0.21.9'],
    ]);
  });

  test('in the same network is not new', () => {
    expect(detect(twoWeeks, [login(20, '198.51.100.200')])).toEqual([]);
  });

  test('does not become known by failed attempts', () => {
    const attempts = times(4, (day) => login(day, '203.0.113.9', 'Login Failed'));
    expect(detect(twoWeeks, attempts, [login(20, '203.0.113.9')]).map(inWords)).toEqual([
      'medium action-from-new-address alice@corp.example',
    ]);
  });

  test('in IPv6 is new only with its network', () => {
    const known = times(14, (day) => login(day, '2001:db8:4a::17'));
    expect(detect(known, [login(20, '2001:db8:4a:99::beef')])).toEqual([]);
    expect(detect(known, [login(20, '2001:db8:4b::17')])).toHaveLength(1);
  });
});

test('each exception is sent with what bypasses inspection, and an object that is all removals with nothing', () => {
  const edited = (minute: number, name: string, diff: Fields) =>
    event(minute, { ...alice, audit_log_event: 'Exception Configuration', details: [{ name, diff }] });
  const added = { added: [{ key: 'exception/Domain', value: 'a.example\nb.example\nc.example\nd.example' }] };
  const gone = { deleted: [{ key: 'exception/Domain', value: 'a.example' }] };
  const alerts = detect([edited(0, 'Partner', added), edited(1, 'Default', added), edited(2, 'Other', gone)]);
  expect(alerts.map(({ rule_id, what, group_key }) => [rule_id, what, group_key])).toEqual([
    [
      'inspection-bypassed',
      ['Exception Configuration: a.example, b.example, c.example, and 1 more'],
      'user alice@corp.example, exceptions of Partner',
    ],
    [
      'inspection-bypassed',
      ['Exception Configuration: a.example, b.example, c.example, and 1 more'],
      'user alice@corp.example, exceptions of Default',
    ],
  ]);
});

test('the default action is changed: the alert says from what to what, if the event does', () => {
  const changed = (minute: number, details?: string) =>
    event(minute, { ...alice, audit_log_event: 'Update default actions for inline policies', details });
  const told = detect([changed(0, 'action changed from block to allow')], [changed(90)]);
  expect(told.map(({ what }) => what)).toEqual([
    ['Update default actions for inline policies: action changed from block to allow'],
    ['Update default actions for inline policies'],
  ]);
});

test('a token changes two administrators and a role: one alert for each kind of path', () => {
  const call = (minute: number, path: string) =>
    event(minute, {
      user: 'svc',
      audit_log_event: 'Rest API V2 Call',
      supporting_data: { data_type: 'incidents', data_values: [200, 'PUT', path] },
    });
  const calls = [
    call(0, '/api/v2/rbac/admins/17'),
    call(1, '/api/v2/rbac/admins/18'),
    call(2, '/api/v2/rbac/roles/3'),
  ];
  expect(detect(calls).map(({ what, group_key }) => [what, group_key])).toEqual([
    [
      ['Rest API V2 Call 200 PUT /api/v2/rbac/admins/17', 'Rest API V2 Call 200 PUT /api/v2/rbac/admins/18'],
      'user svc, path /api/v2/rbac/admins/*',
    ],
    [['Rest API V2 Call 200 PUT /api/v2/rbac/roles/3'], 'user svc, path /api/v2/rbac/roles/*'],
  ]);
});

test('a user disables the client five times a day: one alert, which names the device', () => {
  const disabled = (hour: number) =>
    event(hour * 60, {
      user: 'student13',
      audit_log_event: 'Client Disable Request Submitted',
      supporting_data: { data_type: 'hostname', data_values: 'HOST123' },
    });
  expect(detect(times(5, disabled)).map(({ what }) => what)).toEqual([
    ['Client Disable Request Submitted HOST123'],
  ]);
});

describe('a kind of act that an administrator has not done before', () => {
  const act = (day: number, audit_log_event: string, different: Fields = {}) =>
    event(day * 1_440, { ...alice, audit_log_event, ...different });
  const month = [act(0, 'Created new inline policy'), act(29, 'Edited inline policy')];

  test('is sent after a month, once, whatever the names and ids of objects', () => {
    const read = (id: number) => ({
      supporting_data: { data_type: 'incidents', data_values: [200, 'GET', `/api/v2/policy/urllist/${id}`] },
    });
    const later = [
      act(40, 'Created new inline policy'),
      act(41, 'Created a new Next Gen CASB API policy'),
      act(42, 'Created a new Next Gen CASB instance'),
      act(43, 'Rest API V2 Call', read(17)),
      act(44, 'Rest API V2 Call', read(18)),
    ];
    expect(
      detect(month, ...later.map((one) => [one])).map(({ rule_id, what }) => [rule_id, ...what]),
    ).toEqual([
      ['new-kind-of-action', 'Created a new Next Gen CASB API policy'],
      ['new-kind-of-action', 'Rest API V2 Call 200 GET /api/v2/policy/urllist/17'],
    ]);
  });

  test('is not told a second time by this rule if another one tells it', () => {
    expect(detect(month, [act(40, 'Enabled REST API tokens')]).map(({ rule_id }) => rule_id)).toEqual([
      'rest-api-token-enabled',
    ]);
  });
});

test('somebody guesses a password once in seven minutes, all day', () => {
  const guesses = times(200, (place) => failed(place * 7, { ...alice, p_row_id: `netskope:${place}` }));
  expect(detect(guesses).map(({ rule_id }) => rule_id)).toEqual(['failed-logins-all-day']);
});

test('an object that is delivered again raises nothing', () => {
  const object = [
    ...times(12, (place) => event(place, { ...alice, audit_log_event: 'Deleted tag' })),
    event(3, { ...alice, audit_log_event: 'Events were cleared' }),
  ];
  expect(detect(object).map(({ rule_id }) => rule_id)).toEqual(['many-deletes', 'audit-trail-cleared']);
  expect(detect(object, object, object)).toHaveLength(2);
});
