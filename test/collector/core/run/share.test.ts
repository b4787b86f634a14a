import type { Clock, CollectorDeps, CollectRequest } from '../../../../lambdas/collector/core/ports';
import { shareOf } from '../../../../lambdas/collector/core/run/share';
import { NOW_S } from '../../../pipeline';
import { TestClock } from '../../../test-clock';

const STARTED_AT_MS = NOW_S * 1000;
/** A page may take this request time-out, and 30 s to be stored. */
const REQUEST = { requestTimeoutMs: 120_000 } as CollectRequest;

function shareAfter(passedMs: number, { leftMs }: { readonly leftMs: number }): number {
  const clock: Clock = new TestClock(STARTED_AT_MS + passedMs);
  return shareOf({
    deps: { clock } as CollectorDeps, // all that a share needs of them
    budget: { remainingMs: () => leftMs },
    request: REQUEST,
    startedAtMs: STARTED_AT_MS,
  }).remainingMs();
}

test.each([
  ['at the beginning of the run: four minutes, and the time of one page', 0, 600_000, 390_000],
  ['after four minutes: the time of one page, so that one more is asked for', 240_000, 360_000, 150_000],
  ['a millisecond later: less than a page takes', 240_001, 359_999, 149_999],
  ['in a run that ends sooner: what is left of it', 0, 389_999, 389_999],
])('what is left for the past %s', (_when, passedMs, leftMs, shareMs) => {
  expect(shareAfter(passedMs, { leftMs })).toBe(shareMs);
});
