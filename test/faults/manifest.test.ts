import { createHash } from 'node:crypto';
import type { ManifestLine } from '../../lambdas/contract/storage/manifest';
import { LOCAL_BUCKET } from '../../lib/local/local-deployment';
import type { SimulatedEvent } from '../../lib/local/netskope-simulator/event-log';
import { simulatedLogin } from '../collector/audit-events';
import { manifestLines, manifestProblems } from '../manifest-chain';
import type { Interference } from '../pipeline';
import { NOW_S, Pipeline } from '../pipeline';

const FOLDER = 'manifest/netskope_audit/source=netskope';

/** A later run, of two pages: events of two hours and one without a usable id, then one event more. */
const LATER_EVENTS: readonly SimulatedEvent[] = [
  simulatedLogin('e1', NOW_S + 100),
  { ...simulatedLogin('e2', NOW_S - 3600), insertedAtS: NOW_S + 100 },
  simulatedLogin('e3', NOW_S + 100, { _id: true }),
  simulatedLogin('e4', NOW_S + 850),
];
/** The AWS calls of that run, in order. */
const LATER_CALLS = [
  ...['GetSecretValue', 'BatchGetItem', 'PutItem'], // the lease and the intent
  ...['ListObjectsV2', 'GetObject', 'ListObjectsV2'], // two hours of the archive in a row, the quarantine
  ...['PutObject', 'PutObject', 'PutObject', 'PutObject'], // stored, quarantined, listed
  'PutItem', // committed, with the next intent
  'ListObjectsV2', // all that is there is known
  ...['PutObject', 'PutObject', 'PutItem'], // the second page: stored, listed, committed
  ...['PutMetricData', 'PutItem'], // announced; the lease is released
];
/** A death at a read leaves what the previous write left. */
const everyWrite = LATER_CALLS.map((operation, place) => [place + 1, operation] as const).filter(
  ([, operation]) => operation.startsWith('Put'),
);

let pipeline: Pipeline;
beforeEach(async () => {
  pipeline = await Pipeline.start({ pageSize: 3 });
  pipeline.simulator.add([simulatedLogin('e0', NOW_S)]);
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
  pipeline.simulator.add(LATER_EVENTS);
});
afterEach(() => pipeline.stop());

const problems = (): Promise<string[]> => manifestProblems(pipeline.aws.objects, LOCAL_BUCKET, 'netskope');

const lines = (): Promise<ManifestLine[]> => manifestLines(pipeline.aws.objects, LOCAL_BUCKET, 'netskope');

/** At the nth call of AWS, counted from 1. */
function atCall(
  n: number,
  happens: Required<Interference>['beforeAws'],
): Required<Interference>['beforeAws'] {
  let calls = 0;
  return (call) => (++calls === n ? happens(call) : undefined);
}

async function comeToRest(): Promise<void> {
  pipeline.interference = {};
  for (let runs = 0; runs < 2; runs++) {
    pipeline.nextSchedule();
    expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'caught-up' } });
  }
}

async function expectEachOnceAndListed(): Promise<void> {
  expect((await pipeline.storedTexts()).sort()).toEqual(
    pipeline.simulator.events.map(({ text }) => text).sort(),
  );
  expect(await problems()).toEqual([]);
  expect((await pipeline.checkpoint()).manifest?.number).toBe((await lines()).length);
}

test('every page leaves a line that says what was received and lists where it is stored', async () => {
  const calls: string[] = [];
  pipeline.interference = { beforeAws: ({ operation }) => void calls.push(operation) };
  await pipeline.run();
  expect(calls).toEqual(LATER_CALLS);
  const { indexName } = await pipeline.checkpoint();
  expect(await lines()).toMatchObject([
    { number: 1, runId: 'run-1', indexName, sequence: 1, received: 1, objects: [{ events: 1 }] },
    {
      number: 2,
      writtenAt: '2026-11-18T12:15:00.000Z',
      runId: 'run-2',
      indexName,
      sequence: 2,
      received: 3,
      objects: [{ events: 1 }, { events: 1 }, { events: 1 }],
    },
    { number: 3, sequence: 3, received: 1, objects: [{ events: 1 }] },
  ]);
  await expectEachOnceAndListed();
});

test.each([
  ...everyWrite.map((call) => ['before', ...call] as const),
  ...everyWrite.map((call) => ['after', ...call] as const),
])('a run dies %s its AWS call %i, %s: the chain is whole and lists every object', async (when, n) => {
  pipeline.interference = { [when === 'before' ? 'beforeAws' : 'afterAws']: atCall(n, () => 'die') };
  expect(await pipeline.run()).toEqual({ kind: 'died' });
  await comeToRest();
  await expectEachOnceAndListed();
});

