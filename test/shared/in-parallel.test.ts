import { inParallel } from '../../lambdas/shared/in-parallel';

test('at most the allowed number of items is worked on at once, and the results are in the order of the items', async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel([5, 4, 3, 2, 1], 2, async (item) => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < item; turn++) await Promise.resolve();
    running--;
    return item * 10;
  });
  expect(results).toEqual([50, 40, 30, 20, 10]);
  expect(most).toBe(2);
});

test('the first failure is thrown, and nothing is begun after it', async () => {
  const begun: number[] = [];
  const work = async (item: number): Promise<void> => {
    begun.push(item);
    if (item === 2) throw new Error('no');
    await new Promise((resolve) => setImmediate(resolve));
  };
  await expect(inParallel([1, 2, 3, 4, 5], 2, work)).rejects.toThrow('no');
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual([1, 2]);
});

test('an empty list is done at once', async () => {
  expect(await inParallel([], 8, async () => 1)).toEqual([]);
});
