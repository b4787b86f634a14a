import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const REPOSITORY = join(__dirname, '../../..');

// In a process of its own, because the generators load ES modules, which this test runner cannot.
test('validator, event type and the tables of the documents are up to date with the schema file', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'bin/generate.ts', '--check'],
    { cwd: REPOSITORY, encoding: 'utf8' },
  );
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});
