import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwsHooks } from '../../../lib/local/aws/wire/aws-call';
import type { Fault } from '../../../lib/local/netskope-simulator/gateway/fault';
import { simulatedLogin } from '../../collector/audit-events';
import { NOW_S, TOKEN } from '../../pipeline';
import { isProbe, SCRIPTED, SetupCommand } from './setup-command';

let command: SetupCommand;

beforeEach(async () => {
  command = await SetupCommand.start();
  command.deployed.pipeline.simulator.add([simulatedLogin('first', NOW_S - 7200)]);
});
afterEach(() => command.stop());

/** Kills the command at the moment an AWS call arrives, or has been carried out. */
async function killAt(moment: keyof AwsHooks, operation: string): Promise<void> {
  const { aws } = command.deployed.pipeline;
  const process = command.begin();
  aws.hooks = {
    [moment]: (call: { readonly operation: string }) => {
      if (call.operation === operation) process.kill();
    },
  };
  await process.end;
  aws.hooks = {};
}

describe('setup that is killed', () => {
  it('before the secret is written leaves it empty, and the next one succeeds', async () => {
    const before = command.secret;
    const process = command.begin();
    command.breakNetskope(() => {
      process.kill();
      return undefined;
    });
    expect((await process.end).exitCode).toBeNull();
    expect(command.secret).toEqual(before);
    command.repair();
    const { exitCode, stdout } = await command.run();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('✓ Secret netskope-audit/netskope holds domain and token.');
  });

  it.each([
    ['while the secret is written', 'after', 'PutSecretValue'],
    ['while the collector is invoked', 'before', 'Invoke'],
  ] as const)('%s leaves a state from which the next one continues', async (_case, moment, operation) => {
    await killAt(moment, operation);
    expect(command.secret.value).toEqual({ domain: 'corp.goskope.com', token: TOKEN });
    const { exitCode, stdout } = await command.run();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('✓ Secret netskope-audit/netskope held exactly this already.');
    await command.deployed.pipeline.catchUp();
    expect(await command.deployed.pipeline.archived()).toHaveLength(1);
  });
});

describe('setup with a token that works, if the collector’s run', () => {
  function breakCollector(fault: Fault): void {
    command.breakNetskope((request) => (isProbe(request) ? undefined : fault));
  }

  it('meets another consumer on the live index, names the index and what to stop', async () => {
    breakCollector({ kind: 'conflict' });
    const { exitCode, stderr } = await command.run();
    const { indexName } = await command.deployed.pipeline.checkpoint();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('✗ The token is stored, and it works from this machine.');
    expect(stderr).toContain(`Another consumer uses index ${indexName}.`);
    expect(stderr).toContain('find the second deployment that has a copy of its checkpoint');
  });

  it('is refused, points to the list of addresses that Lambda is not on', async () => {
    breakCollector({ kind: 'forbidden', body: 'address' });
    const { exitCode, stderr } = await command.run();
    expect(exitCode).toBe(5);
    expect(stderr).toContain('failed: CredentialError: HTTP 403\n');
    expect(stderr).toContain('Netskope admits this machine and not AWS Lambda, most likely by address');
  });

  it('finds a scheduled run at work, says so and succeeds', async () => {
    const { pipeline } = command.deployed;
    await command.fill({ domain: 'corp.goskope.com', token: TOKEN });
    pipeline.interference = { beforeAws: ({ operation }) => (operation === 'PutObject' ? 'die' : undefined) };
    expect((await pipeline.run()).kind).toBe('died');
    command.repair();
    const { exitCode, stdout } = await command.run();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('! A scheduled run is at work, so this one has left');
  });
});

describe('the token', () => {
  const ECHOES: readonly Fault[] = [
    { kind: 'unauthorized', body: 'echoes-token' },
    { kind: 'forbidden', body: 'echoes-token' },
    { kind: 'redirect', location: `https://elsewhere.invalid/${TOKEN}` },
    { kind: 'not-ok', result: `invalid token ${TOKEN}` },
    { kind: 'body', bytes: Buffer.from(`{"ok":"${TOKEN}","result":[]}`) },
  ];

  it('is in no output, no error, no file and no AWS call but the one that stores it, whatever an answer repeats', async () => {
    const home = mkdtempSync(join(tmpdir(), 'home-'));
    const said: string[] = [];
    const calls: string[] = [];
    command.deployed.pipeline.aws.hooks = {
      before: ({ operation, path, headers, body }) => {
        if (operation !== 'PutSecretValue')
          calls.push(`${path}${JSON.stringify(headers)}${body.toString('latin1')}`);
      },
    };
    const environment = { HOME: home, TMPDIR: home };
    for (const fault of ECHOES) {
      command.breakNetskope(() => fault);
      const { stdout, stderr } = await command.run([...SCRIPTED], { environment });
      said.push(stdout, stderr);
    }
    command.repair();
    for (const args of [SCRIPTED, [...SCRIPTED, '--json']]) {
      const { exitCode, stdout, stderr } = await command.run(args, { environment });
      expect(exitCode).toBe(0);
      said.push(stdout, stderr);
    }
    expect([...said, ...calls].filter((text) => text.includes(TOKEN))).toEqual([]);
    expect(readdirSync(home, { recursive: true })).toEqual([]);
    rmSync(home, { recursive: true });
  });
});
