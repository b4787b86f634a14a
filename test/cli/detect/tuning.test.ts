import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deletes, DetectedArchive, eventAt } from './detected-archive';

let archive: DetectedArchive;
let folder: string;

/** A file like cdk.json. @returns its path */
function settingsFile(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function tuned(name: string, detection: unknown): string {
  return settingsFile(name, { app: 'npx tsx bin/app.ts', context: { sources: [], detection } });
}

function tunedAs(detection: unknown): string {
  return JSON.stringify({ context: { detection } });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'detect-'));
  archive = await DetectedArchive.start();
  await archive.store([
    ...deletes(61, 12, {
      user: 'bob@corp.example',
      supporting_data: { data_type: 'tag', data_values: ['Test A'] },
    }),
    eventAt(80, { audit_log_event: 'Deleted x', user: 'redacted', ur_normalized: 'redacted' }),
  ]);
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await archive.stop();
});

describe('the tuning', () => {
  const DELETES = ['netskope', '--rule', 'many-deletes'];

  it('is taken from the settings file, which is named', async () => {
    const file = tuned('threshold.json', {
      enabled: false,
      alertEmails: ['soc@corp.example'],
      rules: { 'many-deletes': { threshold: 12, severity: 'low' }, 'policy-weakened': { enabled: false } },
    });
    const { stdout } = await archive.detect('netskope', '--settings', file);
    expect(stdout).toMatch(/^2026-11-22 01:01:00 {2}low +many-deletes +bob@corp\.example +- +12 {2}Deleted/m);
    expect(stdout).toMatch(/^many-deletes +12 +13 +0 +0 +1$/m);
    expect(stdout).not.toMatch(/^policy-weakened/m);
    expect(stdout).toContain(
      `\nTuned by context.detection of ${file}, which leaves detection out of the deployment. Switched off: policy-weakened.\n`,
    );
  });

  it('counts what it excludes', async () => {
    const file = tuned('exclusion.json', { exclude: [{ user: 'BOB@corp.example' }] });
    const { stdout } = await archive.detect(...DELETES, '--settings', file);
    expect(stdout).toMatch(/^many-deletes +10 +1 +12 +0 +0$/m);
  });

  it('excludes by wildcard and object, up to the last day', async () => {
    const exclusion = { user: '*@CORP.example', object: 'test *', because: 'clean-up' };
    const inTime = tuned('in-time.json', { exclude: [{ ...exclusion, until: '2026-11-22' }] });
    const { stdout: excluded } = await archive.detect(...DELETES, '--settings', inTime);
    expect(excluded).toMatch(/^many-deletes +10 +1 +12 +0 +0$/m);
    const expired = tuned('expired.json', { exclude: [{ ...exclusion, until: '2026-11-21' }] });
    const { stdout: counted } = await archive.detect(...DELETES, '--settings', expired);
    expect(counted).toMatch(/^many-deletes +10 +13 +0 +0 +1$/m);
  });

  it('does not disable a rule that is named with --rule', async () => {
    const file = tuned('off.json', { rules: { 'many-deletes': { enabled: false, threshold: 11 } } });
    const { stdout } = await archive.detect(...DELETES, '--settings', file);
    expect(stdout).toMatch(/^many-deletes +11 +13 +0 +0 +1$/m);
  });

  it('leaves the pack untuned if the file says nothing about detection', async () => {
    const file = settingsFile('silent.json', { context: {} });
    const { stdout } = await archive.detect(...DELETES, '--settings', file);
    expect(stdout).toContain(`\nThe pack as it comes: ${file} has no context.detection.\n`);
  });

  it('is refused with all of its problems', async () => {
    const file = tuned('wrong.json', { rules: { 'many-deletes': { threshold: 0 } }, exclude: [{}] });
    const { exitCode, stdout, stderr } = await archive.detect(...DELETES, '--settings', file);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toBe(
      [
        `✗ The context of ${file} is wrong:`,
        '  - detection.rules.many-deletes.threshold is 0; expected an integer from 1 to 100',
        '  - detection.exclude[0] is {}; expected an object with at least one of user, address, event, object and apiPath',
        '  Put it right, or try the pack as it comes with --untuned.',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['a list instead of an object', tunedAs([]), 'The context of FILE is wrong:'],
    ['no JSON', '{', 'FILE is no JSON; expected a file like cdk.json.'],
    ['JSON, but no object', '7', 'FILE is no JSON object; expected a file like cdk.json.'],
  ])('is refused if the file contains %s', async (_, content, what) => {
    const file = settingsFile('unfit.json', content);
    const { exitCode, stderr } = await archive.detect(...DELETES, '--settings', file);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`✗ ${what.replace('FILE', file)}\n`);
  });

  it('is refused if the named file does not exist', async () => {
    const { exitCode, stderr } = await archive.detect(...DELETES, '--settings', '/nowhere/cdk.json');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr:
        '✗ /nowhere/cdk.json cannot be read: ENOENT.\n  Name the right file with --settings, or try the pack as it comes with --untuned.\n',
    });
  });
});
