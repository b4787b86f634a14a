import { simulatedLogin } from '../../collector/audit-events';
import { NOW_S, TOKEN } from '../../pipeline';
import type { CliEnd } from '../cli-process';
import { deployedSource, OUTPUTS } from '../deployed-pipeline';
import { isProbe, SCRIPTED, SetupCommand } from './setup-command';

const FIRST_SCREEN = `\
Trying domain and token at http://127.0.0.1:PORT, without touching the live feed ...
✓ Netskope serves audit events: 1 in the last minute.
✓ Secret netskope-audit/netskope holds domain and token.
Running the collector once; a long look back takes some minutes ...
✓ The collector has run: source netskope is set up.

Events     3 archived by this run, 3 since the beginning
Archive    s3://netskope-audit-archive/netskope_audit/source=netskope/
Alarms     no-data, not-running, behind
Notified   soc@example.org
Next run   every 5 min; everything Netskope has is archived
Check      npx --no -- netskope-audit doctor netskope
`;

const OTHER_TOKEN = 'second-token-that-must-appear-nowhere';

function withoutPort(text: string): string {
  return text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT');
}

describe('the first setup of a source', () => {
  let command: SetupCommand;
  let end: CliEnd;

  beforeAll(async () => {
    command = await SetupCommand.start();
    command.deployed.pipeline.simulator.add([
      simulatedLogin('yesterday', NOW_S - 20_000),
      simulatedLogin('an hour ago', NOW_S - 3600),
      simulatedLogin('just now', NOW_S - 30),
    ]);
    const args = ['setup', '--domain', 'https://Corp.GoSkope.com/', '--token-file', '-'];
    end = await command.run([...args, '--token-expires-at', '2027-06-30'], { stdin: `${TOKEN}\n` });
  });

  afterAll(() => command.stop());

  it('ends with the events found, the archive, the alarms and the subscribers', () => {
    expect({ ...end, stdout: withoutPort(end.stdout) }).toEqual({
      exitCode: 0,
      stdout: FIRST_SCREEN,
      stderr: '',
    });
  });

  it('has put bare host name, token and expiry into the secret', () => {
    expect(command.secret.value).toEqual({
      domain: 'corp.goskope.com',
      token: TOKEN,
      tokenExpiresAt: '2027-06-30',
    });
  });

  it('has tried the token on an index of its own, from a minute ago, and collected on another one', () => {
    const [first, ...others] = command.deployed.pipeline.simulator.requests;
    expect(first).toMatchObject({
      operation: '1795003140',
      index: expect.stringMatching(/^netskope-probe-[0-9a-f]{16}$/) as unknown,
    });
    expect(others[0]?.operation).toBe('1794916800');
    expect(others.some(isProbe)).toBe(false);
  });
});

describe('setup of a source whose secret is adopted', () => {
  let command: SetupCommand;
  beforeEach(async () => {
    command = await SetupCommand.start();
    const Sources = JSON.stringify([{ ...deployedSource('netskope'), secret: 'security/corp' }]);
    command.deployed.pipeline.aws.stacks.put('NetskopeAudit', { ...OUTPUTS, Sources });
  });
  afterEach(() => command.stop());

  it('fills that secret and no other, and the collector reads it', async () => {
    const { aws, simulator } = command.deployed.pipeline;
    aws.secrets.create('security/corp');
    simulator.add([simulatedLogin('an hour ago', NOW_S - 3600)]);
    const { exitCode, stdout } = await command.run();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('✓ Secret security/corp holds domain and token.');
    expect(stdout).toContain('Events     1 archived by this run');
    expect(aws.secrets.find('security/corp').versions).toHaveLength(1);
    expect(command.secret.value).toEqual({ token: '' });
  });

  it('says that it does not exist, before anything is asked', async () => {
    expect(await command.run()).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        '✗ There is no secret security/corp, which the settings name for this source.\n' +
        '  Make it, or correct the secret of the source in cdk.json and deploy.\n',
    });
  });
});

