import schema from '../../../../lambdas/contract/storage/alert.schema.json';
import type { AlertRecord } from '../../../../lambdas/contract/storage/alert-record';
import { alertOf, updateOf } from '../../../../lambdas/detector/core/alert/alert';
import { applyBatch } from '../../../../lambdas/detector/core/group/apply-batch';
import { EMPTY_STATE } from '../../../../lambdas/detector/core/group/group-state';
import type { SeenRow } from '../../../../lambdas/detector/core/rule/seen-row';
import type { GroupBatch } from '../../../../lambdas/detector/core/rule/tuned-rule';
import { NINE_S, seenRow } from '../../archived';
import { batchOf, exampleRule } from '../../example-rule';

const TEN_S = NINE_S + 3_600;
const rule = exampleRule({ id: 'many-deletes', threshold: 2, limits: 'It does not see all.' });

function alertFor(rows: readonly SeenRow[], different: Partial<GroupBatch> = {}): AlertRecord | undefined {
  const batch = { ...batchOf(rule, rows), ...different };
  const [window] = applyBatch(EMPTY_STATE, batch).raised;
  return window && alertOf(batch, window, TEN_S);
}

const TWO = [
  seenRow('netskope:1', NINE_S, {
    user: 'alice@corp.example',
    addresses: ['192.0.2.1'],
    severity: 'high',
    detail: {
      targets: ['DLP cards'],
      changes: ['"DLP cards": action block -> allow'],
      event: '{"_id":"1"}',
    },
  }),
  seenRow('netskope:2', NINE_S + 90, {
    user: 'Alice@corp.example',
    what: 'Deleted admin',
    severity: 'critical',
  }),
];

test('an alert says what, who, from where, when, how often, and what to do', () => {
  expect(alertFor(TWO)).toEqual({
    schema_version: 2,
    alert_id: 'many-deletes-20261122T090000Z-40ef1f80389406a8',
    update: 'raised',
    incident_id: '',
    rule_id: 'many-deletes',
    title: 'An example',
    headline: 'An example by alice@corp.example from 192.0.2.1: "DLP cards": action block -> allow',
    severity: 'critical',
    source_id: 'netskope',
    log_type: 'Netskope.Audit',
    mitre_attack: ['TA0006:T1110 Brute Force'],
    meaning: 'It means nothing.',
    what_to_do: 'Do nothing.',
    limits: 'It does not see all.',
    what: ['Deleted rbi template', 'Deleted admin'],
    who: ['alice@corp.example', 'Alice@corp.example'],
    targets: ['DLP cards'],
    changes: ['"DLP cards": action block -> allow'],
    addresses: ['192.0.2.1'],
    group_key: 'user alice@corp.example',
    historic: false,
    first_event_time: '2026-11-22T09:00:00Z',
    last_event_time: '2026-11-22T09:01:30Z',
    window_end: '2026-11-22T10:00:00Z',
    window_minutes: 60,
    event_count: 2,
    threshold: 2,
    rows: [
      {
        row_id: 'netskope:1',
        event_time: '2026-11-22T09:00:00Z',
        what: 'Deleted rbi template',
        user: 'alice@corp.example',
        targets: ['DLP cards'],
        changes: ['"DLP cards": action block -> allow'],
        addresses: ['192.0.2.1'],
        event: { _id: '1' },
      },
      {
        row_id: 'netskope:2',
        event_time: '2026-11-22T09:01:30Z',
        what: 'Deleted admin',
        user: 'Alice@corp.example',
        targets: [],
        changes: [],
        addresses: [],
      },
    ],
  });
});

test('the fields of an alert are those of its published form, in that order', () => {
  const group = {
    sourceId: 'netskope',
    parts: [['address', '192.0.2.1']] as const,
    insteadOfUser: 'address' as const,
  };
  const fields = Object.keys(schema.properties).filter((name) => !name.startsWith('last_login_'));
  expect(Object.keys(alertFor(TWO, { group }) ?? {})).toEqual(fields);
});

test('the same window has the same id, however its rows are delivered', () => {
  const [first, second] = TWO;
  const { state } = applyBatch(EMPTY_STATE, batchOf(rule, first ? [first] : []));
  const later = batchOf(rule, second ? [second] : [], 'object-2');
  const [window] = applyBatch(state, later).raised;
  expect(window && alertOf(later, window, TEN_S)?.alert_id).toBe(alertFor(TWO)?.alert_id);
});

test('another group, or another second, has another id', () => {
  const later = TWO.map((row) => ({ ...row, timeS: row.timeS + 1 }));
  const ids = [alertFor(TWO), alertFor(TWO, { groupId: 'many-deletes#bogdan' }), alertFor(later)];
  expect(new Set(ids.map((alert) => alert?.alert_id)).size).toBe(3);
});

test('absent values are left out', () => {
  const alert = alertFor([seenRow('1', NINE_S), seenRow('2', NINE_S)], {
    tuned: exampleRule({ threshold: 2 }),
  });
  expect(alert).not.toHaveProperty('limits');
  expect(alert).not.toHaveProperty('group_note');
  expect(alert?.who).toEqual([]);
  expect(alert?.rows[0]).not.toHaveProperty('user');
});

