import { KnownObjects } from '../../../lambdas/collector/adapters/known-objects';

const PAGE = { indexName: 'emea-0123456789abcdef', sequence: 7 };

let known: KnownObjects;
beforeEach(() => {
  known = new KnownObjects();
});

test('an object that nobody has read or written is not known', () => {
  expect(known.pageOf('o1')).toBeUndefined();
  expect(known.holdersOf(['e1'])).toEqual(new Set());
});

test('a known object has its page, and is found by each of its events', () => {
  known.add('o1', PAGE, ['e1', 'e2']);
  known.add('o2', { ...PAGE, sequence: 8 }, ['e2', 'e3']);
  expect([known.pageOf('o1'), known.pageOf('o2')]).toEqual([PAGE, { ...PAGE, sequence: 8 }]);
  expect(known.holdersOf(['e1'])).toEqual(new Set(['o1']));
  expect(known.holdersOf(['e2'])).toEqual(new Set(['o1', 'o2']));
  expect(known.holdersOf(['e3', 'e1'])).toEqual(new Set(['o1', 'o2']));
  expect(known.holdersOf(['e4'])).toEqual(new Set());
});

test('an object that the collector has not written is known as foreign, and holds nothing', () => {
  known.add('note.txt', 'foreign');
  expect(known.pageOf('note.txt')).toBe('foreign');
  expect(known.holdersOf([''])).toEqual(new Set());
});

test('an object that is added again stays as it was', () => {
  known.add('o1', PAGE, ['e1']);
  known.add('o1', { ...PAGE, sequence: 8 }, ['e2']);
  expect(known.pageOf('o1')).toEqual(PAGE);
  expect(known.holdersOf(['e2'])).toEqual(new Set());
});

test('with more than 500,000 events, all objects before are forgotten', () => {
  const ids = (name: string, count: number) =>
    Array.from({ length: count }, (_, place) => `${name}-${place}`);
  known.add('o1', PAGE, ids('a', 300_000));
  known.add('o2', PAGE, ids('b', 300_000));
  expect(known.pageOf('o1')).toEqual(PAGE);
  known.add('o3', PAGE, ['c']);
  expect([known.pageOf('o1'), known.pageOf('o2'), known.pageOf('o3')]).toEqual([undefined, undefined, PAGE]);
  expect(known.holdersOf(['a-1', 'b-1'])).toEqual(new Set());
});

test('among 10,000 events that it does not hold, an object is found for five at most', () => {
  known.add(
    'o1',
    PAGE,
    Array.from({ length: 10_000 }, (_, place) => `5f${(place * 7919).toString(16)}`),
  );
  let found = 0;
  for (let place = 0; place < 10_000; place++) found += known.holdersOf([`6a${place.toString(16)}`]).size;
  expect(found).toBeLessThanOrEqual(5);
});
