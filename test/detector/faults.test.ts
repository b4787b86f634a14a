import { untuned } from '../../lambdas/detector/core/rule/tuning';
import { RULES } from '../../lambdas/detector/rules';
import type { AwsCall, AwsFault } from '../../lib/local/aws/wire/aws-call';
import { archivedRecord, NINE_S } from './archived';
import type { Interference } from './detection';
import { Detection } from './detection';

let detection: Detection;
beforeEach(async () => {
  detection = await Detection.start();
});
afterEach(() => detection.stop());

/** The calls for an object with one alert, each by its place among those of its operation. */
const CALLS = {
  'the mutes are read': { operation: 'BatchGetItem', occurrence: 1 },
  'the object is read': { operation: 'GetObject', occurrence: 1 },
  'the state is read': { operation: 'BatchGetItem', occurrence: 2 },
  'the state is stored': { operation: 'PutItem', occurrence: 1 },
  'the outbox is read': { operation: 'BatchGetItem', occurrence: 3 },
  'the outbox takes the alert': { operation: 'PutItem', occurrence: 2 },
  'it is read where the user was last': { operation: 'BatchGetItem', occurrence: 4 },
  'the alert is stored': { operation: 'PutObject', occurrence: 1 },
  'the line is written': { operation: 'PutObject', occurrence: 2 },
  'the outbox notes the line': { operation: 'PutItem', occurrence: 3 },
  'the event is put': { operation: 'PutEvents', occurrence: 1 },
  'it is noted that the alert is out': { operation: 'PutItem', occurrence: 4 },
  'the message is published': { operation: 'Publish', occurrence: 1 },
  'it is noted that the message is out': { operation: 'PutItem', occurrence: 5 },
  'the metric is sent': { operation: 'PutMetricData', occurrence: 1 },
} as const;
type Call = keyof typeof CALLS;

const MOMENTS = ['before', 'after'] as const;
type Moment = (typeof MOMENTS)[number];
const POINTS = (Object.keys(CALLS) as Call[]).flatMap((call) =>
  MOMENTS.map((moment): [Moment, Call] => [moment, call]),
);

/** Injects `outcome` at one point, so many times, because the SDK repeats some calls by itself. */
function at([moment, name]: [Moment, Call], outcome: AwsFault | 'die', times = 1): Interference {
  const { operation, occurrence } = CALLS[name];
  let seen = 0;
  const hook = (call: AwsCall): AwsFault | 'die' | undefined => {
    if (call.operation !== operation) return undefined;
    seen += 1;
    return seen >= occurrence && seen < occurrence + times ? outcome : undefined;
  };
  return { [moment]: hook };
}

async function oneAlert(): Promise<string> {
  return detection.archive('o1', [archivedRecord({ audit_log_event: 'Created new admin' })]);
}

/** Delivers until the object is done, undisturbed, and lets the schedule do what is left. */
async function redeliver(key: string): Promise<void> {
  detection.interference = {};
  expect(await detection.deliver([key])).toEqual({ kind: 'returned', unfinished: [] });
  expect(await detection.sweepAfter(5)).toEqual({ kind: 'returned', unfinished: [] });
  expect(await detection.chainProblems()).toEqual([]);
}

async function found(): Promise<{ alerts: number; events: number; messages: number }> {
  const [events, messages] = [detection.events().length, detection.messages().length];
  return { alerts: (await detection.alerts()).size, events, messages };
}

/** Between a call that cannot be conditional and the note that it was made. */
function gapOf([moment, call]: [Moment, Call]): 'event' | 'message' | undefined {
  const isAfter = moment === 'after';
  if (call === 'the event is put') return isAfter ? 'event' : undefined;
  if (call === 'it is noted that the alert is out') return isAfter ? undefined : 'event';
  if (call === 'the message is published') return isAfter ? 'message' : undefined;
  return call === 'it is noted that the message is out' && !isAfter ? 'message' : undefined;
}

