import { readEnvelope } from '../../lambdas/collector/core/page/envelope';
import { IndicatorFinder } from '../../lambdas/collector/core/page/indicators';
import { validatedPage } from '../../lambdas/collector/core/page/validated-page';
import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import { NOW_S, Pipeline } from '../pipeline';
import { login, pageOf } from './audit-events';

const NESTED = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const LOGIN = JSON.stringify(login('deep', NOW_S));

/**
 * Names of the errors of two runs. Each gets this body so many times, and then the tenant's answers: a run that never
 * catches up would request page after page, until its time is over.
 */
async function errorsOf(body: string, times = 2): Promise<string[]> {
  const pipeline = await Pipeline.start();
  try {
    const ends = [];
    for (let run = 1; run <= 2; run++) {
      let answers = 0;
      pipeline.interference = {
        netskope: () => (++answers <= times ? { kind: 'body', bytes: Buffer.from(body) } : undefined),
      };
      ends.push(await pipeline.run({ startLookbackHours: 0 }));
      expect(answers).toBeGreaterThanOrEqual(1);
      pipeline.nextSchedule();
    }
    return ends.map((end) => (end.kind === 'threw' ? end.error.name : end.kind));
  } finally {
    await pipeline.stop();
  }
}

describe('nesting of 100,000 levels stops no run', () => {
  test.each([
    ['in `_id`', `{"ok":1,"result":[${LOGIN.replace('"_id":"deep"', `"_id":${NESTED}`)}]}`],
    [
      'in `timestamp`',
      `{"ok":1,"result":[${LOGIN.replace(`"timestamp":${NOW_S}`, `"timestamp":${NESTED}`)}]}`,
    ],
    [
      'in two events with one `_id`',
      `{"ok":1,"result":[${LOGIN.replace('{', `{"details":${NESTED},`)},${LOGIN.replace('{', `{"details":[${NESTED}],`)}]}`,
    ],
  ])('%s', async (_where, body) => {
    expect(await errorsOf(body)).toEqual(['returned', 'returned']);
  });

  test('in `ok`: it is the documented error', async () => {
    expect(await errorsOf(`{"ok":${NESTED},"result":[]}`, Infinity)).toEqual([
      'UpstreamUnavailableError',
      'UpstreamUnavailableError',
    ]);
  });
});

test('a second `result` whose key is spelt with escapes makes the page undecodable: its events and their texts would differ', () => {
  const body = Buffer.from('{"ok":1,"result":[{"a":1}],"\\u0072esult":[{"a":2}]}');
  expect(readEnvelope(AUDIT_FEED, body, '')).toEqual({
    kind: 'undecodable',
    reason: '`result` is not one array',
  });
});

test('a watermark in milliseconds is not trusted: a replay still begins in the past', async () => {
  const pipeline = await Pipeline.start();
  try {
    const bytes = Buffer.from('{"ok":1,"result":[],"timestamp_hwm":1795003200000}');
    pipeline.interference = { netskope: () => ({ kind: 'body', bytes }) };
    await pipeline.run({ startLookbackHours: 0 });
    pipeline.interference = {};
    pipeline.clock.pass(26 * 3_600_000);
    await pipeline.run();
    expect(pipeline.simulator.requests.slice(0, 2).map(({ operation }) => operation)).toEqual([
      '1795003200',
      '1794999600',
    ]);
  } finally {
    await pipeline.stop();
  }
});

/** Quadratic work would take minutes here, and exceed the time limit of the test. */
describe('work is linear in the size of an event, not quadratic', () => {
  test('a long text with an @ is searched for addresses', () => {
    const event = {
      ...login('long', NOW_S),
      user: '',
      ur_normalized: '',
      details: [`@ ${'a'.repeat(1_000_000)}`],
    };
    expect(new IndicatorFinder(AUDIT_FEED.schema).find(event).emails).toEqual(['a@example.org']);
  });

  test('a page of 10,000 different events with one `_id`', () => {
    const events = Array.from({ length: 10_000 }, (_, place) =>
      JSON.stringify({ ...login('one', NOW_S), count: place }),
    );
    const { accepted } = validatedPage(pageOf(events));
    const conflicting = accepted.filter(({ isConflicting }) => isConflicting === true);
    expect([accepted.length, conflicting.length]).toEqual([10_000, 9_999]);
  });
});
