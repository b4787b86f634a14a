import type { AwsCall, AwsFault } from '../../lib/local/aws/wire/aws-call';
import type { Fault } from '../../lib/local/netskope-simulator/gateway/fault';
import { simulatedLogin } from '../collector/audit-events';
import { NOW_S, Pipeline } from '../pipeline';
import { fileBackfill, hoursAgoS, scheduledRun, storedBackfill, workOff } from './backfill-job';
import { manifestFaults } from './manifest-faults';

const DENIED: AwsFault = { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' };

/** Faults of every call on the backfill's index, with the run's error and the reason that the backfill stores. */
const FAULTS: Readonly<Record<string, { fault: Fault; error: string; reason: RegExp }>> = {
  'another consumer on its index (409)': {
    fault: { kind: 'conflict' },
    error: 'UpstreamUnavailableError',
    reason: /^HTTP 409: .*; 5 attempts$/,
  },
  'a rate limit (429)': {
    fault: { kind: 'rate-limited', retryAfter: '2' },
    error: 'UpstreamUnavailableError',
    reason: /^HTTP 429: .*; 5 attempts$/,
  },
  'a rate limit that asks for an hour': {
    fault: { kind: 'rate-limited', retryAfter: '3600' },
    error: 'UpstreamUnavailableError',
    reason: /a wait of 3600 s is due, longer than this run lasts$/,
  },
  'bodies that are cut': {
    fault: { kind: 'truncated-body' },
    error: 'UpstreamContractError',
    reason: /; 5 attempts$/,
  },
  'answers that do not come in time': {
    fault: { kind: 'stall', served: 'at-once' },
    error: 'UpstreamUnavailableError',
    reason: /no answer/i,
  },
  'a login page': {
    fault: { kind: 'invalid-json', contentType: 'text/html; charset=utf-8' },
    error: 'UpstreamUnavailableError',
    reason: /^HTTP 200, but the body is text\/html, not JSON; 5 attempts$/,
  },
  'a source address that a gateway does not admit': {
    fault: { kind: 'forbidden', body: 'html' },
    error: 'CredentialError',
    reason:
      /^HTTP 403, the body is text\/html, not JSON; perhaps the source address of this function is not allowed/,
  },
  'a refused token': {
    fault: { kind: 'unauthorized' },
    error: 'CredentialError',
    reason: /^HTTP 401; the token is unknown, expired or revoked: look for it in Settings > /,
  },
};

let pipeline: Pipeline;
let indexName: string;

/** A backfill of two events that has begun with the first of them; one new event waits for the live feed. */
beforeEach(async () => {
  pipeline = await Pipeline.start({ waitTimeS: 100 });
  pipeline.simulator.add([simulatedLogin('e7', hoursAgoS(7)), simulatedLogin('e5', hoursAgoS(5))]);
  await pipeline.run({ startLookbackHours: 1 });
  ({ indexName } = await fileBackfill(pipeline, { from: 8, to: 4 }));
  await scheduledRun(pipeline);
  pipeline.simulator.add([simulatedLogin('new', NOW_S + 500)]);
});
afterEach(() => pipeline.stop());

const live = async () => {
  const { phase, lease, totals } = await pipeline.checkpoint();
  return { phase, lease, archived: totals.archived };
};

async function expectEveryEventStoredOnce(): Promise<void> {
  const texts = pipeline.simulator.events.map(({ text }) => text);
  expect((await pipeline.storedTexts()).sort()).toEqual(texts.sort());
  expect(await manifestFaults(pipeline)).toEqual([]);
}

describe('the live feed collects and sends its metrics as usual, and the run fails, when a backfill meets', () => {
  test.each(Object.keys(FAULTS))('%s', async (name) => {
    const { fault, error, reason } = FAULTS[name] ?? { fault: undefined };
    const succeeded = pipeline.metricValues('EventsArchived').length;
    pipeline.interference = { netskope: ({ index }) => (index === indexName ? fault : undefined) };
    expect(await scheduledRun(pipeline)).toMatchObject({ kind: 'threw', error: { name: error } });
    expect(await live()).toEqual({ phase: 'settled', archived: 1 });
    expect(pipeline.metricValues('EventsArchived').slice(succeeded)).toEqual([1]);
    expect((await storedBackfill(pipeline)).backfill).toMatchObject({
      state: 'open',
      failure: {
        atMs: expect.any(Number) as unknown,
        reason: expect.stringMatching(reason ?? '') as unknown,
      },
    });

    pipeline.interference = {};
    await workOff(pipeline);
    expect((await storedBackfill(pipeline)).backfill).not.toHaveProperty('failure');
    await expectEveryEventStoredOnce();
  });

  test.each([
    ['a bucket that refuses its objects', 'PutObject', 'ArchiveError'],
    ['an archive that cannot be read', 'ListObjectsV2', 'ArchiveError'],
    ['a table that refuses its checkpoint', 'PutItem', 'CheckpointError'],
  ])('%s', async (_what, operation, error) => {
    let isOfBackfill = false;
    pipeline.interference = {
      beforeAws: (call: AwsCall) => {
        if (call.operation === 'PutMetricData') isOfBackfill = true; // the live feed's metrics are sent, its part is over
        return isOfBackfill && call.operation === operation && !isRelease(call) ? DENIED : undefined;
      },
    };
    expect(await scheduledRun(pipeline)).toMatchObject({ kind: 'threw', error: { name: error } });
    expect(await live()).toEqual({ phase: 'settled', archived: 1 });
    expect(pipeline.metricSum('EventsArchived')).toBe(1);
    pipeline.interference = {};
    await workOff(pipeline);
    await expectEveryEventStoredOnce();
  });
});

/** The write of the live feed's own checkpoint. */
function isRelease({ operation, body }: AwsCall): boolean {
  return operation === 'PutItem' && body.toString().includes('"netskope#audit"');
}

test('a single cut answer costs a backfill nothing: the page is sent again in the same run', async () => {
  let isCut = false;
  pipeline.interference = {
    netskope: ({ index, operation }) => {
      if (index !== indexName || operation !== 'next' || isCut) return undefined;
      isCut = true;
      return { kind: 'truncated-gzip' };
    },
  };
  await workOff(pipeline);
  const operations = pipeline.simulator.requests.flatMap(({ index, operation }) =>
    index === indexName ? [operation] : [],
  );
  expect(operations).toContain('resend');
  await expectEveryEventStoredOnce();
});

test('a live feed that fails leaves the backfill alone', async () => {
  const found = await storedBackfill(pipeline);
  pipeline.interference = { netskope: () => ({ kind: 'server-error', status: 504, cursorMoved: true }) };
  expect(await scheduledRun(pipeline)).toMatchObject({ kind: 'threw' });
  expect(await storedBackfill(pipeline)).toEqual(found);
});
