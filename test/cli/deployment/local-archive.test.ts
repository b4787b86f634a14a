import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLocalArchive } from '../local-archive-of-a-day';
import { runLocalCli } from '../run-cli';

const REPOSITORY = join(__dirname, '../../..');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-archive-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the program of npx from source, as a process of its own: the other command lines run in this one. */
function npx(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const { PATH } = process.env;
  return new Promise((resolve) => {
    const command = ['bin/netskope-audit.mjs', ...args, '--local', '--state-folder', folder];
    execFile(process.execPath, command, { cwd: REPOSITORY, env: { PATH } }, (error, stdout, stderr) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

const cli = (...args: string[]) => runLocalCli(folder, ...args);

describe('--local', () => {
  it('says that there is no archive yet, and how to make one', async () => {
    const { exitCode, stdout, stderr } = await cli('status');
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toMatch(/^✗ There is no archive in .*: run npm start first\.\n/);
  });

  it('shows the archive that npm start has left', async () => {
    await makeLocalArchive(folder, 300);
    const status = await npx('status', '--json');
    expect({ exitCode: status.exitCode, stderr: status.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { sources } = JSON.parse(status.stdout) as {
      sources: readonly { sourceId: string; state: string }[];
    };
    expect(sources.map(({ sourceId, state }) => [sourceId, state])).toEqual([['netskope', 'caught up']]);
    const tail = await cli('tail', '-n', '3');
    expect(tail.stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(tail.stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC {2}\S+@?\S* +\S/);
  });

  it('is checked by doctor, which reports nothing as broken that only a deployment has', async () => {
    const { exitCode, stdout } = await cli('doctor', '--send-test-alert');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('! alarms            On this machine nothing watches a source.');
    expect(stdout).toContain('– subscriptions     Not checked, because of the alarms.');
    expect(stdout).toContain('! alert topic       On this machine nobody is notified of an alert.');
    expect(stdout).toContain('– test alert        Not checked, because of the alert topic.');
    expect(stdout).toContain('✓ Nothing is broken.');
  });

  it('is verified as its files lie there: an altered byte and a copied-in file are named', async () => {
    expect(await cli('verify', '--chain')).toMatchObject({ exitCode: 0 });
    const [altered = '', copied = ''] = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /s3\/[^/]+\/netskope_audit\/.*\.ndjson\.gz$/.test(path))
      .map((path) => join(folder, path));
    const bytes = readFileSync(altered);
    bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
    writeFileSync(altered, bytes);
    cpSync(copied, `${copied}.ndjson.gz`);
    const { exitCode, stdout } = await cli('verify', '--chain', '--json');
    expect(exitCode).toBe(3);
    const [first, second] = stdout.split('\n').map((line) => JSON.parse(line || '{}') as unknown);
    expect([first, second]).toMatchObject([
      { finding: 'altered', key: altered.replace(/.*\/netskope_audit\//, 'netskope_audit/') },
      {
        finding: 'unlisted',
        key: `${copied.replace(/.*\/netskope_audit\//, 'netskope_audit/')}.ndjson.gz`,
        detail: 'no line lists it',
      },
    ]);
  });
});
