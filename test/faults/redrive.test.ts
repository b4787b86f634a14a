import { gunzipSync } from 'node:zlib';
import type { CollectorTask } from '../../lambdas/contract/deployment/collector-event';
import type { RedrivenMark } from '../../lambdas/contract/storage/event-record';
import { LOCAL_BUCKET } from '../../lib/local/local-deployment';
import { login, simulatedLogin } from '../collector/audit-events';
import { manifestProblems } from '../manifest-chain';
import type { Interference } from '../pipeline';
import { NOW_S, Pipeline } from '../pipeline';
import { quarantine, quarantinePage } from '../quarantine';

const TASK: CollectorTask = { kind: 'redrive', fromDay: '2026-11-18', toDay: '2026-11-18' };
const text = (...event: Parameters<typeof login>): string => JSON.stringify(login(...event));

const E0 = text('e0', NOW_S);
const E1 = text('e1', NOW_S);
const E2 = text('e2', NOW_S - 7200, { severity_level: '2' });
const E3 = text('e3', NOW_S);
const E4 = text('e4', NOW_S - 3600);
const HOPELESS = '{"_id":true}';
const HOPELESS_TOO = '{"_id":18}';

/** The AWS calls of a redrive of the two objects and the page, in order. */
const CALLS = [
  'GetItem',
  'PutItem', // the lease
  ...['ListObjectsV2', 'ListObjectsV2', 'GetObject'], // the first object and its marks
  ...['ListObjectsV2', 'ListObjectsV2', 'GetObject'], // what the archive has of its two hours, one between them
  ...['PutObject', 'PutObject', 'PutObject'], // two hours of the archive, the line
  ...['PutObject', 'PutObject'], // the marks, their line
  ...['ListObjectsV2', 'GetObject'], // the second object
  ...['ListObjectsV2', 'GetObject'], // what the redrive has stored itself it knows
  ...['PutObject', 'PutObject', 'PutObject', 'PutObject'], // the archive, the line, the marks, their line
  ...['ListObjectsV2', 'ListObjectsV2', 'GetObject'], // the page, and the marks of its day
  ...['ListObjectsV2', 'GetObject'], // what the archive has of its two hours, one after the other
  ...['ListObjectsV2', 'GetObject', 'GetObject'], // what the quarantine has since it came
  ...['PutObject', 'PutObject', 'PutObject'], // the archive, the quarantine, the line
  ...['PutObject', 'PutObject'], // the mark, its line
  'PutItem', // the lease is released
];

/**
 * A tenant whose only event is archived, two quarantine objects and a quarantined page, most of whose events are
 * acceptable by now.
 */
async function world(): Promise<Pipeline> {
  const pipeline = await Pipeline.start();
  pipeline.simulator.add([simulatedLogin('e0', NOW_S)]);
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.nextSchedule();
  await quarantine(pipeline.aws, '2026-11-18/a', [E1, HOPELESS, E1, E2]);
  await quarantine(pipeline.aws, '2026-11-18/b', [E0, E3, Buffer.from([0xff])]);
  const page = `{"ok":true,"result":[${[E4, E0, HOPELESS_TOO].join(',')}]}`;
  await quarantinePage(pipeline.aws, '2026-11-18/p', Buffer.from(page));
  return pipeline;
}

/** Everything to compare once redrives and runs are at rest. */
async function stockOf(pipeline: Pipeline): Promise<unknown> {
  const problems = await manifestProblems(pipeline.aws.objects, LOCAL_BUCKET, 'netskope');
  return {
    archived: (await pipeline.archived())
      .map(({ line }) => `${line.slice(0, line.lastIndexOf(',"p_log_type":'))}}`)
      .sort(),
    quarantined: (await pipeline.quarantined()).length,
    marked: await markedLines(pipeline),
    markedPages: pipeline.aws.objects.keys(LOCAL_BUCKET).filter((key) => key.startsWith('redriven/pages/')),
    manifestProblems: problems.filter(
      (problem) => !/\/(?:[ab]\.ndjson\.gz|p\.page) is not listed$/.test(problem),
    ),
    lease: (await pipeline.checkpoint()).lease,
  };
}

