import { visibleText } from '../../lib/cli/visible-text';

test('a text from outside cannot move the cursor, change colours or turn letters round', () => {
  expect(visibleText('a\u001b[2Jb')).toBe('a\\u{001b}[2Jb');
  expect(visibleText('a\r\nb\u0007')).toBe('a\\u{000d}\\u{000a}b\\u{0007}');
  expect(visibleText('exe.\u202Etxt')).toBe('exe.\\u{202e}txt');
  expect(visibleText('a\u009bb')).toBe('a\\u{009b}b');
});

test('a text that a person can read stays as it is', () => {
  expect(visibleText('Jürgen – 日本語 🙂')).toBe('Jürgen – 日本語 🙂');
});