describe('a detector that dies', () => {
  test.each(POINTS.filter((point) => gapOf(point) === undefined))(
    '%s %s: the next delivery and sweep leave one alert, one event and one message',
    async (...point) => {
      const key = await oneAlert();
      detection.interference = at(point, 'die');
      expect(await detection.deliver([key])).toEqual({ kind: 'died' });
      await redeliver(key);
      expect(await found()).toEqual({ alerts: 1, events: 1, messages: 1 });
    },
  );

  test.each(POINTS.filter((point) => gapOf(point) !== undefined))(
    '%s %s, which is the documented gap: one alert, and its event or its message twice with the same id',
    async (...point) => {
      const key = await oneAlert();
      detection.interference = at(point, 'die');
      expect(await detection.deliver([key])).toEqual({ kind: 'died' });
      await redeliver(key);
      const isEvent = gapOf(point) === 'event';
      expect(await found()).toEqual({ alerts: 1, events: isEvent ? 2 : 1, messages: isEvent ? 1 : 2 });
      const ids = [...detection.events(), ...detection.messages().flatMap(({ alerts }) => alerts)];
      expect(new Set(ids.map(({ alert_id: id }) => id)).size).toBe(1);
    },
  );
});

describe('a detector that dies, and whose object is not delivered again', () => {
  test.each(POINTS)('%s %s: a sweep lists what is stored', async (...point) => {
    const key = await oneAlert();
    detection.interference = at(point, 'die');
    expect(await detection.deliver([key])).toEqual({ kind: 'died' });
    detection.interference = {};
    // It fails where its message is about an alert that was not stored.
    await detection.sweepAfter(5);
    expect(await detection.chainProblems()).toEqual([]);
  });

  /** The calls of the sweep that lists an alert which the next delivery would not write again. */
  const SWEEP_CALLS = [
    'Query', // what is due
    'BatchGetItem',
    'PutItem', // the outbox
    'ListObjectsV2',
    'GetObject', // the alert
    'PutObject',
    'PutItem', // the line, and its note
    'GetObject',
    'Publish',
    'PutItem', // the message
    'BatchGetItem', // the mutes
  ];
  async function unlistedAlert(): Promise<void> {
    const key = await oneAlert();
    detection.interference = at(['after', 'the alert is stored'], 'die');
    await detection.deliver([key]);
    expect(await detection.chainProblems()).toHaveLength(1);
    detection.interference = {};
    detection.calls.length = 0;
  }

  test('a sweep makes so many calls', async () => {
    await unlistedAlert();
    await detection.sweepAfter(5);
    expect(detection.calls).toEqual(SWEEP_CALLS);
  });

  test.each(
    MOMENTS.flatMap((moment) => SWEEP_CALLS.map((call, place) => [moment, place + 1, call] as const)),
  )(
    'and a sweep that dies %s its call %d, %s: the next one leaves each alert in one line',
    async (moment, place) => {
      await unlistedAlert();
      let calls = 0;
      detection.interference = { [moment]: () => (++calls === place ? 'die' : undefined) };
      expect(await detection.sweepAfter(5)).toEqual({ kind: 'died' });
      detection.interference = {};
      expect(await detection.sweepAfter(5)).toEqual({ kind: 'returned', unfinished: [] });
      expect(await detection.chainProblems()).toEqual([]);
    },
  );
});

describe('a detector that dies over a batch of objects that share a group', () => {
  /** Two alerts of one administrator, hours apart, each with an object of its own, and a third object without one. */
  async function batch(): Promise<readonly string[]> {
    const created = (id: string, afterS: number) => [
      archivedRecord({
        p_row_id: `netskope:${id}`,
        audit_log_event: 'Created new admin',
        timestamp: NINE_S + afterS,
      }),
    ];
    return [
      await detection.archive('o1', created('a', 0)),
      await detection.archive('o2', created('b', 3 * 3600)),
      await detection.archive('o3', created('c', 60)),
    ];
  }
  /**
   * The mutes, three objects, then states, the outbox, where the user was last, two alerts, their line and its note, two events, a
   * note, a message for each, the metric.
   */
  const CALLS_OF_BATCH = 1 + 3 + 2 + 2 + 1 + 2 + 2 + 2 + 1 + 2 * 2 + 1;
  const DEATHS = MOMENTS.flatMap((moment) =>
    Array.from({ length: CALLS_OF_BATCH }, (_, place): [Moment, number] => [moment, place + 1]),
  );

  test('makes so many calls', async () => {
    await detection.deliver(await batch());
    expect(detection.calls).toHaveLength(CALLS_OF_BATCH);
  });

  test.each(DEATHS)(
    '%s call %d: the next delivery leaves both alerts, and each message',
    async (...death) => {
      const [moment, place] = death;
      const keys = await batch();
      let calls = 0;
      detection.interference = { [moment]: () => (++calls === place ? 'die' : undefined) };
      expect(await detection.deliver(keys)).toEqual({ kind: 'died' });
      detection.interference = {};
      expect(await detection.deliver(keys)).toEqual({ kind: 'returned', unfinished: [] });
      expect(await detection.sweepAfter(5)).toEqual({ kind: 'returned', unfinished: [] });
      expect((await detection.alerts()).size).toBe(2);
      expect(await detection.chainProblems()).toEqual([]);
      const sent = detection.messages().flatMap(({ alerts }) => alerts.map(({ alert_id: id }) => id));
      expect(new Set(sent).size).toBe(2);
      // Only a message that went out before the death and was not noted goes out again.
      expect(sent.length).toBeLessThanOrEqual(3);
    },
  );
});