const EACH_ONCE = {
  archived: [E0, E1, E2, E3, E4].sort(),
  quarantined: 8,
  marked: ['a 0', 'a 2', 'a 3', 'b 0', 'b 1'],
  markedPages: ['redriven/pages/netskope_audit/source=netskope/dt=2026-11-18/p.json'],
  manifestProblems: [],
  lease: undefined,
};

async function markedLines(pipeline: Pipeline): Promise<string[]> {
  const marked: string[] = [];
  for (const key of pipeline.aws.objects.keys(LOCAL_BUCKET)) {
    if (!key.startsWith('redriven/netskope_audit/')) continue;
    const { body } = await pipeline.aws.objects.read(LOCAL_BUCKET, key);
    for (const line of gunzipSync(body).toString().trimEnd().split('\n')) {
      const mark = JSON.parse(line) as RedrivenMark;
      marked.push(`${/(\w)\.ndjson\.gz$/.exec(mark.quarantine_key)?.[1]} ${mark.line}`);
    }
  }
  return marked.sort();
}

/** Redrives again, undisturbed, as an operator does; then the next scheduled run follows. */
async function comeToRest(pipeline: Pipeline, task = TASK): Promise<void> {
  pipeline.interference = {};
  pipeline.nextSchedule();
  expect(await pipeline.carryOut(task)).toMatchObject({
    value: { outcome: 'redriven', pages: { stillUnreadable: 0 } },
  });
  pipeline.nextSchedule();
  expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'caught-up' } });
}

/** @param happens at the nth call of AWS, counted from 1 */
function atCall(
  n: number,
  happens: Required<Interference>['beforeAws'],
): Required<Interference>['beforeAws'] {
  let calls = 0;
  return (call) => (++calls === n ? happens(call) : undefined);
}

/** A death at a read leaves what the previous write left. */
const everyWrite = CALLS.map((operation, place) => [place + 1, operation] as const).filter(([, operation]) =>
  operation.startsWith('Put'),
);

test('undisturbed: every acceptable event is archived once and marked, nothing leaves the quarantine', async () => {
  const pipeline = await world();
  try {
    const calls: string[] = [];
    pipeline.interference = { beforeAws: ({ operation }) => void calls.push(operation) };
    expect(await pipeline.carryOut(TASK)).toMatchObject({
      value: { outcome: 'redriven', judged: 7, archived: 3, alreadyArchived: 2, stillRejected: 2 },
    });
    expect(calls).toEqual(CALLS);
    expect(await stockOf(pipeline)).toEqual(EACH_ONCE);
  } finally {
    await pipeline.stop();
  }
});

test.each([
  ...everyWrite.map((call) => ['before', ...call] as const),
  ...everyWrite.map((call) => ['after', ...call] as const),
])('a redrive dies %s its AWS call %i, %s: repeated, it archives every event once', async (when, n) => {
  const pipeline = await world();
  try {
    pipeline.interference = {
      [when === 'before' ? 'beforeAws' : 'afterAws']: atCall(n, () => 'die'),
    };
    expect(await pipeline.carryOut(TASK)).toEqual({ kind: 'died' });
    await comeToRest(pipeline);
    expect(await stockOf(pipeline)).toEqual(EACH_ONCE);
  } finally {
    await pipeline.stop();
  }
});

/** Where a redrive has put a mark and not yet its line: the call that puts the line. */
const linesOfMarks = [13, 21, 34];

