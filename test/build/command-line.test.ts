import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const REPOSITORY = join(__dirname, '../..');

let checkout: string;

/** A checkout whose command line prints one word. */
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'checkout-'));
  for (const path of ['bin/netskope-audit.mjs', 'lib/build/command-line.cjs'])
    cpSync(join(REPOSITORY, path), join(checkout, path), { recursive: true });
  for (const path of ['package.json', 'package-lock.json', 'lambdas/empty.ts']) write(path, '{}');
  write('bin/netskope-audit.ts', "import { word } from '../lib/word';\nconsole.log(word);");
  symlinkSync(join(REPOSITORY, 'node_modules'), join(checkout, 'node_modules'));
});
afterEach(() => rmSync(checkout, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), text);
}

function start(...args: string[]): string {
  const starter = join(checkout, 'bin/netskope-audit.mjs');
  return execFileSync(process.execPath, [starter, ...args], { encoding: 'utf8', cwd: checkout });
}

const bundles = (): string[] => readdirSync(join(checkout, '.local/command-line'));

test('the command line of a checkout is bundled once, and again when a source has changed', () => {
  write('lib/word.ts', "export const word: string = 'one';");
  expect([start(), start()]).toEqual(['one\n', 'one\n']);
  expect(bundles()).toHaveLength(1);
  write('lib/word.ts', "export const word: string = 'second';");
  expect(start()).toBe('second\n');
  expect(bundles()).toHaveLength(2);
});

test('a bundle that is more than a day old is removed with the next one', () => {
  write('lib/word.ts', "export const word: string = 'one';");
  start();
  const [old = ''] = bundles();
  utimesSync(join(checkout, '.local/command-line', old), 0, 0);
  write('lib/word.ts', "export const word: string = 'second';");
  start();
  expect(bundles()).toHaveLength(1);
  expect(bundles()).not.toContain(old);
});

test('the sources themselves run for the archive of npm start, which is in no bundle', () => {
  write('lib/word.ts', 'export const word: string = __filename.slice(-7);');
  expect(start('--local')).toBe('word.ts\n');
});

test('the sources themselves run where no bundle can be written', () => {
  write('lib/word.ts', "export const word: string = 'one';");
  write('.local/command-line', 'a file in the way');
  expect(start()).toBe('one\n');
});
