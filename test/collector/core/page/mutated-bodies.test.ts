import { differenceAmong } from './mutated-bodies';

const SEED = 1;
const BODIES = 300;

test(`an event that is known by its form is read as if it were parsed: ${BODIES} bodies from seed ${SEED}`, () => {
  const { difference, unparsed } = differenceAmong(BODIES, SEED);
  expect(difference).toBeUndefined();
  expect(unparsed).toBeGreaterThan(5 * BODIES);
});
