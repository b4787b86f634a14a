import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkOut } from '../../../lib/tools/bench/other-commit';

let repository: string;
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'netskope-audit-bench-git-'));
  for (const folder of ['lambdas', 'node_modules']) mkdirSync(join(repository, folder));
  for (const file of ['package.json', 'tsconfig.json', 'node_modules/installed', 'lambdas/handler.ts'])
    writeFileSync(join(repository, file), 'committed');
  git('init', '--quiet');
  git('add', 'lambdas', 'package.json', 'tsconfig.json');
  git('commit', '--quiet', '--message', 'first');
  git('tag', 'v1.2.0');
  writeFileSync(join(repository, 'lambdas/handler.ts'), 'changed');
});
afterEach(() => rmSync(repository, { recursive: true }));

function git(...args: string[]): string {
  const author = [
    '-c',
    'user.name=bench',
    '-c',
    'user.email=bench@corp.example',
    '-c',
    'commit.gpgsign=false',
  ];
  return execFileSync('git', [...author, ...args], { cwd: repository, encoding: 'utf8' });
}

test('another commit has its own sources, and the packages that are installed now; the repository stays as it is', () => {
  const before = git('status', '--porcelain');
  const folder = mkdtempSync(join(tmpdir(), 'netskope-audit-bench-other-'));
  try {
    checkOut('v1.2.0', folder, repository);
    expect(readFileSync(join(folder, 'lambdas/handler.ts'), 'utf8')).toBe('committed');
    expect(readFileSync(join(folder, 'node_modules/installed'), 'utf8')).toBe('committed');
    expect(git('status', '--porcelain')).toBe(before);
    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(['v9.9.9', '--all', ''])('a name that is no commit is refused in one line: %j', (ref) => {
  expect(() => checkOut(ref, join(repository, 'other'), repository)).toThrow(
    `${JSON.stringify(ref)} is no commit of this repository; expected a branch, tag or hash`,
  );
});

test('a commit without functions is refused in one line', () => {
  git('rm', '--quiet', '-r', '--cached', 'lambdas');
  git('commit', '--quiet', '--message', 'second');
  expect(() => checkOut('HEAD', join(repository, 'other'), repository)).toThrow(
    `the functions of "HEAD" cannot be read: fatal: pathspec 'lambdas' did not match any files`,
  );
});
