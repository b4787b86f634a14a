import { csvLine } from '../../../lib/cli/terminal/csv';
import { outputFormOf } from '../../../lib/cli/terminal/options';
import { OperatorTerminal } from '../operator-terminal';

const ROOMS = [{ title: 'room' }, { title: 'doors' }] as const;

describe('a line of CSV', () => {
  test.each([
    ['texts', ['hall', 'upper cellar'], 'hall,upper cellar'],
    [
      'a separator or a quote within quotes',
      ['hall, left', 'the "blue" one'],
      '"hall, left","the ""blue"" one"',
    ],
    ['a count as digits, and nothing as nothing', [1234567, -3, undefined, ''], '1234567,-3,,'],
    ['the value of a cell that is shown otherwise', [{ shown: '2 h ago', value: 7200 }], '7200'],
    [
      'a character that would end the line, or move the cursor, as its code point',
      ['a\r\nb\u001b[2J'],
      'a\\u{000d}\\u{000a}b\\u{001b}[2J',
    ],
  ])('has %s', (_, cells, line) => {
    expect(csvLine(cells)).toBe(`${line}\r\n`);
  });

  test.each([
    ['=HYPERLINK(A1)', "'=HYPERLINK(A1)"],
    ['+49 30', "'+49 30"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    [' =1+1', "' =1+1"],
    ['＝1＋1', "'＝1＋1"],
    ['\t=1+1', '\\u{0009}=1+1'],
    ['ann;=1+1', "ann;'=1+1"],
    ['"=1+1', '"""=1+1"'],
    [',=1+1', '",=1+1"'],
    ['a=b', 'a=b'],
    ['mallory@corp.example', 'mallory@corp.example'],
    ["'", "'"],
  ])('keeps the text %j from being a formula: %s', (text, cell) => {
    expect(csvLine([text])).toBe(`${cell}\r\n`);
    expect(csvLine([{ shown: 'cut', value: text }])).toBe(`${cell}\r\n`);
  });
});

describe('a terminal for CSV', () => {
  it('prints the table alone, with whole values, without the sums, and without colors', () => {
    const { terminal, ...operator } = operatorAt(true);
    terminal.print('Two rooms.');
    terminal.printMarked('good', 'all closed');
    terminal.table(
      ROOMS,
      [
        [{ shown: 'ha…', value: 'hall' }, 1200],
        [terminal.colors.red('cellar'), 1],
      ],
      [['total', 1201]],
    );
    terminal.json({ rooms: 2 });
    expect(operator.written()).toBe('room,doors\r\nhall,1200\r\ncellar,1\r\n');
  });

  it('has the titles of the first table even without rows, and nothing of a table with others', () => {
    const { terminal, ...operator } = operatorAt();
    terminal.table(ROOMS, []);
    terminal.table([{ title: 'window' }], [['north']]);
    terminal.table([{ title: 'room' }, { title: 'doors' }], [['hall', 2]]);
    expect(operator.written()).toBe('room,doors\r\nhall,2\r\n');
  });

  it('tells on standard error what is wrong or worth noting, and errors as text', () => {
    const { terminal, ...operator } = operatorAt();
    terminal.printMarked('note', 'One is ajar.');
    terminal.printMarked('bad', 'One is open.\u001b[2J');
    terminal.fail({ what: 'The door is locked.', whatToDo: 'Unlock it.', exitCode: 1 });
    expect(operator.written()).toBe('');
    expect(operator.writtenAsError()).toBe(
      '! One is ajar.\n✗ One is open.\\u{001b}[2J\n✗ The door is locked.\n  Unlock it.\n',
    );
  });

  function operatorAt(isTTY = false) {
    const operator = new OperatorTerminal({ form: 'csv', isTTY });
    return {
      terminal: operator.terminal,
      written: () => operator.written,
      writtenAsError: () => operator.writtenAsError.replaceAll(/\u001b\[\d+m/g, ''),
    };
  }
});

test('a table for a person has a dash where there is nothing, separators in counts, and the sums at its end', () => {
  const operator = new OperatorTerminal();
  operator.terminal.csv(ROOMS, [['attic', 0]]);
  operator.terminal.table(
    ROOMS,
    [
      [{ shown: 'ha…', value: 'hall' }, 1200],
      ['cellar', undefined],
    ],
    [['total', 1200]],
  );
  operator.terminal.table(ROOMS, [], [['total', 0]]);
  expect(operator.written).toBe('room    doors\nha…     1,200\ncellar  -\ntotal   1,200\n');
});

test.each([
  [['status'], 'table'],
  [['status', '--json'], 'json'],
  [['--output', 'csv', 'status'], 'csv'],
  [['status', '--output=json'], 'json'],
  [['status', '--output', 'csv', '--output', 'table'], 'table'],
  [['status', '--output', 'cvs'], 'table'],
  [['status', '--output'], 'table'],
] as const)('%j asks for the form %s', (args, form) => {
  expect(outputFormOf(args)).toBe(form);
});
