import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const REPOSITORY = join(__dirname, '../../..');

let outputFolder: string;

beforeAll(() => {
  outputFolder = mkdtempSync(join(tmpdir(), 'cdk-entry-'));
});

afterAll(() => rmSync(outputFolder, { recursive: true, force: true }));

/**
 * Runs the app of cdk.json as `cdk synth` does: without credentials, and with the context in a variable. Its templates are
 * not validated, which takes most of the time; cdk-nag.test.ts does it.
 */
function synthesize(name: string, context: Readonly<Record<string, unknown>>) {
  const folder = join(outputFolder, name);
  const { status, stderr, pid } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    cwd: REPOSITORY,
    env: {
      PATH: process.env.PATH,
      CDK_OUTDIR: folder,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_VALIDATION: 'false',
    },
    encoding: 'utf8',
  });
  return { status, stderr, pid, folder };
}

function buildsOf(pid: number): string[] {
  return readdirSync(join(REPOSITORY, '.local')).filter((name) => name.includes(`-${pid}-`));
}

describe('bin/app.ts', () => {
  it('builds all functions to the same assets each time, and leaves no build folder behind', () => {
    const [first, second] = ['first', 'second'].map((name) => {
      const { status, folder, pid } = synthesize(name, { alarmEmails: ['soc@example.com'] });
      expect(status).toBe(0);
      expect(buildsOf(pid)).toEqual([]);
      return readdirSync(folder).filter((file) => file.startsWith('asset.'));
    });
    expect(first).toHaveLength(4);
    expect(second).toEqual(first);
  });

  it('fails on a wrong context, with a message but no stack trace', () => {
    const { status, stderr } = synthesize('refused', { sources: [{ id: 'Corp' }] });
    expect(status).toBe(1);
    expect(stderr).toBe(
      'The CDK context (cdk.json) cannot be deployed:\n' +
        '- sources[0].id is "Corp"; expected lower-case letters, digits and hyphens, 40 at most, a letter first\n',
    );
  });
});
