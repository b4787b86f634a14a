import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLocalArchive } from '../local-archive-of-a-day';
import { runLocalCli } from '../run-cli';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backfill-local-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('on the archive of npm start, which has no schedule, the command does the work itself, and stores nothing twice', async () => {
  await makeLocalArchive(folder, 300);
  const filed = await runLocalCli(folder, 'backfill', '--from', '2h', '--to', '90m', '--detach');
  expect(filed).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('is open, 0 % done.') as unknown,
  });
  const { exitCode, stdout } = await runLocalCli(folder, 'backfill', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'done', archived: 0 });
});
