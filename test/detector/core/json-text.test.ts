import { openJsonText } from '../../../lambdas/detector/core/json-text';

test.each([
  ['{"a":[1,null]}', { a: [1, null] }],
  [' [1, 2] ', [1, 2]],
  ["{'a': None, 'b': [True, False, 1.5]}", { a: null, b: [true, false, 1.5] }],
  [`{'say': "it's"}`, { say: "it's" }],
  [`{'say': 'a "word"'}`, { say: 'a "word"' }],
  [`{'a': 'None of it is True'}`, { a: 'None of it is True' }],
])('%s is opened', (text, value) => {
  expect(openJsonText(text)).toEqual(value);
});

test.each(['', 'HOST123', '403', '{"a":', "{'a': ", '{not json}', '[', '"text"'])(
  '%p is no object and no list',
  (text) => {
    expect(openJsonText(text)).toBeUndefined();
  },
);

test('a text of more than 100,000 characters is left alone', () => {
  expect(openJsonText(`["${'x'.repeat(100_000)}"]`)).toBeUndefined();
  expect(openJsonText(`["${'x'.repeat(99_000)}"]`)).toHaveLength(1);
});
