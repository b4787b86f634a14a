import { NewerFormatError } from '../../lambdas/shared/errors';
import { assertKnownFormat } from '../../lambdas/shared/known-format';

test.each([undefined, 1, 2])('format %s is read by a version that knows 2', (format) => {
  expect(() => assertKnownFormat('the item', format, 2)).not.toThrow();
});

test.each([
  [3, '3'],
  [0, '0'],
  [1.5, '1.5'],
  ['2', '"2"'],
  [null, 'null'],
])('format %j is refused: what was found, what is known, and what to do', (format, shown) => {
  expect(() => assertKnownFormat('the item', format, 2)).toThrow(
    new NewerFormatError(
      `the item has format ${shown}, and this version knows formats up to 2: update to the version that has written it, or a later one`,
    ),
  );
});
