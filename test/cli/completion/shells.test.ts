import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createProgram } from '../../../lib/cli/command-line';
import { completionScript } from '../../../lib/cli/completion/completion-script';
import { levelsOf } from '../../../lib/cli/completion/grammar';

/** Debian's; `.ci/run` installs them. */
const ZSH = '/usr/bin/zsh';
const FISH = '/usr/bin/fish';

/** Ends a shell that waits for an answer, such as one whose installation it finds unsafe. */
const TIMEOUT_MS = 30_000;

const unused = new PassThrough();
const LEVELS = levelsOf(
  createProgram({ input: unused, output: unused, error: unused }, () => {
    throw new Error('no command is run here');
  }),
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shells-'));
  for (const name of ['notes.csv', 'notes.txt']) writeFileSync(join(folder, name), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(shell: string, args: readonly string[], environment: Readonly<Record<string, string>>): string {
  return execFileSync(shell, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TERM: 'xterm', ...environment },
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
}

/** What fish offers for a line. A description follows each word, behind a tab. */
function offeredByFish(typed: string): string[] {
  const script = join(folder, 'completion.fish');
  writeFileSync(script, completionScript('fish', LEVELS));
  const offered = run(FISH, ['--no-config', '-c', 'source $SCRIPT; complete -C $TYPED'], {
    SCRIPT: script,
    TYPED: typed,
  });
  return wordsOf(offered.replaceAll(/\t.*/g, ''));
}

/**
 * Written in place of a user's own start-up file: loads the script, presses Tab as soon as there is a line to type into,
 * writes down which words zsh finds, and ends.
 */
const ZSHRC = `source $SCRIPT
compadd() {
  emulate -L zsh
  local -a found
  builtin compadd -O found "$@"
  print -rl -- $found >>$FOUND
}
zle-line-init() { BUFFER=$TYPED CURSOR=$#TYPED; zle complete-word; exit }
zle -N zle-line-init
`;

/** What zsh offers for a line, at a terminal of its own. */
function offeredByZsh(typed: string): string[] {
  const [script, found] = [join(folder, 'completion.zsh'), join(folder, 'found')];
  writeFileSync(script, completionScript('zsh', LEVELS));
  writeFileSync(join(folder, '.zshrc'), ZSHRC);
  writeFileSync(found, '');
  run(ZSH, ['-f', '-c', 'zmodload zsh/zpty; zpty shell zsh -i; while zpty -r shell line; do :; done'], {
    ZDOTDIR: folder,
    SCRIPT: script,
    FOUND: found,
    TYPED: typed,
  });
  return wordsOf(readFileSync(found, 'utf8'));
}

function wordsOf(lines: string): string[] {
  return lines
    .split('\n')
    .filter((word) => word !== '')
    .sort();
}

describe.each([
  { shell: 'zsh', path: ZSH, offered: offeredByZsh },
  { shell: 'fish', path: FISH, offered: offeredByFish },
])('completion in $shell', ({ shell, path, offered }) => {
  const isInstalled = existsSync(path);
  if (!isInstalled) process.stderr.write(`SKIPPED, no ${shell} completes words: ${path} is not there.\n`);

  (isInstalled ? test : test.skip).each([
    ['commands', 'netskope-audit r', ['report', 'rewind', 'rules']],
    ['commands below one', 'netskope-audit quarantine sh', ['show']],
    ['them behind options, too', 'netskope-audit --json quarantine sh', ['show']],
    ['what may follow a command', 'netskope-audit policy ', ['analyst', 'deployer', 'operator']],
    ['options of a command', 'netskope-audit tail --e', ['--event', '--exclude']],
    ['options of all commands', 'netskope-audit tail --st', ['--stack', '--state-folder']],
    ['the values of an option', 'netskope-audit tail --output ', ['csv', 'json', 'table']],
    [
      'files where an option takes one',
      'netskope-audit tail --state-folder notes.',
      ['notes.csv', 'notes.txt'],
    ],
    ['nothing where only the operator knows', 'netskope-audit tail --user n', []],
  ])('offers %s: %s', (_what, typed, expected) => {
    expect(offered(typed).filter((word) => !isOption(word, typed))).toEqual(expected);
  });
});

/** Options that a shell offers although none was begun. */
function isOption(word: string, typed: string): boolean {
  return word.startsWith('-') && typed.endsWith(' ');
}
