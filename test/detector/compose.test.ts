import type { Tuning } from '../../lambdas/detector/core/rule/tuning';
import { parseTuning, untuned } from '../../lambdas/detector/core/rule/tuning';
import { RULES } from '../../lambdas/detector/rules';
import { LOCAL_BUCKET } from '../../lib/local/local-deployment';
import { archivedRecord, from, NINE_S } from './archived';
import { Detection, objectCreated } from './detection';
import { exampleRule } from './example-rule';

let detection: Detection;
beforeEach(async () => {
  detection = await Detection.start();
});
afterEach(() => detection.stop());

const ADMIN_CREATED = archivedRecord({ audit_log_event: 'Created new admin', ...from('192.0.2.1') });
const ALERT_KEY =
  'alerts/netskope_audit/source=netskope/dt=2026-11-22/admin-account-changed-20261122T090000Z-b21b2d0aa554a2b8.ndjson.gz';

function deletes(first: number, last: number) {
  return Array.from({ length: last - first + 1 }, (_, place) =>
    archivedRecord({
      p_row_id: `netskope:d${first + place}`,
      timestamp: NINE_S + (first + place) * 60,
      audit_log_event: 'Deleted tag',
    }),
  );
}

function tuning(settings: unknown): Tuning {
  const parsed = parseTuning(settings, RULES, 'detection');
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join('\n'));
  return parsed.tuning;
}

async function alertedRules(): Promise<string[]> {
  return [...(await detection.alerts()).values()].map(({ rule_id }) => rule_id);
}

describe('an archived event that is worth an alert', () => {
  test('becomes one object below the day of the event, one message and one counted alert', async () => {
    const key = await detection.archive('o1', [ADMIN_CREATED]);
    expect(await detection.deliver([key])).toEqual({ kind: 'returned', unfinished: [] });
    const alerts = await detection.alerts();
    expect([...alerts.keys()]).toEqual([ALERT_KEY]);
    const [message] = detection.messages();
    expect(message?.subject).toBe(
      '[CRITICAL] Administrator account changed by alice@corp.example from 192.0.2.1',
    );
    expect(message?.text).toContain('\nFrom where: 192.0.2.1\n');
    expect(message?.alerts).toEqual([alerts.get(ALERT_KEY)]);
    expect(detection.events()).toEqual([alerts.get(ALERT_KEY)]);
    expect(detection.messages()).toHaveLength(1);
    expect(detection.metricSum('AlertsRaised')).toBe(1);
  });

  test('is handled in this order: mutes, object, state, outbox, where the user was last, alert object, its line and the note of that, event, the note that it is out, message, the note that this is out, metric', async () => {
    const record = archivedRecord({ audit_log_event: 'Created new admin' });
    await detection.deliver([await detection.archive('o1', [record])]);
    expect(detection.calls).toEqual([
      'BatchGetItem',
      'GetObject',
      'BatchGetItem',
      'PutItem',
      'BatchGetItem',
      'PutItem',
      'BatchGetItem',
      'PutObject',
      'PutObject',
      'PutItem',
      'PutEvents',
      'PutItem',
      'Publish',
      'PutItem',
      'PutMetricData',
    ]);
  });

  test('in a batch of objects is looked up once with those of the others, and each source sends one metric', async () => {
    await detection.deliver([
      await detection.archive('o1', deletes(1, 6)),
      await detection.archive('o2', deletes(7, 10)),
      await detection.archive('o3', [ADMIN_CREATED]),
    ]);
    const count = (operation: string) => detection.calls.filter((call) => call === operation).length;
    expect({ reads: count('BatchGetItem'), metrics: count('PutMetricData') }).toEqual({
      // The mutes, the groups' states, the outbox, and where the users were last.
      reads: 4,
      metrics: 1,
    });
    // The states of four groups, one of them for what is new, a note for each of two, the outbox with its note of the
    // line, and a note for the one message.
    expect(count('PutItem')).toBe(4 + 3 + 1 + 1);
    expect(detection.messages()).toHaveLength(1);
    expect((await alertedRules()).sort()).toEqual(['admin-account-changed', 'many-deletes']);
    expect(detection.metricSum('AlertsRaised')).toBe(2);
  });

  test('delivered again is read again, and nothing is written, published or counted', async () => {
    const key = await detection.archive('o1', [archivedRecord({ audit_log_event: 'Created new admin' })]);
    await detection.deliver([key]);
    detection.calls.length = 0;
    expect(await detection.deliver([key])).toEqual({ kind: 'returned', unfinished: [] });
    expect(detection.calls).toEqual(['BatchGetItem', 'GetObject', 'BatchGetItem']);
  });

  test('in two sources raises two alerts', async () => {
    const other = archivedRecord({ audit_log_event: 'Created new admin', p_source_id: 'emea' });
    await detection.deliver([
      await detection.archive('o1', [ADMIN_CREATED]),
      await detection.archive('o2', [other], 'emea'),
    ]);
    expect([...(await detection.alerts()).values()].map(({ source_id }) => source_id).sort()).toEqual([
      'emea',
      'netskope',
    ]);
  });
});

