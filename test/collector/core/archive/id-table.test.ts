import { IdTable } from '../../../../lambdas/collector/core/archive/id-table';

test('at first, no id is in it', () => {
  const table = new IdTable();
  expect([table.has('e1'), table.numbersOf('e1'), table.size]).toEqual([false, [], 0]);
});

test('an id has each number with which it was added, once', () => {
  const table = new IdTable();
  table.add('e1', 0);
  table.add('e1', 7);
  table.add('e1', 0);
  table.add('e2', 7);
  expect([table.numbersOf('e1'), table.numbersOf('e2'), table.numbersOf('e3')]).toEqual([[0, 7], [7], []]);
  expect([table.has('e1'), table.has('e3'), table.size]).toEqual([true, false, 3]);
});

test('of 300,000 ids that resemble each other, it finds all, and no other', () => {
  const table = new IdTable();
  for (let id = 0; id < 300_000; id++) table.add(`3f8a${id.toString(16)}`, id);
  const known = new Set<string>();
  for (let id = 0; id < 300_000; id++) known.add(table.numbersOf(`3f8a${id.toString(16)}`).join());
  let found = 0;
  for (let id = 300_000; id < 600_000; id++) found += table.has(`3f8a${id.toString(16)}`) ? 1 : 0;
  expect([known.size, known.has('299999'), found, table.size]).toEqual([300_000, true, 0, 300_000]);
});

test('two ids that share half of their hash, and where they stand, are told apart', () => {
  const table = new IdTable();
  table.add('e43nd', 1);
  expect([table.has('ebpmp'), table.numbersOf('ebpmp')]).toEqual([false, []]);
  table.add('ebpmp', 2);
  expect([table.numbersOf('e43nd'), table.numbersOf('ebpmp')]).toEqual([[1], [2]]);
});

test('a text of any length and script is an id: the one of an event that was rejected is its whole text', () => {
  const table = new IdTable();
  const texts = ['', '\0', '{"_id":"Ä"}', 'x'.repeat(1_000_000), 'x'.repeat(1_000_001)];
  texts.forEach((text, number) => table.add(text, number));
  expect(texts.map((text) => table.numbersOf(text))).toEqual([[0], [1], [2], [3], [4]]);
});

test('after it was cleared, it knows none', () => {
  const table = new IdTable();
  for (let id = 0; id < 1_000; id++) table.add(`e${id}`, id);
  table.clear();
  expect([table.has('e7'), table.size]).toEqual([false, 0]);
  table.add('e7', 1);
  expect(table.numbersOf('e7')).toEqual([1]);
});