describe('with a chat beside the mails', () => {
  const CHAT_CALLS = {
    'the mail is published': { operation: 'Publish', occurrence: 1 },
    'it is noted that the mail is out': { operation: 'PutItem', occurrence: 5 },
    'the chat message is published': { operation: 'Publish', occurrence: 2 },
    'it is noted that the chat message is out': { operation: 'PutItem', occurrence: 6 },
  } as const;
  const found = () => ({ mails: detection.messages().length, chat: detection.chatTitles().length });

  beforeEach(() => detection.addChat());

  test('each message goes to both', async () => {
    await detection.deliver([await oneAlert()]);
    expect(detection.chatTitles()).toEqual([
      '［CRITICAL］ Administrator account changed by alice＠corp․example',
    ]);
    expect(detection.messages().map(({ subject }) => subject)).toEqual([
      '[CRITICAL] Administrator account changed by alice@corp.example',
    ]);
  });

  test.each([
    ['before', 'the mail is published', { mails: 1, chat: 1 }],
    ['after', 'the mail is published', { mails: 2, chat: 1 }],
    ['before', 'it is noted that the mail is out', { mails: 2, chat: 1 }],
    ['after', 'it is noted that the mail is out', { mails: 1, chat: 1 }],
    ['before', 'the chat message is published', { mails: 1, chat: 1 }],
    ['after', 'the chat message is published', { mails: 1, chat: 2 }],
    ['before', 'it is noted that the chat message is out', { mails: 1, chat: 2 }],
    ['after', 'it is noted that the chat message is out', { mails: 1, chat: 1 }],
  ] as const)(
    'a detector that dies %s %s: what was out and not noted comes twice, and nothing else',
    async (moment, call, expected) => {
      const key = await oneAlert();
      const { operation, occurrence } = CHAT_CALLS[call];
      let seen = 0;
      detection.interference = {
        [moment]: (made: AwsCall) =>
          made.operation === operation && ++seen === occurrence ? 'die' : undefined,
      };
      expect(await detection.deliver([key])).toEqual({ kind: 'died' });
      await redeliver(key);
      expect(found()).toEqual(expected);
    },
  );

  test.each([
    ['chat', { mails: 1, chat: 0 }],
    ['alerts', { mails: 0, chat: 1 }],
  ])(
    'a topic that refuses (%s) is tried again and again, and the other gets the message once',
    async (name, expected) => {
      const key = await oneAlert();
      detection.interference = {
        before: ({ operation, body }) =>
          operation === 'Publish' && body.toString('utf8').includes(`netskope-audit-${name}&`)
            ? { kind: 'error', status: 403, code: 'AuthorizationError', message: 'no' }
            : undefined,
      };
      expect(await detection.deliver([key])).toMatchObject({ kind: 'threw', error: { name: 'BatchError' } });
      expect(await detection.sweepAfter(5)).toMatchObject({ kind: 'threw' });
      expect(found()).toEqual(expected);
      await redeliver(key);
      expect(await detection.sweepAfter(5)).toEqual({ kind: 'returned', unfinished: [] });
      expect(found()).toEqual({ mails: 1, chat: 1 });
    },
  );
});

