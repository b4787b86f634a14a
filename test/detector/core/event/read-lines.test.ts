import { readEvents, readLines } from '../../../../lambdas/detector/core/event/read-lines';
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

test('a line is not parsed before its event is requested', () => {
  const unreadable: number[] = [];
  const lines = [good('netskope:a'), 'no JSON'];
  const events = readEvents(lines, EXPECTED, ({ line }) => unreadable.push(line));
  expect(events.next()).toMatchObject({ value: { rowId: 'netskope:a' } });
  expect(unreadable).toEqual([]);
  expect(events.next().done).toBe(true);
  expect(unreadable).toEqual([2]);
});
