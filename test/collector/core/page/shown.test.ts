import { shown, typeName } from '../../../../lambdas/collector/core/page/shown';

test.each([
  [undefined, 'absent', 'undefined'],
  [null, 'null', 'null'],
  [[1, [2]], 'array', 'array'],
  [{ token: 'secret' }, 'object', 'object'],
  [7, '7', 'number'],
  [true, 'true', 'boolean'],
  ['a "text"', String.raw`"a \"text\""`, 'string'],
  ['x'.repeat(78), `"${'x'.repeat(78)}"`, 'string'],
  ['x'.repeat(79), `"${'x'.repeat(79)}…`, 'string'],
])('%j is shown as %s, and is of type %s', (value, text, type) => {
  expect(shown(value)).toBe(text);
  expect(typeName(value)).toBe(type);
});