describe('a threshold', () => {
  test('is reached over several objects and deliveries', async () => {
    await detection.deliver([await detection.archive('o1', deletes(1, 6))]);
    expect(await alertedRules()).toEqual([]);
    await detection.deliver([await detection.archive('o2', deletes(7, 10))]);
    expect(await alertedRules()).toEqual(['many-deletes']);
    expect(detection.messages()[0]?.alerts[0]?.event_count).toBe(10);
  });

  test('is not reached by the same object delivered often', async () => {
    const key = await detection.archive('o1', deletes(1, 6));
    await detection.deliver([key, key, key]);
    await detection.deliver([key]);
    expect(await alertedRules()).toEqual([]);
  });
});

test('an excluded event raises nothing, and is counted', async () => {
  const key = await detection.archive('o1', [
    ADMIN_CREATED,
    archivedRecord({ p_row_id: 'netskope:e2', audit_log_event: 'Created new admin' }),
  ]);
  await detection.deliver([key], { tuning: tuning({ exclude: [{ user: 'alice@corp.example' }] }) });
  expect(await alertedRules()).toEqual([]);
  expect(detection.metricSum('EventsExcluded')).toBe(5);
});

test('an object without a match sends no metric', async () => {
  await detection.deliver([await detection.archive('o1', [archivedRecord()])]);
  expect(detection.calls).toEqual(['BatchGetItem', 'GetObject']);
});

