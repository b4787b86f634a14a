import { openJsonText } from '../../../../lambdas/detector/core/event/json-text';

test.each([
  ['{"a":[1,null]}', { a: [1, null] }],
  ["{'a': None, 'b': [True, False, 1.5]}", { a: null, b: [true, false, 1.5] }],
  [`{'say': "it's"}`, { say: "it's" }],
  [`{'say': 'a "word"'}`, { say: 'a "word"' }],
  [`{'a': 'None of it is True'}`, { a: 'None of it is True' }],
  [
    String.raw`{'a': 'o\'neil', 'b': "a \"word\"", 'c': 'C:\\temp'}`,
    { a: "o'neil", b: 'a "word"', c: 'C:\\temp' },
  ],
])('%s is parsed', (text, value) => {
  expect(openJsonText(text)).toEqual(value);
});

test('blanks around a list do not matter', () => {
  expect(openJsonText(' [1, 2]\n')).toEqual([1, 2]);
});

test.each(['', 'HOST123', '403', '{"a":', "{'a': ", '{not json}', '[', '"text"', '"rules[0]"'])(
  '%p is neither an object nor a list',
  (text) => {
    expect(openJsonText(text)).toBeUndefined();
  },
);

test('a text of more than 100,000 characters is not parsed', () => {
  expect(openJsonText(`["${'x'.repeat(99_996)}"]`)).toHaveLength(1);
  expect(openJsonText(`["${'x'.repeat(99_997)}"]`)).toBeUndefined();
});
