import { visibleJson, visibleLines, visibleText } from '../../lib/format/visible-text';

test('a text from outside cannot move the cursor, change colors or reverse letters', () => {
  expect(visibleText('a\u001b[2Jb')).toBe('a\\u{001b}[2Jb');
  expect(visibleText('a\r\nb\u0007')).toBe('a\\u{000d}\\u{000a}b\\u{0007}');
  expect(visibleText('exe.\u202Etxt')).toBe('exe.\\u{202e}txt');
  expect(visibleText('a\u009bb')).toBe('a\\u{009b}b');
});

test('a text that a person can read stays as it is', () => {
  expect(visibleText('Jürgen – 日本語 🙂')).toBe('Jürgen – 日本語 🙂');
});

describe('lines of the program', () => {
  const PAINTED = '\u001b[1m\u001b[31mbad\u001b[39m\u001b[22m\nnext';

  test('keep their breaks and, where colors are shown, the codes of the styles', () => {
    expect(visibleLines(PAINTED, true)).toBe(PAINTED);
    expect(visibleLines(PAINTED, false)).toBe('\\u{001b}[1m\\u{001b}[31mbad\\u{001b}[39m\\u{001b}[22m\nnext');
  });

  test.each([
    '\u001b[2J',
    '\u001b[8m',
    '\u001b[31;8m',
    '\u001b]0;title\u0007',
    '\u009b2J',
    '\u007f',
    '\r',
    '\t',
    '\u202e',
    '\u2066',
  ])('show %j', (control) => {
    expect(visibleLines(`a${control}b`, true)).not.toMatch(/(?!\n)\p{C}/u);
  });
});

test('JSON for a terminal has the same value', () => {
  const value = { text: 'a\u001b[2J\u009b\u202eb\u{e0001}\n', name: 'Jürgen 🙂' };
  const json = visibleJson(JSON.stringify(value));
  expect(json).not.toMatch(/\p{C}/u);
  expect(json).toContain('Jürgen 🙂');
  expect(JSON.parse(json)).toEqual(value);
});
