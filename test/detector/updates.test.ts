import { parseTuning } from '../../lambdas/detector/core/rule/tuning';
import { RULES } from '../../lambdas/detector/rules';
import type { AwsCall } from '../../lib/local/aws/wire/aws-call';
import { archivedRecord, NINE_S } from './archived';
import { Detection } from './detection';

const MINUTE_S = 60;

let detection: Detection;
beforeEach(async () => {
  detection = await Detection.start();
  detection.nowMs = (NINE_S + 5 * MINUTE_S) * 1_000;
});
afterEach(() => detection.stop());

let objects = 0;

/** Administrators are created by alice, one a minute, and delivered as one object. */
async function created(first: number, last: number, fromS = NINE_S): Promise<string> {
  const key = await detection.archive(
    `o${++objects}`,
    Array.from({ length: last - first + 1 }, (_, place) =>
      archivedRecord({
        p_row_id: `netskope:c${first + place}`,
        timestamp: fromS + (first + place) * MINUTE_S,
        audit_log_event: 'Created new admin',
        supporting_data: { data_type: 'admin', data_values: [`admin${first + place}@corp.example`] },
      }),
    ),
  );
  expect(await detection.deliver([key])).toEqual({ kind: 'returned', unfinished: [] });
  return key;
}

async function updates(): Promise<readonly string[]> {
  return [...(await detection.alerts()).values()].map(
    ({ update, event_count: count }) => `${update} ${count}`,
  );
}

describe('an alert that is open', () => {
  test('50 administrators created in 50 minutes: a message for the first, for tenfold, and for the end, and a record of each', async () => {
    await created(0, 0);
    for (let minute = 1; minute < 50; minute += 7) await created(minute, Math.min(minute + 6, 49));
    expect(await updates()).toEqual(['grown 15', 'raised 1']);
    expect(await detection.sweepAfter(70)).toEqual({ kind: 'returned', unfinished: [] });
    await detection.sweepAfter(10);
    expect(await updates()).toEqual(['closed 50', 'grown 15', 'raised 1']);
    expect(detection.messages().map(({ subject }) => subject)).toEqual([
      '[CRITICAL] Administrator account changed by alice@corp.example: admin0@corp.example',
      '[CRITICAL] Administrator account changed by alice@corp.example: admin0@corp.example and 14 more',
      '[CRITICAL] Administrator account changed by alice@corp.example: admin0@corp.example and 49 more',
    ]);
    const closed = [...(await detection.alerts()).values()].find(({ update }) => update === 'closed');
    expect(closed).toMatchObject({
      event_count: 50,
      first_event_time: '2026-11-22T09:00:00Z',
      last_event_time: '2026-11-22T09:49:00Z',
      who: ['alice@corp.example'],
      what: ['Created new admin'],
      severity: 'critical',
      rows: [],
    });
    expect(closed?.targets).toEqual(Array.from({ length: 50 }, (_, place) => `admin${place}@corp.example`));
  });

  test('has the same id and incident in every record', async () => {
    await created(0, 0);
    await created(1, 20);
    await detection.sweepAfter(70);
    const records = [...(await detection.alerts()).values()];
    expect(records).toHaveLength(3);
    expect(new Set(records.map(({ alert_id: id }) => id)).size).toBe(1);
    expect(new Set(records.map(({ incident_id: id }) => id))).toEqual(new Set([records[0]?.incident_id]));
    expect(records[0]?.incident_id).toMatch(/^incident-20261122T090000Z-[0-9a-f]{8}$/);
  });

  test('is updated by no object twice, however often it is delivered', async () => {
    const first = await created(0, 0);
    const second = await created(1, 5);
    for (let time = 0; time < 3; time++) await detection.deliver([first, second, second]);
    await detection.sweepAfter(70);
    expect(await updates()).toEqual(['closed 6', 'raised 1']);
  });

  test('of which a detector died behind an update, and which grew before it was delivered again: each update is listed', async () => {
    await created(0, 0);
    const key = await detection.archive(
      'o-grown',
      Array.from({ length: 11 }, (_, place) =>
        archivedRecord({
          p_row_id: `netskope:g${place}`,
          timestamp: NINE_S + (place + 1) * MINUTE_S,
          audit_log_event: 'Created new admin',
          supporting_data: { data_type: 'admin', data_values: [`admin${place + 1}@corp.example`] },
        }),
      ),
    );
    detection.interference = { after: ({ operation }) => (operation === 'PutObject' ? 'die' : undefined) };
    expect(await detection.deliver([key])).toEqual({ kind: 'died' });
    detection.interference = {};
    await created(20, 21);
    expect(await detection.deliver([key])).toEqual({ kind: 'returned', unfinished: [] });
    expect(await updates()).toEqual(['grown 12', 'grown 14', 'raised 1']);
    expect(await detection.chainProblems()).toHaveLength(1); // until a sweep comes to it
    await detection.sweepAfter(5);
    expect(await detection.chainProblems()).toEqual([]);
  });

  test('to which nothing came is not updated', async () => {
    await created(0, 0);
    expect(await detection.sweepAfter(70)).toEqual({ kind: 'returned', unfinished: [] });
    expect(await updates()).toEqual(['raised 1']);
  });

  test('is closed a quarter of an hour after its window, and not before', async () => {
    await created(0, 0);
    await created(1, 3);
    detection.nowMs = (NINE_S + 75 * MINUTE_S - 1) * 1_000;
    await detection.sweepAfter(0);
    expect(await updates()).toEqual(['raised 1']);
    detection.nowMs += 1_000;
    await detection.sweepAfter(0);
    expect(await updates()).toEqual(['closed 4', 'raised 1']);
  });

  test('is closed once, also if the sweep dies or is repeated', async () => {
    await created(0, 0);
    await created(1, 3);
    for (const operation of ['Query', 'BatchGetItem', 'PutItem', 'PutObject', 'PutEvents']) {
      detection.interference = {
        after: (call: AwsCall) => (call.operation === operation ? 'die' : undefined),
      };
      expect(await detection.sweepAfter(70)).toEqual({ kind: 'died' });
    }
    detection.interference = {};
    expect(await detection.sweepAfter(5)).toEqual({ kind: 'returned', unfinished: [] });
    expect(await detection.sweepAfter(5)).toEqual({ kind: 'returned', unfinished: [] });
    expect(await updates()).toEqual(['closed 4', 'raised 1']);
  });

  test('of a rule that was switched off meanwhile is updated no more', async () => {
    await created(0, 0);
    await created(1, 3);
    const parsed = parseTuning(
      { rules: { 'admin-account-changed': { enabled: false } } },
      RULES,
      'detection',
    );
    if (parsed.kind === 'problems') throw new Error(parsed.problems.join());
    detection.nowMs += 70 * 60_000;
    expect(await detection.sweepAfter(0, { tuning: parsed.tuning })).toEqual({
      kind: 'returned',
      unfinished: [],
    });
    expect(await detection.sweepAfter(5)).toEqual({ kind: 'returned', unfinished: [] });
    expect(await updates()).toEqual(['raised 1']);
  });
});

