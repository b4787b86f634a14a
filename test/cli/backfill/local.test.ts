import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmStart } from '../../end-to-end/npm-start';
import type { CliEnd } from '../cli-process';

const REPOSITORY = join(__dirname, '../../..');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backfill-local-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the program of npx from source, on the archive that npm start has left. */
function cli(...args: string[]): Promise<CliEnd> {
  const command = ['bin/netskope-audit.mjs', ...args, '--local', '--state-folder', folder];
  const options = { cwd: REPOSITORY, env: { PATH: process.env.PATH } };
  return new Promise((resolve) => {
    execFile(process.execPath, command, options, (error, stdout, stderr) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

test('on the archive of npm start, which has no schedule, the command does the work itself, and stores nothing twice', async () => {
  await npmStart({ args: ['--state-folder', folder, '--seed', '7', '--events', '300'] });
  const filed = await cli('backfill', '--from', '2h', '--to', '90m', '--detach');
  expect(filed).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('is open, 0 % done.') as unknown,
  });
  const { exitCode, stdout } = await cli('backfill', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'done', archived: 0 });
});
