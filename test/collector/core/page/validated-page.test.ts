import { marked, validatedPage, without } from '../../../../lambdas/collector/core/page/validated-page';
import { login, pageOf } from '../../audit-events';

/** 2026-11-18T12:00:00Z, the 498,612th hour since 1970. */
const NOON_S = 1_795_003_200;

const textOf = (...event: Parameters<typeof login>): string => JSON.stringify(login(...event));

test('each event is accepted with its place, its hour and its drift, or rejected with its reasons', () => {
  const page = pageOf([
    textOf('e1', NOON_S),
    '{"_id":true}',
    textOf('e2', NOON_S + 3599, { severity_level: '2' }),
    textOf('e3', NOON_S - 1),
  ]);
  const validated = validatedPage(page);
  expect(validated.accepted.map(({ index, hour, drift }) => [index, hour, drift])).toEqual([
    [0, 498_612, []],
    [2, 498_612, ['severity_level string']],
    [3, 498_611, []],
  ]);
  expect(validated.rejected.map(({ index }) => index)).toEqual([1]);
  expect(validated.rejected[0]?.reasons).toContain('_id must be string, received boolean true');
});

test('an event that the page holds three times is kept once', () => {
  const event = textOf('e1', NOON_S);
  const { accepted, repeated } = validatedPage(pageOf([event, event, ` ${event}`]));
  expect({ kept: accepted, repeated }).toMatchObject({ kept: [{ index: 0 }], repeated: 2 });
  expect(accepted[0]).not.toHaveProperty('isConflicting');
});

test('different events that share an `_id` are all kept, and marked as evidence', () => {
  const { accepted, repeated } = validatedPage(
    pageOf([
      textOf('e1', NOON_S),
      textOf('e1', NOON_S, { user: 'mallory@example.org' }),
      textOf('e1', NOON_S),
      textOf('e1', NOON_S, { user: 'mallory@example.org' }),
    ]),
  );
  expect({ kept: accepted, repeated }).toMatchObject({
    kept: [{ index: 0 }, { index: 1, isConflicting: true }],
    repeated: 2,
  });
  expect(accepted.map(({ edition }) => edition)).toEqual([undefined, undefined]);
});

describe('an event that comes again with more fields', () => {
  const FIRST = textOf('e1', NOON_S);
  const SECOND = textOf('e1', NOON_S, { record_type: 'audit' });
  const THIRD = textOf('e1', NOON_S, { record_type: 'audit', record_version: 2 });
  const keptOf = (...texts: string[]) => {
    const { accepted, repeated } = validatedPage(pageOf(texts));
    return { kept: accepted.map(({ index, edition = 1 }) => [index, edition]), repeated };
  };

  test.each<[string, string[], object]>([
    ['is its next edition', [FIRST, SECOND], { kept: [[0, 1], [1, 2]], repeated: 0 }], // prettier-ignore
    ['has as many editions as come', [FIRST, SECOND, THIRD], { kept: [[0, 1], [1, 2], [2, 3]], repeated: 0 }], // prettier-ignore
    ['holds one with fewer fields that comes after it', [SECOND, FIRST], { kept: [[0, 1]], repeated: 1 }],
    ['is kept once', [FIRST, SECOND, SECOND], { kept: [[0, 1], [1, 2]], repeated: 1 }], // prettier-ignore
  ])('%s', (_what, texts, kept) => {
    expect(keptOf(...texts)).toEqual(kept);
  });

  test('is no edition of one that differs in a field, but evidence', () => {
    const changed = textOf('e1', NOON_S, { record_type: 'audit', user: 'mallory@example.org' });
    const { accepted } = validatedPage(pageOf([FIRST, changed]));
    expect(accepted[1]).toMatchObject({ index: 1, isConflicting: true });
    expect(accepted[1]).not.toHaveProperty('edition');
  });

  test('is evidence beside the newest edition, where it contradicts that one', () => {
    const other = textOf('e1', NOON_S, { record_type: 'other' });
    const { accepted } = validatedPage(pageOf([FIRST, SECOND, other]));
    expect(accepted[2]).toMatchObject({ index: 2, isConflicting: true, edition: 2 });
  });
});

describe('a comparison marks', () => {
  const page = validatedPage(
    pageOf([
      textOf('e1', NOON_S),
      textOf('e2', NOON_S),
      textOf('e2', NOON_S, { record_type: 'audit' }),
      textOf('e3', NOON_S),
    ]),
  );

  test('later editions of stored events, and events that differ from a stored one', () => {
    const { accepted } = marked(page, {
      standings: new Map([
        [0, { edition: 2 }],
        [3, { isConflicting: true }],
      ]),
    });
    expect(accepted).toMatchObject([
      { index: 0, edition: 2 },
      { index: 1 },
      { index: 2, edition: 2 },
      { index: 3, isConflicting: true },
    ]);
    expect(accepted[1]).not.toHaveProperty('edition');
    expect(accepted[3]).not.toHaveProperty('edition');
  });

  test('an event with the later of the editions that it has in its page and beside the archive', () => {
    const editionBeside = (edition: number) =>
      marked(page, { standings: new Map([[2, { edition }]]) }).accepted[2]?.edition;
    expect([editionBeside(4), editionBeside(2)]).toEqual([4, 2]);
  });
});

test('events without an `_id` are never taken for one, however alike', () => {
  const event = JSON.stringify({ ...login('', NOON_S), _id: undefined });
  expect(validatedPage(pageOf([event, event])).rejected.map(({ index }) => index)).toEqual([0, 1]);
});

test('a page can be left without some of its events, accepted or rejected', () => {
  const validated = validatedPage(pageOf([textOf('e1', NOON_S), '7', textOf('e2', NOON_S), '8']));
  const { accepted, rejected } = without(validated, new Set([0, 3]));
  expect([accepted.map(({ index }) => index), rejected.map(({ index }) => index)]).toEqual([[2], [1]]);
});

test('a page without events is a page', () => {
  expect(validatedPage(pageOf([]))).toMatchObject({
    accepted: [],
    rejected: [],
    repeated: 0,
  });
});
