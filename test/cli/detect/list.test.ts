import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);
const COMMAND = join(__dirname, '../../../bin/netskope-audit.mjs');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'detect-list-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `detect --list` in the folder, without any AWS. */
async function list(...args: string[]): Promise<string> {
  const { PATH } = process.env;
  const command = [COMMAND, 'detect', '--list', ...args];
  return (await execFileAsync(process.execPath, command, { cwd: folder, env: { PATH, COLUMNS: '200' } }))
    .stdout;
}

describe('detect --list', () => {
  it('shows every rule with severity, threshold, window and its place in MITRE ATT&CK', async () => {
    const stdout = await list();
    const [titles, ...lines] = stdout.split('\n');
    expect(titles).toMatch(/^rule +title +severity +threshold +window +MITRE ATT&CK$/);
    // What does not fit goes on in a further line, without a name.
    const names = lines.flatMap((line) => /^[a-z-]+/.exec(line)?.[0] ?? []);
    expect(names).toEqual([
      'access-settings-changed',
      'action-from-new-address',
      'admin-account-changed',
      'admin-logged-out-after-failures',
      'admin-password-changed',
      'audit-trail-cleared',
      'client-disabled',
      'configuration-changed-by-api',
      'default-action-changed',
      'failed-logins-all-day',
      'failed-logins-by-address',
      'failed-logins-by-user',
      'failed-logins-from-many-networks',
      'failed-logins-of-many-users',
      'inspection-bypassed',
      'log-streaming-changed',
      'login-after-failures',
      'login-after-others-failed',
      'many-api-writes',
      'many-deletes',
      'netskope-personnel-action',
      'netskope-personnel-changed-admin',
      'netskope-severity-high',
      'netskope-support-access-changed',
      'new-kind-of-action',
      'policy-weakened',
      'protection-disabled',
      'rest-api-token-enabled',
      'unauthorised-api-calls',
    ]);
    expect(stdout).toMatch(
      /^action-from-new-address .* medium +new +60 min {2}TA0001:T1078\.004 Cloud Accounts$/m,
    );
    expect(stdout).toMatch(/^admin-account-changed .* by event +1 +60 min /m);
    expect(lines.slice(-3)).toEqual(['', 'The pack as it comes: there is no cdk.json here.', '']);
  });

  it('shows the rules as cdk.json in this folder tunes them', async () => {
    const rules = {
      'many-deletes': { threshold: 30, severity: 'low' },
      'policy-weakened': { enabled: false },
    };
    writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ context: { detection: { rules } } }));
    const stdout = await list();
    expect(stdout).toMatch(/^many-deletes .* low +30 +60 min /m);
    expect(stdout).toMatch(/^policy-weakened .* off +1 +60 min /m);
    expect(stdout).toMatch(/\nTuned by context\.detection of cdk\.json\. Switched off: policy-weakened\.\n$/);
    expect(await list('--rule', 'many-deletes')).not.toContain('policy-weakened');
    expect(await list('--untuned', '--rule', 'many-deletes')).toMatch(/^many-deletes .* high +10 +60 min /m);
  });

  it('prints with --json the requested rules, one per line', async () => {
    const lines = (await list('--json', '--rule', 'many-deletes', '--rule', 'action-from-new-address')).split(
      '\n',
    );
    expect(lines.slice(0, -1).map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        ruleId: 'action-from-new-address',
        title: 'Act from a new network',
        isOn: true,
        severity: 'medium',
        threshold: 1,
        windowMinutes: 60,
        learningDays: 14,
        mitreAttack: ['TA0001:T1078.004 Cloud Accounts'],
        meaning:
          'An administrator acted from a network where this user was not seen before, or not for half a year: on the road, or an intruder.',
      },
      {
        ruleId: 'many-deletes',
        title: 'Many objects deleted',
        isOn: true,
        severity: 'high',
        threshold: 10,
        windowMinutes: 60,
        mitreAttack: ['TA0040:T1485 Data Destruction'],
        meaning:
          'One user deleted many objects in a short time: a clean-up, a script gone wrong, or destruction.',
      },
    ]);
  });
});
