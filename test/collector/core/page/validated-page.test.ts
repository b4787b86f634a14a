import { validatePage, without } from '../../../../lambdas/collector/core/page/validated-page';
import { AUDIT_FEED } from '../../../../lambdas/contract/feed/audit';
import { login, pageOf } from '../../audit-events';

/** 2026-11-18T12:00:00Z, the 498,612th hour since 1970. */
const NOON_S = 1_795_003_200;

const textOf = (...event: Parameters<typeof login>): string => JSON.stringify(login(...event));

test('each event is accepted with its place, its hour and its drift, or rejected with its reasons', () => {
  const page = pageOf([
    textOf('e1', NOON_S),
    '{"_id":17}',
    textOf('e2', NOON_S + 3599, { severity_level: '2' }),
    textOf('e3', NOON_S - 1),
  ]);
  const validated = validatePage(AUDIT_FEED, page);
  expect(validated.accepted.map(({ index, hour, drift }) => [index, hour, drift])).toEqual([
    [0, 498_612, []],
    [2, 498_612, ['severity_level string']],
    [3, 498_611, []],
  ]);
  expect(validated.rejected.map(({ index }) => index)).toEqual([1]);
  expect(validated.rejected[0]?.reasons).toContain('_id must be string, received number 17');
});

test('an event that the page holds three times is kept once', () => {
  const event = textOf('e1', NOON_S);
  const { accepted, repeated, conflicting } = validatePage(AUDIT_FEED, pageOf([event, event, ` ${event}`]));
  expect({ kept: accepted.map(({ index }) => index), repeated, conflicting }).toEqual({
    kept: [0],
    repeated: 2,
    conflicting: 0,
  });
});

test('different events that share an `_id` are all kept, and counted as evidence', () => {
  const { accepted, repeated, conflicting } = validatePage(
    AUDIT_FEED,
    pageOf([
      textOf('e1', NOON_S),
      textOf('e1', NOON_S, { user: 'mallory@example.org' }),
      textOf('e1', NOON_S),
      textOf('e1', NOON_S, { user: 'mallory@example.org' }),
    ]),
  );
  expect({ kept: accepted.map(({ index }) => index), repeated, conflicting }).toEqual({
    kept: [0, 1],
    repeated: 2,
    conflicting: 1,
  });
});

test('events without an `_id` are never taken for one, however alike', () => {
  const event = JSON.stringify({ ...login('', NOON_S), _id: undefined });
  expect(validatePage(AUDIT_FEED, pageOf([event, event])).rejected.map(({ index }) => index)).toEqual([0, 1]);
});

test('a page can be left without some of its events, accepted or rejected', () => {
  const validated = validatePage(AUDIT_FEED, pageOf([textOf('e1', NOON_S), '7', textOf('e2', NOON_S), '8']));
  const { accepted, rejected } = without(validated, new Set([0, 3]));
  expect([accepted.map(({ index }) => index), rejected.map(({ index }) => index)]).toEqual([[2], [1]]);
});

test('a page without events is a page', () => {
  expect(validatePage(AUDIT_FEED, pageOf([]))).toMatchObject({
    accepted: [],
    rejected: [],
    repeated: 0,
    conflicting: 0,
  });
});
