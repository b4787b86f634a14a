import { Readable } from 'node:stream';
import { SWEEP } from '../../../lambdas/contract/deployment/detector-event';
import { MUTES_ID } from '../../../lambdas/contract/storage/detection-table';
import { detect } from '../../../lambdas/detector/core/detect';
import type { DetectorDeps } from '../../../lambdas/detector/core/ports';
import { archivedRecord } from '../archived';
import { objectCreated } from '../detection';
import { exampleRule } from '../example-rule';
import { DetectorInMemory, refused } from './detector-in-memory';

let detector: DetectorInMemory;
beforeEach(() => {
  detector = new DetectorInMemory();
});

function sound(messageId: string) {
  const { key } = detector.archive([archivedRecord()]);
  return { messageId, body: objectCreated(key, 'archive') };
}

function deliver(
  messages: readonly { readonly messageId: string; readonly body: string }[],
  remainingMs = 60_000,
) {
  return detect(
    detector.depsWith(exampleRule()),
    { messages, bucket: 'archive' },
    {
      remainingMs: () => remainingMs,
    },
  );
}

test('a batch without messages is done', async () => {
  expect(await deliver([])).toEqual([]);
});

test('20 seconds are enough for another object', async () => {
  expect(await deliver([sound('first'), sound('second')], 20_000)).toEqual([]);
});

test('with less, the others are left to the next delivery, and the log names them', async () => {
  expect(await deliver([sound('first'), sound('second'), sound('third')], 19_999)).toEqual([
    'second',
    'third',
  ]);
  expect(detector.logged.filter(([level]) => level === 'warn')).toEqual([
    ['warn', 'no time left', { messageId: 'second' }],
    ['warn', 'no time left', { messageId: 'third' }],
  ]);
});

test('the log names each message whose object is not done, with what is wrong', async () => {
  expect(await deliver([sound('first'), { messageId: 'second', body: 'hello' }])).toEqual(['second']);
  expect(detector.logged.filter(([level]) => level === 'error')).toEqual([
    [
      'error',
      'unfinished object',
      {
        messageId: 'second',
        error: expect.objectContaining({ name: 'ConfigError' }) as unknown,
      },
    ],
  ]);
});

test('a batch of which nothing is done fails, and says why the first is not', async () => {
  const end = deliver([
    { messageId: 'first', body: 'hello' },
    { messageId: 'second', body: '{}' },
  ]);
  await expect(end).rejects.toMatchObject({
    name: 'BatchError',
    message: expect.stringMatching(
      /^none of 2 objects is done; the first: message source is not set;/,
    ) as unknown,
  });
});

test('a sweep in a batch does what is due; if it fails, it is delivered again', async () => {
  const deps = detector.depsWith(exampleRule());
  const body = JSON.stringify({ source: SWEEP.source, 'detail-type': SWEEP.detailType });
  const batch = { messages: [sound('first'), { messageId: 'sweep', body }], bucket: 'archive' };
  const budget = { remainingMs: () => 60_000 };
  expect(await detect(deps, batch, budget)).toEqual([]);
  const states = { ...deps.states, due: () => refused('the list') };
  expect(await detect({ ...deps, states }, batch, budget)).toEqual(['sweep']);
});

test('mutes that cannot be read are left out, and the log says so', async () => {
  const deps = detector.depsWith(exampleRule());
  const loadMany: typeof deps.states.loadMany = (ids) =>
    ids.includes(MUTES_ID) ? refused('the read') : deps.states.loadMany(ids);
  const object = detector.archive([archivedRecord()]);
  await detectOne({ ...deps, states: { ...deps.states, loadMany } }, object);
  expect(detector.archived).toHaveLength(1);
  expect(detector.logged.find(([level]) => level === 'error')).toEqual([
    'error',
    'mutes are left out',
    { error: expect.objectContaining({ name: 'StateError' }) as unknown },
  ]);
});

test('with many rows in memory, groups are evaluated before the next object is read', async () => {
  const deps = detector.depsWith(exampleRule({ threshold: 2 }));
  const order: string[] = [];
  const rows = Array.from({ length: 25_000 }, () => JSON.stringify(archivedRecord()));
  const lines = () => {
    order.push('object');
    return Readable.from([rows]);
  };
  const loadMany: typeof deps.states.loadMany = (ids) => {
    order.push(ids.includes(MUTES_ID) ? 'mutes' : 'states');
    return deps.states.loadMany(ids);
  };
  const messages = ['first', 'second', 'third'].map((messageId) => sound(messageId));
  const end = await detect(
    { ...deps, archive: { lines }, states: { ...deps.states, loadMany } },
    { messages, bucket: 'archive' },
    { remainingMs: () => 60_000 },
  );
  expect(end).toEqual([]);
  expect(order).toEqual(['mutes', 'object', 'object', 'states', 'object', 'states']);
});

const KEY = 'netskope_audit/source=netskope/dt=2026-11-22/hour=09/o1.ndjson.gz';

/** One object in a batch of its own. @throws what is wrong with it */
async function detectOne(deps: DetectorDeps, { key }: { readonly key: string }): Promise<void> {
  const messages = [{ messageId: 'the only one', body: objectCreated(key, 'archive') }];
  await detect(deps, { messages, bucket: 'archive' }, { remainingMs: () => 60_000 }).catch((error: Error) => {
    throw error.cause as Error;
  });
}

