import { LineTally, readEvents, readLines } from '../../../../lambdas/detector/core/event/read-lines';
import { archivedRecord } from '../../archived';

const NO_NAMES: ReadonlySet<string> = new Set();
const EXPECTED = { sourceId: 'netskope', anonymousUsers: NO_NAMES };
const good = (rowId: string) => JSON.stringify(archivedRecord({ p_row_id: rowId }));

test('lines without an event of the source are named, and the others are read', () => {
  const lines = [good('netskope:a'), '{"p_row', JSON.stringify(archivedRecord({ p_source_id: 'other' }))];
  const { events, unreadable } = readLines([...lines, good('netskope:b')], 'netskope', NO_NAMES);
  expect(events.map(({ rowId }) => rowId)).toEqual(['netskope:a', 'netskope:b']);
  expect(unreadable).toEqual([
    { line: 2, reason: 'no JSON' },
    { line: 3, reason: 'no event of this source' },
  ]);
});

test('a later edition is tally: its event was evaluated when it came first', () => {
  const edition = (p_edition: unknown) =>
    JSON.stringify(archivedRecord({ p_row_id: 'netskope:a', p_edition }));
  const { events, unreadable, laterEditions } = readLines(
    [edition(undefined), edition(1), edition(2), edition(3)],
    'netskope',
    NO_NAMES,
  );
  expect(events.map(({ fields }) => fields.p_edition)).toEqual([undefined, 1]);
  expect([unreadable, laterEditions]).toEqual([[], 2]);
});

test('a later edition of another source is no event of this one', () => {
  const foreign = JSON.stringify(archivedRecord({ p_source_id: 'other', p_edition: 2 }));
  expect(readLines([foreign], 'netskope', NO_NAMES)).toEqual({
    events: [],
    unreadable: [{ line: 1, reason: 'no event of this source' }],
    laterEditions: 0,
  });
});

test('a line is not parsed before its event is requested', () => {
  const tally = new LineTally();
  const lines = [good('netskope:a'), 'no JSON'];
  const events = readEvents(lines, EXPECTED, tally);
  expect(events.next()).toMatchObject({ value: { rowId: 'netskope:a' } });
  expect(tally.unreadable).toEqual([]);
  expect(events.next().done).toBe(true);
  expect(tally.unreadable).toEqual([{ line: 2, reason: 'no JSON' }]);
});

test('lines are numbered through the object, however many are read at a time', () => {
  const tally = new LineTally();
  const parts = [[good('netskope:a'), 'no JSON'], [], ['', good('netskope:b')]];
  expect(parts.flatMap((part) => [...readEvents(part, EXPECTED, tally)]).map(({ rowId }) => rowId)).toEqual([
    'netskope:a',
    'netskope:b',
  ]);
  expect(tally).toEqual({
    read: 4,
    unreadable: [
      { line: 2, reason: 'no JSON' },
      { line: 3, reason: 'no JSON' },
    ],
    laterEditions: 0,
  });
});