test('at most twenty of each kind are listed', () => {
  const many = Array.from({ length: 50 }, (_, place) =>
    seenRow(`${place}`, NINE_S, { user: `user ${place}` }),
  );
  expect(alertFor(many)?.who).toHaveLength(20);
});

test('a burst is counted whole, from its first event', () => {
  const burst = Array.from({ length: 150 }, (_, place) => seenRow(`${place}`, NINE_S + place));
  const alert = alertFor(burst);
  expect(alert?.event_count).toBe(150);
  expect(alert?.rows).toHaveLength(100);
  expect(alert?.first_event_time).toBe('2026-11-22T09:00:00Z');
  expect(alert?.last_event_time).toBe('2026-11-22T09:02:29Z');
});

test('what the rows stand for is counted, up to the largest number of the column', () => {
  const heavy = (weight: number) => [seenRow('1', NINE_S, { weight }), seenRow('2', NINE_S)];
  expect(alertFor(heavy(11))?.event_count).toBe(12);
  expect(alertFor(heavy(2_147_483_647))?.event_count).toBe(2_147_483_647);
});

test('a group of any length is shown in 300 characters', () => {
  const group = { sourceId: 'netskope', parts: [['policy', 'x'.repeat(1_000)]] as const };
  expect(alertFor(TWO, { group })?.group_key).toBe(`policy ${'x'.repeat(293)}`);
});

test('a window whose alert was sent raises none', () => {
  expect(alertOf(batchOf(rule, []), { startS: NINE_S }, TEN_S)).toBeUndefined();
});

describe('who got in after others had failed', () => {
  const others = Array.from({ length: 30 }, (_, place) =>
    seenRow(`${place}`, NINE_S + place, { user: `user ${place}`, addresses: ['192.0.2.9'] }),
  );
  const success = seenRow('30', NINE_S + 60, {
    user: 'alice@corp.example',
    addresses: ['192.0.2.9'],
    completes: true,
  });
  const alert = (): AlertRecord | undefined =>
    alertFor([...others, success], {
      tuned: exampleRule({ threshold: 10, correlation: { completes: () => false, byOthers: true } }),
    });

  test('is named first, and is not lost among many', () => {
    expect(alert()?.who.slice(0, 3)).toEqual(['alice@corp.example', 'user 0', 'user 1']);
    expect(alert()?.who).toHaveLength(20);
  });

  test('is the only one whom the headline names', () => {
    expect(alert()?.headline).toBe('An example by alice@corp.example from 192.0.2.9');
  });
});

test('of several users, the headline says how many', () => {
  const rows = ['alice', 'bogdan'].map((user) => seenRow(user, NINE_S, { user }));
  expect(alertFor(rows)?.headline).toBe('An example: 2 users');
});

test('an update says what has come into the window, and has no rows', () => {
  const [window] = applyBatch(EMPTY_STATE, batchOf(rule, TWO)).raised;
  const tally = {
    raised: 2,
    count: 31,
    lastS: NINE_S + 1_800,
    severity: 'critical',
    told: { count: 2, severity: 'critical' },
    what: ['Deleted rbi template', 'Deleted rbi template', 'Deleted admin'],
    users: ['alice@corp.example'],
    targets: ['DLP cards', 'bogdan'],
    addresses: ['192.0.2.1'],
    objects: [],
  } as const;
  const update =
    window && updateOf(batchOf(rule, TWO), { ...window, tally }, { update: 'closed', nowS: TEN_S });
  expect(update).toEqual({
    ...alertFor(TWO),
    update: 'closed',
    headline: 'An example by alice@corp.example from 192.0.2.1: DLP cards and 1 more',
    who: ['alice@corp.example'],
    targets: ['DLP cards', 'bogdan'],
    changes: [],
    last_event_time: '2026-11-22T09:30:00Z',
    event_count: 31,
    rows: [],
  });
});

test('of a correlation, the headline names only who completed it', () => {
  const tuned = exampleRule({
    threshold: 1,
    correlation: { completes: ({ name }) => name === 'Login Successful' },
  });
  const rows = [
    seenRow('1', NINE_S, { user: 'alice@corp.example', addresses: ['192.0.2.1'] }),
    seenRow('2', NINE_S + 60, { user: 'mallory@corp.example', addresses: ['192.0.2.9'], completes: true }),
  ];
  expect(alertFor(rows, { tuned })).toMatchObject({
    headline: 'An example by mallory@corp.example from 192.0.2.9 and 1 more',
    who: ['mallory@corp.example', 'alice@corp.example'],
    addresses: ['192.0.2.9', '192.0.2.1'],
  });
});

test.each([
  ['six hours old', NINE_S + 90 + 6 * 3_600, false],
  ['a second older', NINE_S + 91 + 6 * 3_600, true],
])('an alert whose last event is %s: whether it is of the past', (_what, nowS, historic) => {
  const [window] = applyBatch(EMPTY_STATE, batchOf(rule, TWO)).raised;
  expect(window && alertOf(batchOf(rule, TWO), window, nowS)).toMatchObject({ historic });
});

test('a window whose alert is out has none', () => {
  expect(alertOf(batchOf(rule, TWO), { startS: NINE_S }, TEN_S)).toBeUndefined();
});
