import { LOCAL_BUCKET } from '../../lib/local/local-deployment';
import type { Poison } from '../../lib/local/netskope-simulator/event-log';
import type { Fault } from '../../lib/local/netskope-simulator/gateway/fault';
import { Pipeline } from '../pipeline';
import { isSound } from './aftermath';
import {
  archivedIds,
  callsSince,
  DAY_S,
  HOUR_S,
  loginAt,
  namelessAt,
  nowS,
  outcomesOf,
  scheduledRuns,
} from './events';
import { stockOf } from './stock';

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

const keptPages = (): string[] =>
  pipeline.aws.objects.keys(LOCAL_BUCKET).filter((key) => key.startsWith('quarantine/pages/'));

describe.each<Poison>([
  'unbalanced-quote',
  'escaped-result-key',
  'bom-inside',
  'gzip-bomb',
  'garbled-but-balanced',
])('an event that permanently damages its page: %s', (poison) => {
  test('the feed goes on within two hours, and nothing of the page is lost', async () => {
    pipeline = await Pipeline.start();
    await pipeline.run({ startLookbackHours: 0 });
    pipeline.simulator.add([loginAt('poison', { atS: 200, poison }), loginAt('beside', { atS: 201 })]);
    await scheduledRuns(pipeline, 2);
    pipeline.simulator.add([loginAt('behind', { atS: nowS(pipeline) })]);
    while (!(await archivedIds(pipeline)).includes('behind')) {
      if (nowS(pipeline) > 2 * HOUR_S) throw new Error('the feed does not go on');
      await scheduledRuns(pipeline, 1);
    }
    const aftermath = await stockOf(pipeline);
    expect(pipeline.metricSum('EventsQuarantined')).toBe(1);
    if (poison === 'garbled-but-balanced') {
      expect(keptPages()).toEqual([]); // only the event goes to quarantine
      expect(await archivedIds(pipeline)).toEqual(['behind', 'beside']);
    } else {
      const [key = ''] = keptPages();
      expect(keptPages()).toHaveLength(1);
      const { reason } = (await pipeline.aws.objects.read(LOCAL_BUCKET, key)).object.userMetadata;
      expect(decodeURIComponent(reason ?? '')).toMatch(/^HTTP 200, but /);
    }
    await scheduledRuns(pipeline, 1);
    expect(pipeline.metricSum('EventsQuarantined')).toBe(1);
    // A bomb is kept as received; the comparison does not unpack it.
    expect(aftermath).toMatchObject({ doubled: [], totalsAreExact: true, manifestFaults: [] });
    if (poison !== 'gzip-bomb') expect(isSound(aftermath)).toBe(true);
  });
});

describe('Netskope forgets the index between two runs, so that each begins again and reads good pages before the damaged one', () => {
  const QUARTER_MS = 900_000;

  async function run(times: number): Promise<void> {
    for (let runs = 0; runs < times; runs++) {
      pipeline.clock.pass(QUARTER_MS);
      await pipeline.run({ startLookbackHours: 2 });
    }
  }

  beforeEach(async () => {
    pipeline = await Pipeline.start({
      windowS: HOUR_S,
      watermark: 'position',
      forgetsIndexAfterMs: 600_000,
      resendWithoutPage: 'bad-request',
    });
    pipeline.simulator.add([
      loginAt('poison', { atS: -600, poison: 'unbalanced-quote' }),
      loginAt('behind', { atS: 1_200 }),
    ]);
  });

  test('the page is given up after an hour all the same, and the feed goes on', async () => {
    await run(4);
    expect(keptPages()).toEqual([]); // less than an hour
    await run(1);
    expect(keptPages()).toHaveLength(1);
    expect(await archivedIds(pipeline)).toEqual(['behind']);
    expect((await pipeline.checkpoint()).unreadable).toBeUndefined();
    expect(isSound(await stockOf(pipeline))).toBe(true);
  });
});

test.each([
  ['before they are listed', 'manifest/'],
  ['after they are listed, and before they are committed', 'nothing'],
])(
  'a run dies over events that it has stored, %s, and their page is damaged since: they are listed and counted once',
  async (_when, deadlyKey) => {
    pipeline = await Pipeline.start({ resendGrows: true });
    await pipeline.run({ startLookbackHours: 0 });
    const ahead = loginAt('e2', { atS: 200, datedS: 400 * DAY_S });
    const behind = loginAt('e3', { atS: 200, datedS: -5 * DAY_S });
    pipeline.simulator.add([loginAt('e1', { atS: 200 }), ahead, behind, namelessAt('n1', 201)]);
    let isStored = false;
    pipeline.interference = {
      beforeAws: ({ operation, key = '' }) => {
        if (operation === 'PutItem' && isStored) return 'die';
        isStored ||= operation === 'PutObject' && key.startsWith('netskope_audit/');
        return operation === 'PutObject' && key.startsWith(deadlyKey) ? 'die' : undefined;
      },
    };
    expect(outcomesOf(await scheduledRuns(pipeline, 1))).toEqual(['died']);
    pipeline.interference = {};
    pipeline.simulator.add([loginAt('poison', { atS: nowS(pipeline), poison: 'unbalanced-quote' })]);
    while (keptPages().length === 0) {
      if (nowS(pipeline) > 3 * HOUR_S) throw new Error('the feed does not go on');
      await scheduledRuns(pipeline, 1);
    }
    await scheduledRuns(pipeline, 2);
    expect((await pipeline.checkpoint()).totals).toEqual({ archived: 3, quarantined: 1, drifted: 0 });
    expect(pipeline.metricSum('EventsArchived')).toBe(3);
    expect(pipeline.metricSum('EventsQuarantined')).toBe(2); // the event, and the page
    expect(isSound(await stockOf(pipeline))).toBe(true);
  },
);

