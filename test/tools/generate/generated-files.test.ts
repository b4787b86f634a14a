import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const REPOSITORY = join(__dirname, '../../..');

// In a process of its own, for the generators load ES modules, which this test runner does not.
test('validator, event type and the tables of the documents are what the schema file makes of them', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'bin/generate.ts', '--check'],
    { cwd: REPOSITORY, encoding: 'utf8' },
  );
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});