describe('a call that is refused', () => {
  const REFUSED: AwsFault = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' };

  test('before it is read where the user was last: the alert goes out without that', async () => {
    const key = await oneAlert();
    detection.interference = at(['before', 'it is read where the user was last'], REFUSED, Infinity);
    expect(await detection.deliver([key])).toMatchObject({ kind: 'returned' });
    expect(await found()).toEqual({ alerts: 1, events: 1, messages: 1 });
  });

  const NOTES: readonly Call[] = ['the outbox notes the line', 'it is noted that the alert is out'];
  const NEEDED = POINTS.filter(([, call]) => call !== 'it is read where the user was last');
  test.each(NEEDED.filter(([moment]) => moment === 'before'))(
    '%s %s: the object fails, and the next delivery leaves one alert',
    async (...point) => {
      const key = await oneAlert();
      detection.interference = at(point, REFUSED, Infinity);
      expect(await detection.deliver([key])).toMatchObject({ kind: 'threw', error: { name: 'BatchError' } });
      await redeliver(key);
      const gap = gapOf(point);
      expect(await found()).toEqual({
        alerts: 1,
        events: gap === 'event' ? 2 : 1,
        // Every later note is refused, too, also that the message is out.
        messages: gap === 'message' || NOTES.includes(point[1]) ? 2 : 1,
      });
    },
  );
});

describe('lines that S3 refuses', () => {
  const REFUSED: AwsFault = { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' };

  test('hold no message back; the next delivery lists the alert, and tells nobody twice', async () => {
    const key = await oneAlert();
    detection.interference = {
      before: ({ key: written = '' }) => (written.startsWith('manifest/') ? REFUSED : undefined),
    };
    expect(await detection.deliver([key])).toMatchObject({ kind: 'threw', error: { name: 'BatchError' } });
    expect(await found()).toEqual({ alerts: 1, events: 0, messages: 1 });
    expect(await detection.sweepAfter(5)).toMatchObject({ kind: 'threw' });
    await redeliver(key);
    expect(await found()).toEqual({ alerts: 1, events: 1, messages: 1 });
  });
});

describe('an answer that is lost', () => {
  test.each(POINTS)('%s %s is applied: the same delivery ends well, with one alert', async (...point) => {
    const key = await oneAlert();
    detection.interference = at(point, { kind: 'reset' });
    expect(await detection.deliver([key])).toEqual({ kind: 'returned', unfinished: [] });
    await redeliver(key);
    const repeated = point[0] === 'after' ? point[1] : undefined;
    expect(await found()).toEqual({
      alerts: 1,
      events: repeated === 'the event is put' ? 2 : 1,
      messages: repeated === 'the message is published' ? 2 : 1,
    });
  });
});

test('a detector that dies after it stored the state, and another that continues to count: it sends the alert', async () => {
  const failed = (id: string) =>
    archivedRecord({ p_row_id: `netskope:${id}`, audit_log_event: 'Created new admin' });
  const first = await detection.archive('o1', [failed('a')]);
  const second = await detection.archive('o2', [failed('b')]);
  detection.interference = at(['after', 'the state is stored'], 'die');
  expect(await detection.deliver([first])).toEqual({ kind: 'died' });
  expect(await found()).toEqual({ alerts: 0, events: 0, messages: 0 });
  await redeliver(second);
  await redeliver(first);
  expect(await found()).toEqual({ alerts: 1, events: 1, messages: 1 });
});

test('a stored alert is never stored anew, and is sent as stored, even if newer rules word it differently', async () => {
  const key = await oneAlert();
  detection.interference = at(['after', 'the alert is stored'], 'die');
  await detection.deliver([key]);
  const before = await detection.alerts();
  detection.interference = {};
  const [rule] = RULES.filter(({ id }) => id === 'admin-account-changed');
  if (rule === undefined) throw new Error('expected the rule');
  await detection.deliver([key], { tuning: untuned([{ ...rule, title: 'Another title' }]) });
  await detection.sweepAfter(5);
  expect(await detection.alerts()).toEqual(before);
  expect(detection.messages().flatMap(({ alerts }) => alerts)).toEqual([...before.values()]);
});
