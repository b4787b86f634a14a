import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOKEN } from '../../pipeline';
import { isProbe, SetupCommand } from './setup-command';

let command: SetupCommand;
let folder: string;

beforeAll(async () => {
  command = await SetupCommand.start();
  folder = mkdtempSync(join(tmpdir(), 'setup-'));
});
afterAll(async () => {
  await command.stop();
  rmSync(folder, { recursive: true });
});

/** Options after `setup`, piped input, and the expected message, which must not contain what was typed. */
const WRONG_ANSWERS: readonly (readonly [string, readonly string[], string, string])[] = [
  [
    'a domain with a path',
    ['--domain', `https://corp.goskope.com/?token=${TOKEN}`, '--token-file', '-'],
    TOKEN,
    '✗ The domain is not the host name of a tenant.\n' +
      '  Expected the host name of the tenant, such as corp.goskope.com; not a URL with user, port or path, nor an address (did you mean corp.goskope.com?).\n',
  ],
  [
    'a token in the place of the domain',
    ['--domain', TOKEN, '--token-file', '-'],
    TOKEN,
    '✗ The domain is not the host name of a tenant.\n' +
      '  Expected the host name of the tenant, such as corp.goskope.com; not a URL with user, port or path, nor an address.\n',
  ],
  [
    'the name of the tenant alone',
    ['--domain', 'corp', '--token-file', '-'],
    TOKEN,
    '✗ The domain is not the host name of a tenant.\n' +
      '  Expected the host name of the tenant, such as corp.goskope.com; not a URL with user, port or path, nor an address (did you mean corp.goskope.com?).\n',
  ],
  [
    "a browser's address at a host that the command allows",
    ['--domain', 'https://corp.example.com/ns#/', '--allow-domain', 'example.com', '--token-file', '-'],
    TOKEN,
    '✗ The domain is not the host name of a tenant.\n' +
      '  Expected the host name of the tenant, such as corp.goskope.com; not a URL with user, port or path, nor an address (did you mean corp.example.com?).\n',
  ],
  [
    'a host below no domain of Netskope',
    ['--domain', 'corp.example.com', '--token-file', '-'],
    TOKEN,
    "✗ corp.example.com is not below goskope.com, govskope.us or govskope.ca, where Netskope's tenants are. Nothing was asked for, sent or changed.\n" +
      '  Check the name. If it is your tenant, put its domain into allowedDomains in cdk.json and deploy, or allow it for this command: --allow-domain <domain>.\n',
  ],
  [
    'a token in the place of an allowed domain',
    ['--domain', 'corp.example.com', '--allow-domain', TOKEN, '--token-file', '-'],
    TOKEN,
    '✗ What --allow-domain names is no domain name.\n  Give a domain name, such as netskope.example.com.\n',
  ],
  [
    'no domain, and no terminal to ask',
    ['--token-file', '-'],
    TOKEN,
    '✗ There is no terminal to ask: Domain of the tenant, such as corp.goskope.com:\n  Give --domain <host>.\n',
  ],
  [
    'no token, and no terminal to ask',
    ['--domain', 'corp.goskope.com'],
    '',
    '✗ There is no terminal to ask: Token (not shown):\n  Give --token-file <path>, or --token-file - for standard input.\n',
  ],
  [
    'nothing on standard input',
    ['--domain', 'corp.goskope.com', '--token-file', '-'],
    '',
    '✗ What was given as the token has 0 characters and is none.\n' +
      '  Expected the token alone, on one line: visible characters without spaces.\n',
  ],
  [
    'a whole JSON document in place of the token',
    ['--domain', 'corp.goskope.com', '--token-file', '-'],
    `{ "token": "${TOKEN}" }`,
    '✗ What was given as the token has 45 characters and is none.\n' +
      '  Expected the token alone, on one line: visible characters without spaces.\n',
  ],
  [
    'a file that is not there',
    ['--domain', 'corp.goskope.com', '--token-file', '/nowhere/token'],
    '',
    '✗ The token could not be read from /nowhere/token: ENOENT.\n  Name a file that holds the token and nothing else.\n',
  ],
  [
    'an expiry that is no day of the calendar',
    ['--domain', 'corp.goskope.com', '--token-file', '-', '--token-expires-at', '2027-02-30'],
    TOKEN,
    "✗ The token's expiry is no day.\n  Give it as YYYY-MM-DD, such as 2027-06-30.\n",
  ],
  [
    'an expiry that is over',
    ['--domain', 'corp.goskope.com', '--token-file', '-', '--token-expires-at', '2026-11-17'],
    TOKEN,
    '✗ The token has expired on 2026-11-17.\n  Make a new one.\n',
  ],
];