test('a sweep that cannot publish fails, and the next one goes on', async () => {
  const refuse = (call: AwsCall) =>
    call.operation === 'Publish'
      ? ({ kind: 'error', status: 400, code: 'AuthorizationError', message: 'no' } as const)
      : undefined;
  detection.interference = { before: refuse };
  const key = await detection.archive('refused', [archivedRecord({ audit_log_event: 'Created new admin' })]);
  expect(await detection.deliver([key])).toMatchObject({ kind: 'threw' });
  expect(await detection.sweepAfter(5)).toMatchObject({ kind: 'threw', error: { name: 'BatchError' } });
  detection.interference = {};
  expect(await detection.sweepAfter(5)).toEqual({ kind: 'returned', unfinished: [] });
  expect(detection.messages().map(({ alerts }) => alerts.map(({ rule_id: id }) => id))).toEqual([
    ['admin-account-changed'],
  ]);
});

test('events of a backfill become alerts that are archived and put on the bus, and one digest', async () => {
  await created(0, 0, NINE_S - 24 * 60 * MINUTE_S);
  expect(detection.messages()).toEqual([]);
  expect(detection.events().map(({ historic }) => historic)).toEqual([true]);
  expect(await updates()).toEqual(['raised 1']);
  await detection.sweepAfter(60);
  expect(detection.messages()).toMatchObject([
    { kind: 'historic', subject: '[CRITICAL] 1 alert about events of the past', alerts: [] },
  ]);
});

test('a message has attributes by which subscriptions filter', async () => {
  await created(0, 0);
  expect(detection.messages().map(({ attributes }) => attributes)).toEqual([
    { source: 'netskope', severity: 'critical', kind: 'incident', rules: '["admin-account-changed"]' },
  ]);
});

describe('an alert whose events have no address', () => {
  const created = (place: number) =>
    archivedRecord({ p_row_id: `netskope:c${place}`, audit_log_event: 'Created new admin' });
  const login = archivedRecord({
    p_row_id: 'netskope:login',
    timestamp: NINE_S - 20 * MINUTE_S,
    audit_log_event: 'Login Successful',
    supporting_data: { data_type: 'user', data_values: ['192.0.2.7', 'alice@corp.example'] },
  });

  test('says where its user last logged in from', async () => {
    await detection.deliver([await detection.archive('login', [login])]);
    await detection.deliver([await detection.archive('created', [created(1)])]);
    const [alert] = (await detection.alerts()).values();
    expect(alert).toMatchObject({
      addresses: [],
      last_login_address: '192.0.2.7',
      last_login_time: '2026-11-22T08:40:00Z',
    });
    expect(detection.messages()[0]?.text).toContain(
      'the last login came from 192.0.2.7 at 2026-11-22 08:40:00 UTC',
    );
  });

  test('says nothing where that is not known, or cannot be read', async () => {
    await detection.deliver([await detection.archive('created', [created(1)])]);
    let reads = 0;
    detection.interference = {
      before: ({ operation }) =>
        operation === 'BatchGetItem' && ++reads === 3
          ? { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' }
          : undefined,
    };
    const other = archivedRecord({
      p_row_id: 'netskope:c2',
      audit_log_event: 'Created new admin',
      user: 'bogdan',
    });
    await detection.deliver([await detection.archive('other', [other])]);
    expect(reads).toBe(3);
    const alerts = [...(await detection.alerts()).values()];
    expect(alerts.map((alert) => alert.last_login_address)).toEqual([undefined, undefined]);
  });
});