describe('a failure of one object does not affect the others', () => {
  test.each<[string, readonly (object | string)[], string]>([
    [
      'a line that is not JSON',
      ['{"p_row_id":', ADMIN_CREATED],
      '1 lines cannot be read, the first of them line 1: no JSON',
    ],
    [
      'an empty line between two others',
      [ADMIN_CREATED, '', { ...ADMIN_CREATED, p_row_id: 'netskope:other' }],
      '1 lines cannot be read, the first of them line 2: no JSON',
    ],
    [
      'a line of another source',
      [ADMIN_CREATED, { ...ADMIN_CREATED, p_source_id: 'emea' }],
      '1 lines cannot be read, the first of them line 2: no event of this source',
    ],
  ])('%s: the other lines are evaluated, and the object fails', async (_what, lines, reason) => {
    const broken = await detection.archive('o1', lines);
    const sound = await detection.archive('o2', deletes(1, 10));
    expect(await detection.deliver([broken, sound])).toEqual({ kind: 'returned', unfinished: [broken] });
    expect((await alertedRules()).sort()).toEqual(['admin-account-changed', 'many-deletes']);
    expect(detection.errors().join('\n')).toContain(reason);
  });

  test('an object that is not gzip, or that is gone', async () => {
    const noGzip = 'netskope_audit/source=netskope/dt=2026-11-22/hour=09/no-gzip.ndjson.gz';
    const gone = 'netskope_audit/source=netskope/dt=2026-11-22/hour=09/gone.ndjson.gz';
    await detection.store(noGzip, Buffer.from('{}\n'));
    const sound = await detection.archive('o1', [ADMIN_CREATED]);
    expect(await detection.deliver([noGzip, gone, sound])).toEqual({
      kind: 'returned',
      unfinished: [noGzip, gone],
    });
    expect(detection.messages()).toHaveLength(1);
    expect(detection.errors()).toEqual([
      `ArchiveError: object ${noGzip} could not be read from bucket ${LOCAL_BUCKET}: incorrect header check`,
      `ArchiveError: object ${gone} could not be read from bucket ${LOCAL_BUCKET}: The specified key does not exist.`,
    ]);
  });

  test('a message about anything but an archived object', async () => {
    const sound = await detection.archive('o1', [ADMIN_CREATED]);
    const end = await detection.deliverMessages([
      { messageId: 'alert', body: objectCreated(ALERT_KEY) },
      { messageId: 'bucket', body: objectCreated(sound, 'another-bucket') },
      { messageId: 'text', body: 'hello' },
      { messageId: 'sound', body: objectCreated(sound) },
    ]);
    expect(end).toEqual({ kind: 'returned', unfinished: ['alert', 'bucket', 'text'] });
    expect(detection.messages()).toHaveLength(1);
  });

  test('a rule that fails: the other rules go on, and an alert tells of it, once', async () => {
    const broken = exampleRule({
      id: 'broken',
      matches: () => {
        throw new TypeError('no such field');
      },
    });
    const key = await detection.archive('o1', [ADMIN_CREATED]);
    const tuning = { rules: [broken, ...untuned(RULES).rules], anonymousUsers: new Set<string>() };
    const done = { kind: 'returned', unfinished: [] };
    expect(await detection.deliver([key], { tuning })).toEqual(done);
    expect(await detection.deliver([key], { tuning })).toEqual(done);
    expect((await alertedRules()).sort()).toEqual(['admin-account-changed', 'rule-failed']);
    const told = detection.messages().find(({ subject }) => subject.includes('rule'));
    expect(told?.subject).toBe('[HIGH] A detection rule failed: broken');
    expect(told?.text).toContain('\nWhat: no such field\n');
    expect(told?.alerts).toMatchObject([
      {
        group_key: 'rule broken',
        rows: [{ row_id: 'netskope:e1', event: { audit_log_event: 'Created new admin' } }],
      },
    ]);
    // More of it comes into the window, whose end the sweep tells.
    const again = await detection.archive('o2', [{ ...ADMIN_CREATED, p_row_id: 'netskope:e2' }]);
    expect(await detection.deliver([again], { tuning })).toEqual(done);
    expect(await detection.sweepAfter(1_440 + 15, { tuning })).toEqual(done);
    expect(
      [...(await detection.alerts()).values()].filter(({ rule_id: id }) => id === 'rule-failed'),
    ).toMatchObject([
      { update: 'closed', event_count: 2 },
      { update: 'raised', event_count: 1 },
    ]);
  });

  test('a group whose state cannot be written: the alerts of other groups go out', async () => {
    detection.interference = {
      before: ({ operation, body }) =>
        operation === 'PutItem' && body.includes('many-deletes')
          ? { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' }
          : undefined,
    };
    const key = await detection.archive('o1', [...deletes(1, 10), ADMIN_CREATED]);
    const sound = await detection.archive('o2', [archivedRecord()]);
    expect(await detection.deliver([key, sound])).toEqual({ kind: 'returned', unfinished: [key] });
    expect(await alertedRules()).toEqual(['admin-account-changed']);
    detection.interference = {};
    expect(await detection.deliver([key])).toEqual({ kind: 'returned', unfinished: [] });
    expect((await alertedRules()).sort()).toEqual(['admin-account-changed', 'many-deletes']);
    // Of the same user, less urgent, and told by a critical one before: it waits ten minutes for more.
    expect(detection.messages()).toHaveLength(1);
    await detection.sweepAfter(10);
    expect(detection.messages().map(({ alerts }) => alerts.map(({ rule_id: id }) => id))).toEqual([
      ['admin-account-changed'],
      ['many-deletes'],
    ]);
  });
});

test('without time left, objects are left to the next delivery, but one is always evaluated', async () => {
  const keys = [
    await detection.archive('o1', [ADMIN_CREATED]),
    await detection.archive('o2', deletes(1, 10)),
  ];
  const end = await detection.deliver(keys, { remainingMs: () => 19_999 });
  expect(end).toEqual({ kind: 'returned', unfinished: [keys[1]] });
  expect(await alertedRules()).toEqual(['admin-account-changed']);
});

test('if every object of a batch fails, the invocation fails', async () => {
  const end = await detection.deliverMessages([{ messageId: 'm1', body: '{}' }]);
  expect(end).toMatchObject({ kind: 'threw', error: { name: 'BatchError', cause: { name: 'ConfigError' } } });
});

test('refused metrics fail the object, whose alert is sent all the same, once', async () => {
  detection.interference = {
    before: ({ operation }) =>
      operation === 'PutMetricData'
        ? { kind: 'error', status: 400, code: 'AccessDenied', message: 'no' }
        : undefined,
  };
  const key = await detection.archive('o1', [ADMIN_CREATED]);
  expect((await detection.deliver([key])).kind).toBe('threw');
  expect((await detection.deliver([key])).kind).toBe('returned');
  expect(detection.messages()).toHaveLength(1);
});
