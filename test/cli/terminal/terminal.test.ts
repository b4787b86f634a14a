import { OperatorTerminal } from '../operator-terminal';

const FAILURE = { what: 'The door is locked.', whatToDo: 'Unlock it.', exitCode: 1 } as const;

describe('a terminal', () => {
  it('prints lines and tables for a person, and no JSON', () => {
    const { terminal, ...operator } = operatorAt({});
    terminal.print('Two rooms.');
    terminal.table(
      [{ title: 'room' }, { title: 'doors', align: 'right' }],
      [
        ['hall', '12'],
        ['cellar', '1'],
      ],
    );
    terminal.json({ rooms: 2 });
    expect(operator.written()).toBe('Two rooms.\nroom    doors\nhall       12\ncellar      1\n');
  });

  it('prints JSON for a program, one value per line, and no line for a person', () => {
    const { terminal, ...operator } = operatorAt({ form: 'json' });
    terminal.print('Two rooms.');
    terminal.printMarked('good', 'all closed');
    terminal.table([{ title: 'room' }], [['hall']]);
    terminal.json({ rooms: 2 });
    terminal.jsonText('{"id": 9007199254740993}');
    expect(operator.written()).toBe('{"rooms":2}\n{"id": 9007199254740993}\n');
  });

  it('prints a result that is JSON for a person as well', () => {
    for (const form of ['table', 'json'] as const) {
      const { terminal, ...operator } = operatorAt({ form });
      terminal.jsonResult('{"rooms":2}');
      expect(operator.written()).toBe('{"rooms":2}\n');
    }
  });

  it('has colors only at a terminal, and only if they are wanted', () => {
    const printed = (options: { isTTY: boolean; wantsColor: boolean }): string => {
      const { terminal, ...operator } = operatorAt(options);
      terminal.printMarked('good', 'closed');
      terminal.printMarked('bad', 'open');
      terminal.printMarked('note', 'ajar');
      return operator.written();
    };
    expect(printed({ isTTY: true, wantsColor: true })).toBe(
      '\u001b[32m✓\u001b[39m closed\n\u001b[31m✗\u001b[39m open\n\u001b[33m!\u001b[39m ajar\n',
    );
    expect(printed({ isTTY: true, wantsColor: false })).toBe('✓ closed\n✗ open\n! ajar\n');
    expect(printed({ isTTY: false, wantsColor: true })).toBe('✓ closed\n✗ open\n! ajar\n');
  });

  it('says what went wrong and what to do on standard error, in words or as JSON', () => {
    const person = operatorAt({});
    person.terminal.fail(FAILURE);
    expect(person.writtenAsError()).toBe('✗ The door is locked.\n  Unlock it.\n');
    expect(person.written()).toBe('');
    const program = operatorAt({ form: 'json' });
    program.terminal.fail(FAILURE);
    expect(program.writtenAsError()).toBe(
      '{"error":{"what":"The door is locked.","whatToDo":"Unlock it.","exitCode":1}}\n',
    );
    expect(program.written()).toBe('');
  });
});

describe('progress', () => {
  it('is a line in a log for every tenth of the work and every half minute', () => {
    let nowMs = 0;
    const { terminal, ...operator } = operatorAt({ nowMs: () => nowMs });
    const progress = terminal.progress({ title: 'backfill netskope', total: 200 });
    progress.update(10, '5 events/s');
    expect(operator.writtenAsError()).toBe('');
    progress.update(20, '5 events/s');
    expect(operator.writtenAsError()).toBe('backfill netskope 10 %, 5 events/s\n');
    nowMs = 29_999;
    progress.update(22);
    expect(operator.writtenAsError()).toBe('');
    nowMs = 30_000;
    progress.update(23);
    expect(operator.writtenAsError()).toBe('backfill netskope 11 %\n');
    progress.stop();
    expect(operator.written()).toBe('');
  });

  it('is a bar at a terminal, which is left in order when the command ends', () => {
    const { terminal, ...operator } = operatorAt({ isTTY: true });
    terminal.progress({ title: 'backfill netskope', total: 200 }).update(100, '5 events/s');
    terminal.close();
    const shown = operator.writtenAsError();
    expect(shown).toContain('backfill netskope ████████████████████░░░░░░░░░░░░░░░░░░░░ 50 % 5 events/s');
    expect(shown).toMatch(/\u001b\[\?25h/);
  });
});

function operatorAt(options: ConstructorParameters<typeof OperatorTerminal>[0]) {
  const operator = new OperatorTerminal(options);
  return {
    terminal: operator.terminal,
    written: () => operator.written,
    writtenAsError: () => operator.writtenAsError,
  };
}
