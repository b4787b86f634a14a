import { readCommand } from '../../../lib/tools/transcripts/play-page';
import {
  consoleBlock,
  readSteps,
  readTranscripts,
  withTranscripts,
} from '../../../lib/tools/transcripts/screenplay';

const PAGE = [
  'Prose.',
  '<!-- transcript: status -->',
  '',
  'old',
  '',
  '<!-- end -->',
  '<!-- meanwhile: a day of scheduled runs -->',
  '<!-- transcript: tail netskope -n 5 -->',
  '<!-- end -->',
  'More prose.',
].join('\n');

describe('a page with markers', () => {
  test('is read as its steps, in order', () => {
    expect(readSteps(PAGE)).toEqual([
      { kind: 'transcript', command: 'status' },
      { kind: 'meanwhile', event: 'a day of scheduled runs' },
      { kind: 'transcript', command: 'tail netskope -n 5' },
    ]);
  });

  test('gets new transcripts and keeps everything that was written by hand', () => {
    const page = withTranscripts(PAGE, ['one', 'two']);
    expect(page).toBe(
      [
        'Prose.',
        '<!-- transcript: status -->',
        '',
        'one',
        '',
        '<!-- end -->',
        '<!-- meanwhile: a day of scheduled runs -->',
        '<!-- transcript: tail netskope -n 5 -->',
        '',
        'two',
        '',
        '<!-- end -->',
        'More prose.',
      ].join('\n'),
    );
    expect(withTranscripts(page, ['one', 'two'])).toBe(page);
    expect(readTranscripts(page).map(({ transcript }) => transcript.trim())).toEqual(['one', 'two']);
  });

  test('is refused if a transcript has no end, because the prose after it would be overwritten', () => {
    const page = PAGE.replace('<!-- end -->\n', '');
    expect(() => readSteps(page)).toThrow(
      'The marker "<!-- transcript: status -->" is not followed by <!-- end -->.',
    );
  });
});

describe('a transcript', () => {
  test('shows the command as typed, its output, and an exit code that is not 0', () => {
    expect(
      consoleBlock({ typed: 'npx --no -- netskope-audit status', output: 'one\n  two\n', exitCode: 0 }),
    ).toBe('```console\n$ npx --no -- netskope-audit status\none\n  two\n```');
    expect(consoleBlock({ typed: 'npx --no -- netskope-audit doctor', output: '✗ bad\n', exitCode: 3 })).toBe(
      '```console\n$ npx --no -- netskope-audit doctor\n✗ bad\n$ echo $?\n3\n```',
    );
  });

  test('is 110 columns wide at most: a long line continues below, at a space if there is one', () => {
    const long = `${'a'.repeat(60)} ${'b'.repeat(60)} ${'c'.repeat(130)}`;
    const typed = `npx --no -- netskope-audit setup ${'x'.repeat(70)} --token-file -`;
    expect(consoleBlock({ typed, output: long, exitCode: 0 }).split('\n')).toEqual([
      '```console',
      `$ npx --no -- netskope-audit setup ${'x'.repeat(70)} \\`,
      '    --token-file -',
      'a'.repeat(60),
      'b'.repeat(60),
      'c'.repeat(110),
      'c'.repeat(20),
      '```',
    ]);
  });

  test('of a command that reads the token from a pipe shows where it comes from, and never the token', () => {
    const { args, stdin, typed } = readCommand('pass show netskope | setup netskope --token-file -');
    expect(args).toEqual(['setup', 'netskope', '--token-file', '-']);
    expect(typed).toBe('pass show netskope | npx --no -- netskope-audit setup netskope --token-file -');
    expect(stdin).toMatch(/^[0-9a-f]{32}$/);
    expect(() => readCommand('pass show other | setup')).toThrow('There is no password other');
  });
});