test.each(linesOfMarks)(
  'a redrive dies before AWS call %i, the line of a mark: after a run, a redrive of other days lists it',
  async (n) => {
    const pipeline = await world();
    try {
      pipeline.interference = { beforeAws: atCall(n, () => 'die') };
      expect(await pipeline.carryOut(TASK)).toEqual({ kind: 'died' });
      expect(await unlistedMarks(pipeline)).toHaveLength(1);
      pipeline.interference = {};
      pipeline.nextSchedule();
      expect(await pipeline.run()).toMatchObject({ summary: { outcome: 'caught-up' } });
      await comeToRest(pipeline, { kind: 'redrive', fromDay: '2026-11-01', toDay: '2026-11-02' });
      expect(await unlistedMarks(pipeline)).toEqual([]);
      await comeToRest(pipeline);
      expect(await stockOf(pipeline)).toEqual(EACH_ONCE);
    } finally {
      await pipeline.stop();
    }
  },
);

test('a redrive dies while it lists the mark that another one left: the third lists it', async () => {
  const pipeline = await world();
  try {
    const [n = 0] = linesOfMarks;
    pipeline.interference = { beforeAws: atCall(n, () => 'die') };
    await pipeline.carryOut(TASK);
    pipeline.nextSchedule();
    pipeline.interference = {
      beforeAws: ({ operation, key = '' }) =>
        operation === 'PutObject' && key.startsWith('manifest/') ? 'die' : undefined,
    };
    expect(await pipeline.carryOut(TASK)).toEqual({ kind: 'died' });
    await comeToRest(pipeline);
    expect(await stockOf(pipeline)).toEqual(EACH_ONCE);
  } finally {
    await pipeline.stop();
  }
});

test('S3 refuses the line of a mark: the next redrive lists it, and those after it look for none', async () => {
  const pipeline = await world();
  try {
    const refused = { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' } as const;
    pipeline.interference = { beforeAws: atCall(linesOfMarks[0] ?? 0, () => refused) };
    expect(await pipeline.carryOut(TASK)).toMatchObject({ kind: 'threw' });
    expect(await pipeline.checkpoint()).toMatchObject({
      openRedrive: { fromDay: '2026-11-18', toDay: '2026-11-18' },
    });
    await comeToRest(pipeline);
    expect(await stockOf(pipeline)).toEqual(EACH_ONCE);
    expect((await pipeline.checkpoint()).openRedrive).toBeUndefined();
  } finally {
    await pipeline.stop();
  }
});

async function unlistedMarks(pipeline: Pipeline): Promise<string[]> {
  const problems = await manifestProblems(pipeline.aws.objects, LOCAL_BUCKET, 'netskope');
  return problems.filter((problem) => problem.startsWith('redriven/'));
}

test.each(everyWrite)('the answer to AWS call %i, %s, is lost: every event is archived once', async (n) => {
  const pipeline = await world();
  try {
    pipeline.interference = { afterAws: atCall(n, () => ({ kind: 'reset' })) };
    expect(await pipeline.carryOut(TASK)).toMatchObject({ value: { outcome: 'redriven', judged: 7 } });
    await comeToRest(pipeline);
    expect(await stockOf(pipeline)).toEqual(EACH_ONCE);
  } finally {
    await pipeline.stop();
  }
});

test('two redrives at once: one works, the other says that it is running', async () => {
  const pipeline = await world();
  try {
    const ends = await Promise.all([pipeline.carryOut(TASK), pipeline.carryOut(TASK)]);
    const outcomes = ends.map((end) => (end.kind === 'returned' ? end.value.outcome : end.kind)).sort();
    expect(outcomes).toEqual(['already-running', 'redriven']);
    expect(await stockOf(pipeline)).toEqual(EACH_ONCE);
  } finally {
    await pipeline.stop();
  }
});

test('a redrive and a scheduled run at once: one of them waits for its turn', async () => {
  const pipeline = await world();
  try {
    pipeline.simulator.add([simulatedLogin('e9', NOW_S + 900)]);
    await Promise.all([pipeline.run(), pipeline.carryOut(TASK)]);
    await comeToRest(pipeline);
    expect(await stockOf(pipeline)).toEqual({
      ...EACH_ONCE,
      archived: [...EACH_ONCE.archived, text('e9', NOW_S + 900)].sort(),
    });
  } finally {
    await pipeline.stop();
  }
});
