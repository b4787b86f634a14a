import { archivedEvent } from '../../archived';

test.each([
  [12, 12],
  ['12', 12],
  [1_000_000, 1_000_000],
  [1_000_001, 1_000_000],
  [Number.MAX_VALUE, 1_000_000],
  ['9'.repeat(400), 1_000_000],
])('an event with count %p stands for %p occurrences', (count, occurrences) => {
  expect(archivedEvent({ count }).occurrences).toBe(occurrences);
});

test.each([
  [undefined],
  [null],
  [0],
  [-12],
  [1.5],
  [Number.NaN],
  ['0'],
  ['-12'],
  ['1.5'],
  ['1e3'],
  [' 12'],
  [''],
  [true],
  [[12]],
  [{}],
])('an event with count %p is one occurrence', (count) => {
  expect(archivedEvent({ count }).occurrences).toBe(1);
});