test('a page that a run kept before it died, and that can be read since, is listed and counted besides its events', async () => {
  pipeline = await Pipeline.start();
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.simulator.add([loginAt('e1', { atS: 200 })]);
  let isKept = false;
  pipeline.interference = {
    netskope: () => ({ kind: 'empty-body' }),
    beforeAws: () => (isKept ? 'die' : undefined),
    afterAws: ({ key = '' }) => {
      isKept ||= key.startsWith('quarantine/pages/');
      return undefined;
    },
  };
  while (!isKept) {
    if (nowS(pipeline) > 3 * HOUR_S) throw new Error('no page is given up');
    await scheduledRuns(pipeline, 1);
  }
  pipeline.interference = {};
  await scheduledRuns(pipeline, 5);
  expect(await archivedIds(pipeline)).toEqual(['e1']);
  expect(keptPages()).toHaveLength(1);
  const { totals, openPageKeys } = await pipeline.checkpoint();
  expect({ totals, openPageKeys }).toEqual({ totals: { archived: 1, quarantined: 0, drifted: 0 } });
  expect(pipeline.metricSum('EventsQuarantined')).toBe(1); // the page
  expect(isSound(await stockOf(pipeline))).toBe(true);
});

test('the five tries of a page are spread over the runs of an hour', async () => {
  pipeline = await Pipeline.start();
  await pipeline.run({ startLookbackHours: 0 });
  pipeline.interference = { netskope: () => ({ kind: 'empty-body' }) };
  await scheduledRuns(pipeline, 1);
  expect(pipeline.clock.slept).toEqual([500, 1_000, 2_000, 4_000]);
  await scheduledRuns(pipeline, 9);
  expect(keptPages()).toEqual([]); // many attempts, but less than an hour
  await scheduledRuns(pipeline, 4);
  expect(keptPages()).toHaveLength(1);
});

test('a repeated attempt waits as the rate limit asks', async () => {
  pipeline = await Pipeline.start({ rateLimitPerS: 1 });
  let answers = 0;
  pipeline.interference = { netskope: () => (++answers <= 2 ? { kind: 'empty-body' } : undefined) };
  await pipeline.run({ startLookbackHours: 0 });
  expect(pipeline.clock.slept.every((ms) => ms >= 1_000)).toBe(true);
  expect(pipeline.clock.slept.length).toBeGreaterThanOrEqual(2);
});

describe('not an error', () => {
  test.each<[string, Fault]>([
    ['`ok` is true', { kind: 'envelope', okTrue: true }],
    ['a byte order mark in front', { kind: 'envelope', bom: true }],
    ['the encoding GZIP', { kind: 'envelope', contentEncoding: 'GZIP' }],
    ['the encoding x-gzip', { kind: 'envelope', contentEncoding: 'x-gzip' }],
    ['`result` is null in an empty page', { kind: 'envelope', resultNull: true }],
  ])('%s', async (_what, fault) => {
    pipeline = await Pipeline.start();
    await pipeline.run({ startLookbackHours: 0 });
    pipeline.simulator.add([loginAt('e1', { atS: 290 })]);
    const requests = pipeline.simulator.requests.length;
    pipeline.interference = { netskope: () => fault };
    expect(outcomesOf(await scheduledRuns(pipeline, 2))).toEqual(['caught-up', 'caught-up']);
    expect(callsSince(pipeline, requests)).toEqual(['next', 'next']);
    expect(isSound(await stockOf(pipeline))).toBe(true);
  });
});

test('a 200 that says 401 stops the run and fires like a 401', async () => {
  pipeline = await Pipeline.start();
  pipeline.interference = { netskope: () => ({ kind: 'not-ok', result: 'Token has expired', status: 401 }) };
  expect(outcomesOf([await pipeline.run({ startLookbackHours: 0 })])).toEqual(['CredentialError']);
  expect(pipeline.metricValues('CredentialsRefused')).toEqual([1]);
  expect(pipeline.simulator.requests).toHaveLength(1);
});
