import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLocalArchive } from '../local-archive-of-a-day';
import { runLocalCli } from '../run-cli';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'detect-local-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('detect --local runs the pack over the archive that npm start has left', async () => {
  const printed = await makeLocalArchive(folder, 300);
  const archived = Number(/^Events archived +(\d+)/m.exec(printed)?.[1]);
  expect(archived).toBeGreaterThan(20);
  const { stdout } = await runLocalCli(folder, 'detect', '--from', '90d', '--untuned', '--json');
  const lines = stdout.trimEnd().split('\n');
  const values = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  // None is left out, although some spell their time otherwise.
  expect(values.at(-1)).toMatchObject({ sourceId: 'netskope', events: archived, unreadableLines: 0 });
  expect(values.at(-1)?.alerts).toBe(values.length - 1);
  expect(values.slice(0, -1).map(({ rule_id: ruleId }) => ruleId)).toContain('admin-account-changed');
});