describe('setup of a source that is collected already', () => {
  let command: SetupCommand;

  beforeEach(async () => {
    command = await SetupCommand.start();
    const { simulator } = command.deployed.pipeline;
    simulator.tokens = { valid: [TOKEN, OTHER_TOKEN] };
    simulator.add([simulatedLogin('first', NOW_S - 7200)]);
    await command.fill({ domain: 'corp.goskope.com', token: TOKEN, tokenExpiresAt: '2027-06-30' });
    await command.deployed.pipeline.run();
  });

  afterEach(() => command.stop());

  it('rotates the token, says so, and shows nothing of the old one', async () => {
    const end = await command.run(['setup', '--token-file', '-'], { stdin: OTHER_TOKEN });
    expect(end.exitCode).toBe(0);
    expect(end.stdout).toContain('Secret netskope-audit/netskope holds a token already');
    expect(end.stdout).toContain('Tenant corp.goskope.com, as in the secret');
    expect(end.stdout).toContain('holds the new token. Revoke the old one in Netskope');
    expect(`${end.stdout}${end.stderr}`).not.toContain('token-that-must-appear-nowhere');
  });

  it('forgets the expiry of the old token, and says that the new one’s is unknown', async () => {
    const { stdout } = await command.run(['setup', '--token-file', '-'], { stdin: OTHER_TOKEN });
    expect(stdout).toContain(
      '! Nobody knows when the token expires. With --token-expires-at you are notified',
    );
    expect(command.secret.value).toEqual({ domain: 'corp.goskope.com', token: OTHER_TOKEN });
  });

  it('writes nothing if the same token is given again, and keeps its expiry', async () => {
    const { versions } = command.secret;
    const { stdout } = await command.run(['setup', '--token-file', '-']);
    expect(stdout).toContain('✓ Secret netskope-audit/netskope held exactly this already.');
    expect(command.secret).toEqual({
      value: { domain: 'corp.goskope.com', token: TOKEN, tokenExpiresAt: '2027-06-30' },
      versions,
    });
  });

  it('leaves the live cursor where it is: the next run gets what came since, all of it and nothing twice', async () => {
    const { pipeline } = command.deployed;
    pipeline.nextSchedule();
    pipeline.simulator.add([simulatedLogin('second', NOW_S + 10), simulatedLogin('third', NOW_S + 880)]);
    command.breakNetskope((request) =>
      isProbe(request) ? undefined : { kind: 'server-error', status: 503, cursorMoved: false },
    );
    await command.run();
    await pipeline.catchUp();
    const ids = (await pipeline.storedTexts()).map((text) => (JSON.parse(text) as { _id: string })._id);
    expect(ids.sort()).toEqual(['first', 'second', 'third']);
    const live = pipeline.simulator.requests.filter((request) => !isProbe(request));
    expect(new Set(live.map(({ index }) => index)).size).toBe(1);
  });

  it('says until when a source rests, and that the run after that goes on', async () => {
    const value = {
      outcome: 'resting',
      restUntilMs: (NOW_S + 540) * 1000,
      pages: 0,
      archived: 0,
      quarantined: 0,
    };
    command.deployed.pipeline.aws.functions.put(OUTPUTS.CollectorFunction, async () => ({
      kind: 'returned',
      value,
      cpuMs: 0,
      maxRssBytes: 0,
      fullCollections: 0,
    }));
    const { exitCode, stdout } = await command.run();
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      '! Source netskope rests until 2026-11-18 12:09:00 UTC: a call may still be running at Netskope, or Netskope asked to wait. The token is stored; the first run after that goes on.\n',
    );
    expect(stdout).not.toContain('✓ The collector has run');
    expect(stdout).toContain('Events     1 since the beginning\n');
    expect(stdout).toContain('Next run   every 5 min; the first one after the rest goes on\n');
  });

  it('warns if one source is given a second tenant', async () => {
    const { stdout } = await command.run(['setup', '--domain', 'other.eu.goskope.com', '--token-file', '-']);
    expect(stdout).toContain(
      '! The secret was for corp.goskope.com: one source must not collect two tenants',
    );
  });

  it('is the same as JSON, without the token', async () => {
    const { exitCode, stdout } = await command.run([...SCRIPTED, '--json']);
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain(TOKEN);
    expect(JSON.parse(stdout)).toMatchObject({
      sourceId: 'netskope',
      domain: 'corp.goskope.com',
      tokenExpiresOn: '2027-06-30',
      secret: { name: 'netskope-audit/netskope', change: 'unchanged' },
      probe: { events: 0 },
      run: { outcome: 'caught-up', archived: 0 },
      archivedInTotal: 1,
      archiveUri: 's3://netskope-audit-archive/netskope_audit/source=netskope/',
      alarms: [
        { name: 'NetskopeAudit-netskope-no-data', state: 'OK' },
        { name: 'NetskopeAudit-netskope-not-running', state: 'OK' },
        { name: 'NetskopeAudit-netskope-behind', state: 'OK' },
      ],
      subscribers: [{ protocol: 'email', endpoint: 'soc@example.org', isConfirmed: true }],
    });
  });
});
