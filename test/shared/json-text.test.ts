import { openAllTexts, openJsonText } from '../../lambdas/shared/json-text';

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
  [
    String.raw`{'a': 'one\ntwo\r\tthree', 'b': '\xe9\u0040\U0001f600'}`,
    { a: 'one\ntwo\r\tthree', b: 'é@😀' },
  ],
])('%s is parsed', (text, value) => {
  expect(openJsonText(text)).toEqual(value);
});

test('a text of a text is opened, to the last one', () => {
  const once = JSON.stringify('[1,"a"]');
  expect(openJsonText(once)).toEqual([1, 'a']);
  expect(openJsonText(JSON.stringify(JSON.stringify(once)))).toEqual([1, 'a']);
});

test('blanks around a list do not matter', () => {
  expect(openJsonText(' [1, 2]\n')).toEqual([1, 2]);
});

test.each([
  '',
  'HOST123',
  '403',
  '{"a":',
  "{'a': ",
  '{not json}',
  '[',
  '"text"',
  '"rules[0]"',
  "['O'Brien']",
  "['never closed]",
  String.raw`['a\d']`,
  String.raw`['\U00110000']`,
  String.raw`['\x4']`,
  "['a', 'b'",
  "{'a'}",
  "('a', 'b')",
])('%p is neither an object nor a list', (text) => {
  expect(openJsonText(text)).toBeUndefined();
});

test('a text of any length is opened', () => {
  expect(openJsonText(`["${'x'.repeat(200_000)}"]`)).toHaveLength(1);
  expect(openJsonText(`['${'x'.repeat(200_000)}']`)).toHaveLength(1);
});

test('texts are opened at any depth, also inside texts that were opened', () => {
  const innermost = JSON.stringify({ deep: ['[1]', 'no [list]'] });
  const value = { list: [innermost, 7, null], text: JSON.stringify([innermost]), same: 'HOST123' };
  expect(openAllTexts(value)).toEqual({
    list: [{ deep: [[1], 'no [list]'] }, 7, null],
    text: [{ deep: [[1], 'no [list]'] }],
    same: 'HOST123',
  });
});

test.each([
  ['a text that opens', '{"a":"[]"}', { a: [] }],
  ['a text that does not', 'HOST123', 'HOST123'],
  ['null', null, null],
  ['nothing', undefined, undefined],
  ['a number', 7, 7],
])('at the top, %s', (_what, value, opened) => {
  expect(openAllTexts(value)).toEqual(opened);
});

test('nesting may be as deep as the sender likes', () => {
  const depth = 100_000;
  expect(openAllTexts(JSON.parse('['.repeat(depth) + ']'.repeat(depth)))).toHaveLength(1);
  expect(openJsonText('{'.repeat(depth))).toBeUndefined();
});
