import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmStart } from '../../end-to-end/npm-start';
import { runLocalCli } from '../run-cli';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'detect-local-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('detect --local runs the pack over the archive that npm start has left', async () => {
  await npmStart({ args: ['--state-folder', folder, '--seed', '7', '--events', '300'] });
  const { stdout } = await runLocalCli(folder, 'detect', '--from', '90d', '--untuned', '--json');
  const lines = stdout.trimEnd().split('\n');
  const values = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  // None of the 300 is in quarantine, although some spell their time otherwise.
  expect(values.at(-1)).toMatchObject({ sourceId: 'netskope', events: 300, unreadableLines: 0 });
  expect(values.at(-1)?.alerts).toBe(values.length - 1);
  expect(values.slice(0, -1).map(({ rule_id: ruleId }) => ruleId)).toContain('admin-account-changed');
});
