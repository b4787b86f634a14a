import { describeError } from '../../../lib/cli/describe-error';
import { OperatorTerminal } from '../operator-terminal';

const QUESTION = { message: 'Domain of the tenant?', option: '--domain <host>' };
const CTRL_C = '\u0003';

describe('a question at a terminal', () => {
  it('is asked on standard error, so that standard output has the result only', async () => {
    const operator = new OperatorTerminal({ isTTY: true });
    const answer = operator.terminal.prompts.ask(QUESTION);
    await operator.answer('corp.goskope.com\r');
    expect(await answer).toBe('corp.goskope.com');
    expect(operator.writtenAsError).toContain('Domain of the tenant?');
    expect(operator.written).toBe('');
  });

  it('shows nothing of a secret', async () => {
    const operator = new OperatorTerminal({ isTTY: true });
    const answer = operator.terminal.prompts.askSecret({ message: 'Token?', option: '--token-file <path>' });
    await operator.answer('a-secret-token\r');
    expect(await answer).toBe('a-secret-token');
    const shown = operator.writtenAsError;
    expect(shown).toContain('Token?');
    expect(shown).not.toMatch(/a-secret-token|\*/);
  });

  it('is asked again if the answer is not what is expected', async () => {
    const operator = new OperatorTerminal({ isTTY: true });
    const validate = (text: string): true | string => text.includes('.') || 'Expected a host name.';
    const answer = operator.terminal.prompts.ask({ ...QUESTION, validate });
    await operator.answer('corp\r');
    let seen = '';
    while (!seen.includes('Expected a host name.')) {
      await new Promise((resolve) => operator.error.once('readable', resolve));
      seen += operator.writtenAsError;
    }
    operator.input.write('.goskope.com\r');
    expect(await answer).toBe('corp.goskope.com');
  });

  it('takes Return as no', async () => {
    const operator = new OperatorTerminal({ isTTY: true });
    const answer = operator.terminal.prompts.confirm({ message: 'Rewind?', option: '--yes' });
    await operator.answer('\r');
    expect(await answer).toBe(false);
  });

  it('gives the chosen value', async () => {
    const operator = new OperatorTerminal({ isTTY: true });
    const choices = [
      { name: 'one', value: 1 },
      { name: 'two', value: 2 },
    ];
    const answer = operator.terminal.prompts.choose({ message: 'Which?', option: '--number' }, choices);
    await operator.answer('\u001b[B\r');
    expect(await answer).toBe(2);
  });

  it('ends the command if Ctrl-C answers it', async () => {
    const operator = new OperatorTerminal({ isTTY: true });
    const answer = operator.terminal.prompts.ask(QUESTION).catch(describeError);
    await operator.answer(CTRL_C);
    expect(await answer).toMatchObject({ what: 'Interrupted.', exitCode: 130 });
  });
});

describe('a question without a terminal', () => {
  it('names the option to give instead, as wrong usage', async () => {
    const { prompts } = new OperatorTerminal({ isTTY: false }).terminal;
    expect(prompts.areAnswered).toBe(false);
    const expected = {
      what: 'There is no terminal to ask: Domain of the tenant?',
      whatToDo: 'Give --domain <host>.',
      exitCode: 2,
    };
    expect(await prompts.ask(QUESTION).catch(describeError)).toEqual(expected);
    expect(await prompts.askSecret(QUESTION).catch(describeError)).toEqual(expected);
    expect(await prompts.confirm(QUESTION).catch(describeError)).toEqual(expected);
    expect(await prompts.choose(QUESTION, []).catch(describeError)).toEqual(expected);
  });
});