/** Events of so many users. */
function users(count: number): readonly object[] {
  return Array.from({ length: count }, (_, place) =>
    archivedRecord({ p_row_id: `netskope:e${place}`, user: `user ${place}` }),
  );
}

function failing(id: string, reason = 'no such field') {
  return exampleRule({
    id,
    matches: () => {
      throw new TypeError(reason);
    },
  });
}

test('the log says what happened to the events of an object, over all rules', async () => {
  const correlated = exampleRule({ id: 'correlated', correlation: { completes: () => true } });
  const excluding = { ...exampleRule({ id: 'excluding' }), excludes: () => true };
  const hidden = archivedRecord({ p_row_id: 'netskope:h', user: 'redacted', ur_normalized: '' });
  const object = detector.archive([...users(2), hidden]);
  await detectOne(detector.depsWith(exampleRule(), correlated, excluding), object);
  expect(detector.logged.filter(([, message]) => message === 'object')).toEqual([
    [
      'info',
      'object',
      {
        objectKey: KEY,
        events: 3,
        laterEditions: 0,
        groups: 5,
        alertsRaised: 3,
        matched: 5,
        excluded: 3,
        withoutGroupKey: 1,
      },
    ],
  ]);
  expect(detector.counted).toEqual([
    { sourceId: 'netskope', alertsRaised: 3, eventsExcluded: 3, eventsWithoutGroup: 1 },
  ]);
});

test('a later edition raises no alert and counts for nothing, and the log says how many were skipped', async () => {
  const later = archivedRecord({ p_row_id: 'netskope:e9', user: 'user 9', p_edition: 2 });
  await detectOne(detector.depsWith(exampleRule()), detector.archive([...users(1), later]));
  expect(detector.logged.find(([, message]) => message === 'object')?.[2]).toMatchObject({
    events: 1,
    laterEditions: 1,
    matched: 1,
  });
  expect(detector.archived.map(({ who }) => who)).toEqual([['user 0']]);
});

test('lines that cannot be read are no events, and the log names the first ten of them', async () => {
  const object = detector.archive([...Array.from({ length: 12 }, () => 'no JSON'), ...users(1)]);
  await expect(detectOne(detector.depsWith(exampleRule()), object)).rejects.toThrow(
    `object ${KEY} was evaluated except for 1 problems: 12 lines cannot be read, the first of them line 1: no JSON; expected records of the collector`,
  );
  expect(detector.logged.find(([, message]) => message === 'object')?.[2]).toMatchObject({ events: 1 });
  expect(detector.logged.filter(([level]) => level === 'warn')).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((line) => [
      'warn',
      'unreadable line',
      { objectKey: KEY, line, reason: 'no JSON' },
    ]),
  );
});

test('the object of rules that fail is done; the log names the first ten, with how many events they failed at', async () => {
  const rules = Array.from({ length: 12 }, (_, place) => failing(`broken-${place + 1}`));
  await detectOne(detector.depsWith(...rules), detector.archive(users(2)));
  expect(detector.archived.map(({ rule_id: id, event_count }) => [id, event_count])).toEqual(
    rules.map(() => ['rule-failed', 2]),
  );
  expect(detector.logged.filter(([level]) => level === 'error')).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((place) => [
      'error',
      'failed rule',
      { objectKey: KEY, ruleId: `broken-${place}`, message: 'no such field', events: 2 },
    ]),
  );
});

describe('a failure to store or send is reported with its cause, after the rest is done', () => {
  test('the state of one group', async () => {
    const deps = detector.depsWith(exampleRule());
    let saves = 0;
    const save: typeof deps.states.save = (id, state, life) =>
      ++saves === 1 ? refused('the state') : deps.states.save(id, state, life);
    const end = detectOne({ ...deps, states: { ...deps.states, save } }, detector.archive(users(3)));
    await expect(end).rejects.toMatchObject({
      message: `object ${KEY} was evaluated except for 1 problems: the state is refused`,
      cause: { name: 'StateError' },
    });
    expect(detector.archived.map(({ who }) => who)).toEqual([['user 1'], ['user 2']]);
  });

  test('the metrics', async () => {
    const metrics = { send: () => refused('the metric') };
    const end = detectOne({ ...detector.depsWith(exampleRule()), metrics }, detector.archive(users(1)));
    await expect(end).rejects.toMatchObject({
      message: `object ${KEY} was evaluated except for 1 problems: the metric is refused`,
      cause: { name: 'StateError' },
    });
    expect(detector.archived).toHaveLength(1);
  });

  test('a thrown value that is not an error', async () => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever a library rejects with
    const metrics = { send: () => Promise.reject('no route') };
    const end = detectOne({ ...detector.depsWith(exampleRule()), metrics }, detector.archive(users(1)));
    await expect(end).rejects.toThrow('problems: no route');
  });
});

test.each([
  [0, []],
  [99, [99, 1]],
  [100, [100, 1]],
  [101, [100, 1, 1]],
  [200, [100, 100, 1]],
  [250, [100, 100, 50, 1]],
])(
  'the states of %d groups are read by the hundred, then the outbox, and each group raises its alert once',
  async (count, reads) => {
    await detectOne(detector.depsWith(exampleRule()), detector.archive(users(count)));
    expect(detector.reads).toEqual(reads);
    expect(detector.archived).toHaveLength(count);
  },
);
