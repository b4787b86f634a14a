import { tableText } from '../../../lib/cli/terminal/table';

const COLUMNS = [
  { title: 'time' },
  { title: 'events', align: 'right' },
  { title: 'alert' },
  { title: 'headline' },
] as const;
const ROW = [
  '2026-11-22 09:00:00',
  '1,234',
  'many-deletes-20261122',
  'Many objects deleted by ann@example.com',
];

/** The lines of a table with one row, titles left out. */
function rowAt(width: number, row: readonly string[] = ROW): string[] {
  return tableText(COLUMNS, [row], width)
    .split('\n')
    .filter((line) => !/^(time|\s*headline)/.test(line));
}

test('a table that fits is as wide as it needs to be', () => {
  expect(tableText(COLUMNS, [ROW], 100)).toBe(
    [
      'time                 events  alert                  headline',
      '2026-11-22 09:00:00   1,234  many-deletes-20261122  Many objects deleted by ann@example.com',
    ].join('\n'),
  );
});

test('a narrower terminal breaks the widest column between words', () => {
  expect(rowAt(80)).toEqual([
    '2026-11-22 09:00:00   1,234  many-deletes-20261122  Many objects deleted by',
    '                                                    ann@example.com',
  ]);
});

test('then the others, and a text within a word before an id', () => {
  const row = [
    '2026-11-22 09:00:00',
    '5',
    'failed-logins-of-many-users-20261122',
    'by annabelle.lee@example.com',
  ];
  expect(rowAt(74, row)).toEqual([
    '2026-11-22       5  failed-logins-of-many-users-20261122  by annabelle.lee',
    '09:00:00                                                  @example.com',
  ]);
});

test('an id is broken where nothing else helps: no line is wider than the terminal', () => {
  const row = ['2026-11-22 09:00:00', '5', 'f'.repeat(60), 'by annabelle.lee@example.com'];
  const lines = rowAt(80, row);
  expect(lines.map((line) => line.length <= 80)).toEqual([true, true]);
  expect(lines.map((line) => /f+/.exec(line)?.[0].length)).toEqual([42, 18]);
});

test('a style goes on in the next line, and takes no room', () => {
  const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
  expect(tableText([{ title: 'state' }, { title: 'x' }], [[red('waiting for credentials'), 'y']], 14)).toBe(
    ['state        x', `${red('waiting for')}  y`, red('credentials')].join('\n'),
  );
});
