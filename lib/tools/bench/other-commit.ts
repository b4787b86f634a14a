import type { SpawnSyncReturns } from 'node:child_process';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const REPOSITORY = join(__dirname, '../../..');

/** What the functions are built from. */
const SOURCES = ['lambdas', 'package.json', 'tsconfig.json'];

/** More than all sources of the functions. */
const MAX_ARCHIVE_BYTES = 1e9;

/**
 * Writes the sources of the functions as they were at a commit. Packages are those that are installed now.
 * @param ref as Git reads it: a branch, a tag, `HEAD~3`, a hash
 * @param folder is created
 * @param repository has the commit, and `node_modules/`
 * @throws Error of one line if there is no such commit, or it has no such sources
 */
export function checkOut(ref: string, folder: string, repository = REPOSITORY): void {
  const run = (program: string, args: readonly string[], input?: Buffer): SpawnSyncReturns<Buffer> =>
    spawnSync(program, args, { cwd: repository, input, maxBuffer: MAX_ARCHIVE_BYTES });
  const verified = run('git', ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  if (verified.status !== 0)
    throw new Error(`${JSON.stringify(ref)} is no commit of this repository; expected a branch, tag or hash`);
  const commit = verified.stdout.toString('utf8').trim().split('\n').at(-1) ?? '';
  const archived = run('git', ['archive', '--format=tar', commit, ...SOURCES]);
  if (archived.status !== 0)
    throw new Error(`the functions of ${JSON.stringify(ref)} cannot be read: ${firstLine(archived.stderr)}`);
  mkdirSync(folder, { recursive: true });
  const unpacked = run('tar', ['-x', '-C', folder], archived.stdout);
  if (unpacked.status !== 0)
    throw new Error(
      `the functions of ${JSON.stringify(ref)} cannot be unpacked: ${firstLine(unpacked.stderr)}`,
    );
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
}

function firstLine(output: Buffer): string {
  return output.toString('utf8').split('\n')[0] ?? '';
}
