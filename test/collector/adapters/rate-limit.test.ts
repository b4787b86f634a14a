import { rateLimitPauseMs, retryAfterMs } from '../../../lambdas/collector/adapters/rate-limit';

/** 2026-11-18T12:00:00Z */
const NOON_MS = 1_795_003_200_000;

describe('how long a 429 or 409 asks to wait', () => {
  test.each<[string, Record<string, string>, number | undefined]>([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['zero seconds', { 'retry-after': '0' }, 0],
    ['seconds with blanks around them', { 'retry-after': ' 7 ' }, 7_000],
    ['a date', { 'retry-after': 'Wed, 18 Nov 2026 12:00:09 GMT' }, 9_000],
    ['a date that has passed', { 'retry-after': 'Wed, 18 Nov 2026 11:59:00 GMT' }, 0],
    ['only a reset of the limit', { 'ratelimit-reset': '3' }, 3_000],
    ['both: Retry-After counts', { 'retry-after': '7', 'ratelimit-reset': '3' }, 7_000],
    ['an unreadable Retry-After and a reset', { 'retry-after': 'soon', 'ratelimit-reset': '3' }, 3_000],
    ['only what cannot be read', { 'retry-after': 'soon', 'ratelimit-reset': 'later' }, undefined],
    ['an empty header', { 'retry-after': '' }, undefined],
    ['neither header', {}, undefined],
  ])('%s', (_what, headers, waitMs) => {
    expect(retryAfterMs(headers, NOON_MS)).toBe(waitMs);
  });
});

describe('the pause after a page, when the limit is spent', () => {
  test.each<[string, Record<string, string>, number]>([
    ['spent, with its reset', { 'ratelimit-remaining': '0', 'ratelimit-reset': '2' }, 2_000],
    ['spent, without its reset: the limit is one per second', { 'ratelimit-remaining': '0' }, 1_000],
    ['not spent', { 'ratelimit-remaining': '1', 'ratelimit-reset': '2' }, 0],
    ['not stated', { 'ratelimit-reset': '2' }, 0],
    ['unreadable', { 'ratelimit-remaining': 'none', 'ratelimit-reset': '2' }, 0],
  ])('%s', (_what, headers, pauseMs) => {
    expect(rateLimitPauseMs(headers)).toBe(pauseMs);
  });
});