describe('setup rejects invalid answers without calling Netskope and without showing them', () => {
  it.each(WRONG_ANSWERS)('%s', async (_case, options, stdin, stderr) => {
    const end = await command.run(['setup', ...options], { stdin });
    expect({ exitCode: end.exitCode, stderr: end.stderr }).toEqual({ exitCode: 2, stderr });
    expect(end.stdout).not.toContain(TOKEN);
    expect(command.deployed.pipeline.simulator.requests).toEqual([]);
  });

  it('takes no token as an argument', async () => {
    const { exitCode, stderr } = await command.run(['setup', '--token', TOKEN]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("unknown option '--token'");
    expect(stderr).not.toContain(TOKEN);
  });
});

describe('setup takes its answers', () => {
  it('from a file, with the line break an editor leaves', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, `${TOKEN}\r\n`, { mode: 0o600 });
    const { exitCode } = await command.run(['setup', '--domain', 'corp.goskope.com', '--token-file', file]);
    expect(exitCode).toBe(0);
    expect(command.secret.value).toEqual({ domain: 'corp.goskope.com', token: TOKEN });
  });

  it('for a host that the command allows, and says what must be deployed before the collector accepts it', async () => {
    const options = ['--domain', 'corp.example.com', '--allow-domain', 'example.com', '--token-file', '-'];
    const requestsBefore = command.deployed.pipeline.simulator.requests.length;
    const { exitCode, stdout } = await command.run(['setup', ...options]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      '! The deployed collector does not send a token to corp.example.com yet, and its runs fail until it does: put "allowedDomains": ["corp.example.com"] into the context of cdk.json, and deploy.',
    );
    expect(command.secret.value).toEqual({ domain: 'corp.example.com', token: TOKEN });
    const requests = command.deployed.pipeline.simulator.requests.slice(requestsBefore);
    expect(requests.every(isProbe)).toBe(true);
  });

  it('for a host that the deployment allows', async () => {
    const { aws } = command.deployed.pipeline;
    const { outputs } = aws.stacks.find('NetskopeAudit');
    aws.stacks.put('NetskopeAudit', { ...outputs, AllowedDomains: 'example.org,example.com' });
    const options = ['--domain', 'corp.example.com', '--token-file', '-'];
    const { exitCode, stdout } = await command.run(['setup', ...options]);
    aws.stacks.put('NetskopeAudit', outputs);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('✓ The collector has run');
    expect(stdout).not.toContain('allowedDomains');
  });

  it('over a secret that the collector could not use, without showing what is in it', async () => {
    await command.fill(`{"domain":"corp.goskope.com","token":"two words of ${TOKEN}"}`);
    const { exitCode, stdout } = await command.run();
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      '! What is there now cannot be used and will be replaced: secret netskope-audit/netskope, field token: expected a REST API v2 token',
    );
    expect(stdout).not.toContain(TOKEN);
  });
});

describe('setup of a secret', () => {
  it('that it may write but not read says so, and writes it', async () => {
    command.deployed.pipeline.aws.hooks = {
      before: ({ operation, headers }) =>
        operation === 'GetSecretValue' && headers.authorization?.includes('Credential=LOCALACCESSKEY/')
          ? { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' }
          : undefined,
    };
    const { stdout, exitCode } = await command.run();
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      '! You may not read secret netskope-audit/netskope: what it holds will be replaced.',
    );
    expect(stdout).toContain('✓ Secret netskope-audit/netskope holds the new value.');
  });

  it('succeeds even if the operator may not read alarms', async () => {
    command.deployed.pipeline.aws.hooks = {
      before: ({ operation }) =>
        operation === 'DescribeAlarms'
          ? { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' }
          : undefined,
    };
    const { stdout, exitCode } = await command.run();
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      'Alarms     could not be looked up: AWS denied the call CloudWatch DescribeAlarms',
    );
  });

  it('that is not deployed says what to deploy, before anything is asked', async () => {
    command.deployed.pipeline.aws.hooks = {};
    command.deployed.pipeline.aws.stacks.put('Elsewhere', {
      ArchiveBucket: 'b',
      CheckpointTable: 't',
      CollectorFunction: 'f',
      SecretNamePrefix: 'elsewhere/',
      AlarmTopic: 'a',
      Workgroup: 'w',
      Sources:
        '[{"sourceId":"netskope","label":"n","startLookbackHours":24,"scheduleMinutes":5,"dailyRecheck":true}]',
    });
    expect(await command.run(['setup', '--stack', 'Elsewhere'])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        '✗ There is no secret elsewhere/netskope, which the deployment of this source makes.\n' +
        '  Deploy again: npx cdk deploy --all\n',
    });
  });
});