test.each(everyWrite)('the answer to AWS call %i, %s, is lost: the chain is whole', async (n) => {
  pipeline.interference = { afterAws: atCall(n, () => ({ kind: 'reset' })) };
  expect(await pipeline.run()).toMatchObject({ kind: 'returned' });
  expect(await lines()).toHaveLength(3);
  await comeToRest();
  await expectEachOnceAndListed();
});

test('two runs at once write one chain', async () => {
  await Promise.all([pipeline.run(), pipeline.run()]);
  expect(await lines()).toHaveLength(3);
  await comeToRest();
  await expectEachOnceAndListed();
});

test.each([
  ['an old head', { number: 1 }],
  ['no head at all', undefined],
])('a checkpoint with %s goes on after the last line: existing lines are adopted', async (_what, old) => {
  const first = await pipeline.checkpoint();
  await pipeline.run();
  const before = await lines();
  const manifest = old === undefined ? undefined : first.manifest;
  await pipeline.checkpoints.save({ ...(await pipeline.checkpoint()), manifest, writer: 'test' });
  pipeline.nextSchedule();
  pipeline.simulator.add([simulatedLogin('e5', NOW_S + 1_700)]);
  await pipeline.run();
  expect((await lines()).slice(0, 3)).toEqual(before);
  expect(await lines()).toMatchObject([{}, {}, {}, { number: 4, received: 1 }]);
  await expectEachOnceAndListed();
});

test('a lost checkpoint has years of lines before it: the end is found even if runs die on the way', async () => {
  let [number, sha256] = [1, (await pipeline.checkpoint()).manifest?.sha256 ?? ''];
  while (number < 700) {
    const body = Buffer.from(`{"number":${++number},"previous":"${sha256}","objects":[]}\n`);
    sha256 = createHash('sha256').update(body).digest('hex');
    await pipeline.aws.objects.put({
      bucket: LOCAL_BUCKET,
      key: `${FOLDER}/${String(number).padStart(12, '0')}.json`,
      body,
      attributes: { contentType: 'application/json', userMetadata: {} },
      onlyIfAbsent: true,
    });
  }
  pipeline.interference = {
    beforeAws: ({ operation, key = '' }) =>
      operation === 'PutObject' && key.endsWith('/000000000600.json') ? 'die' : undefined,
  };
  expect(await pipeline.run()).toEqual({ kind: 'died' });
  expect((await pipeline.checkpoint()).manifest?.number).toBe(501);
  await comeToRest();
  await expectEachOnceAndListed();
});

describe('a line that does not continue the chain', () => {
  const forged = `${FOLDER}/000000000002.json`;
  beforeEach(async () => {
    await pipeline.aws.objects.put({
      bucket: LOCAL_BUCKET,
      key: forged,
      body: Buffer.from(`{"number":2,"previous":"${'f'.repeat(64)}","objects":[]}\n`),
      attributes: { contentType: 'application/json', userMetadata: {} },
      onlyIfAbsent: true,
    });
  });

  test('is skipped and kept as evidence: the feed goes on, warns once, and the next line records the break', async () => {
    const before = (await pipeline.aws.objects.read(LOCAL_BUCKET, forged)).body;
    const sha256 = createHash('sha256').update(before).digest('hex');
    expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'caught-up', archived: 3 } });
    await comeToRest();
    expect((await pipeline.aws.objects.read(LOCAL_BUCKET, forged)).body).toEqual(before);
    const [first, wrong, third, fourth] = await lines();
    expect(wrong).toEqual(JSON.parse(before.toString()));
    expect(third).toMatchObject({ number: 3, received: 3, skipped: [{ number: 2, sha256 }] });
    expect(fourth).toMatchObject({ number: 4 });
    expect(fourth).not.toHaveProperty('skipped');
    expect((await pipeline.aws.objects.read(LOCAL_BUCKET, `${FOLDER}/000000000001.json`)).body).toEqual(
      Buffer.from(`${JSON.stringify(first)}\n`),
    );
    expect(third?.previous).toBe(hashOf(`${JSON.stringify(first)}\n`));
    expect(fourth?.previous).toBe(hashOf(`${JSON.stringify(third)}\n`));
    const warnings = pipeline.logged.filter((line) => line.includes('no lines of the manifest'));
    expect(warnings).toEqual([expect.stringContaining(sha256) as unknown]);
    // An auditor finds the break, and nothing else.
    expect(await problems()).toEqual([
      'line 2 does not continue the one before it',
      'line 3 does not continue the one before it',
    ]);
  });
});

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
