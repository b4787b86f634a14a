import { execFileSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { Argument, Command, Option } from 'commander';
import { createProgram } from '../../../lib/cli/command-line';
import type { Shell } from '../../../lib/cli/completion/completion-script';
import { completionScript } from '../../../lib/cli/completion/completion-script';
import { levelsOf } from '../../../lib/cli/completion/grammar';
import { runCli } from '../run-cli';

const unused = new PassThrough();
const PROGRAM = createProgram({ input: unused, output: unused, error: unused }, () => {
  throw new Error('no command is run here');
});

/** What bash offers behind these words; the last one is being typed. */
function offeredBy(script: string, ...words: string[]): string[] {
  const complete =
    'eval "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _complete_netskope; printf "%s\\n" "${COMPREPLY[@]}"';
  const reply = execFileSync('bash', ['-c', complete, script, 'netskope-audit', ...words], {
    encoding: 'utf8',
  });
  return reply.split('\n').filter((word) => word !== '');
}

const offered = (...words: string[]): string[] =>
  offeredBy(completionScript('bash', levelsOf(PROGRAM)), ...words);

describe('completion in bash', () => {
  test('offers the commands that begin with what is typed', () => {
    expect(offered('r')).toEqual(['report', 'rules', 'rewind']);
  });

  test('offers the commands below one, and what may follow them, wherever options stand', () => {
    expect(offered('quarantine', '')).toEqual(expect.arrayContaining(['list', 'show', 'redrive']));
    expect(offered('--json', 'quarantine', 'sh')).toEqual(['show']);
    expect(offered('policy', '')).toEqual(expect.arrayContaining(['operator', 'analyst', 'deployer']));
  });

  test('offers the options of a command and those of all', () => {
    expect(offered('tail', '--e')).toEqual(['--event', '--exclude']);
    expect(offered('tail', '--st')).toEqual(['--stack', '--state-folder']);
  });

  test('offers the values of an option if they are known, and nothing else if not', () => {
    expect(offered('alerts', 'list', '--severity', '')).toEqual([
      'info',
      'low',
      'medium',
      'high',
      'critical',
    ]);
    expect(offered('tail', '--user', '')).toEqual([]);
    expect(offered('tail', '--state-folder', 'package-l')).toEqual(['package-lock.json']);
  });
});

describe('the script', () => {
  const small = new Command('small')
    .addOption(new Option('--form <form>', "how; it's shown").choices(['table', 'json']))
    .option('--file <path>', 'from where');
  small
    .command('go')
    .description('goes. Or not')
    .addArgument(new Argument('<where>', 'which way').choices(['up', 'down']))
    .option('-n, --number <count>', 'how often');
  const scriptFor = (shell: Shell): string => completionScript(shell, levelsOf(small));

  test('for fish has a line for each word and option, with its description', () => {
    const at = (path: string): string => `complete -c netskope-audit -n '__netskope_is_at "${path}"'`;
    expect(scriptFor('fish').split('\n').slice(7)).toEqual([
      'complete -c netskope-audit -f',
      `${at('')} -a go -d 'goes'`,
      `${at('')} -l form -x -a 'table json' -d 'how'`,
      `${at('')} -l file -r -F -d 'from where'`,
      `${at('')} -l help -s h -d 'display help for command'`,
      `${at('/go')} -a up -d 'which way'`,
      `${at('/go')} -a down -d 'which way'`,
      `${at('/go')} -l number -s n -x -d 'how often'`,
      `${at('/go')} -l help -s h -d 'display help for command'`,
    ]);
  });

  test('for zsh is the one for bash, behind what lets zsh read it', () => {
    const [compinit, bashcompinit, ...rest] = scriptFor('zsh').split('\n');
    expect(compinit).toBe('(( $+functions[compdef] )) || { autoload -U compinit && compinit; }');
    expect(bashcompinit).toBe('autoload -U bashcompinit && bashcompinit');
    expect(rest.join('\n')).toBe(scriptFor('bash'));
  });

  test('is printed by the command, which finds no deployment and asks nobody', async () => {
    const { exitCode, stdout, stderr } = await runCli({
      args: ['completion', 'bash'],
      environment: {},
      nowMs: 0,
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(offeredBy(stdout, 'comp')).toEqual(['completion']);
  });
});
