import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { createProgram } from '../../lib/cli/command-line';
import type { CliEnd } from './cli-process';
import { CliProcess } from './cli-process';

const execFileAsync = promisify(execFile);
const REPOSITORY = join(__dirname, '../..');

/** Runs a command in an environment without access to AWS. */
async function cli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CliEnd> {
  const nowhere = {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  const process = CliProcess.start({ args, environment: { ...nowhere, ...environment }, nowMs: 0 });
  return process.end;
}

/** The help text of each command and subcommand, by what is typed. */
function verbHelps(): Record<string, string> {
  const output = new PassThrough({ encoding: 'utf8' });
  const program = createProgram({ input: new PassThrough(), output, error: output }, () => {
    throw new Error('help opens no session');
  });
  const helpsOf = (parent: Command, typed: string): [string, string][] =>
    parent.commands.flatMap((command) => {
      const name = `${typed}${command.name()}`;
      command.outputHelp();
      return [[name, String(output.read())], ...helpsOf(command, `${name} `)];
    });
  return Object.fromEntries(helpsOf(program, ''));
}

describe('npx --no -- netskope-audit', () => {
  it('starts from a fresh checkout, without a download', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'npm-cache-'));
    const env = { PATH: process.env.PATH, HOME: cache, npm_config_cache: cache, npm_config_offline: 'true' };
    const { stdout } = await execFileAsync('npx', ['netskope-audit', '--help'], { cwd: REPOSITORY, env });
    rmSync(cache, { recursive: true });
    expect(stdout).toContain('Usage: npx --no -- netskope-audit [options] [command]');
  });

  it('explains its options, commands and exit codes, and ends its help with an example', async () => {
    const { exitCode, stdout, stderr } = await cli(['--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/--stack <name> .*\n?.*"NetskopeAudit"/);
    expect(stdout).toMatch(/^ {2}status /m);
    expect(stdout).toMatch(/^ {4}4 {2}no deployment, or no such source in it$/m);
    expect(stdout).toMatch(/Example:\n {2}npx --no -- netskope-audit status\n$/);
  });

  it('lists first what is needed every day, and apart what changes a deployment', async () => {
    const { stdout } = await cli(['--help']);
    expect(stdout.match(/^\S.*:$/gm)).toEqual([
      'Options:',
      'Every day:',
      'Set up, check and try out:',
      'Change what is collected or alerted:',
      'This command line:',
      'Exit codes:',
      'Example:',
    ]);
    const changing = stdout.split('Change what is collected or alerted:\n')[1]?.split('\n\n')[0] ?? '';
    expect(changing.match(/^ {2}\w+/gm)).toEqual(['  backfill', '  rewind', '  mute', '  sources']);
  });

  it('says its version', async () => {
    expect(await cli(['--version'])).toEqual({ exitCode: 0, stdout: '0.1.0\n', stderr: '' });
  });

  it('explains every command, with an example at the end', () => {
    const helps = verbHelps();
    expect(Object.keys(helps)).toEqual(expect.arrayContaining(['status', 'tail']));
    for (const [name, help] of Object.entries(helps))
      expect({ name, help }).toEqual({
        name,
        help: expect.stringMatching(
          new RegExp(`\\nExamples?:\\n.*npx --no -- netskope-audit ${name}`),
        ) as string,
      });
  });

  it('shows its help without a command, and treats that as wrong usage', async () => {
    const { exitCode, stdout, stderr } = await cli([]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('Usage: npx --no -- netskope-audit');
  });
});

describe('wrong usage', () => {
  it('names an unknown command, and the one that may be meant', async () => {
    expect(await cli(['statu'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        "✗ unknown command 'statu' (Did you mean status?)\n" +
        '  npx --no -- netskope-audit help lists the verbs; --help behind a verb explains it.\n',
    });
  });

  it('names an unknown option', async () => {
    const { exitCode, stderr } = await cli(['status', '--fast']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("✗ unknown option '--fast'");
  });

  it('says what a value should have been', async () => {
    const { exitCode, stderr } = await cli(['tail', '-n', 'many']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("argument 'many' is invalid. Expected an integer from 0 to 100000.");
  });

  it('is reported as JSON on standard error if JSON is requested', async () => {
    const { exitCode, stdout, stderr } = await cli(['status', '--stack', '1st', '--json']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      error: {
        what: "option '--stack <name>' argument '1st' is invalid. Expected a stack name: letters, digits and hyphens.",
        whatToDo: 'npx --no -- netskope-audit help lists the verbs; --help behind a verb explains it.',
        exitCode: 2,
      },
    });
  });

  it('refuses a region together with the local archive', async () => {
    const { exitCode, stderr } = await cli(['status', '--local', '--region', 'eu-central-1']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("option '--local' cannot be used with option '--region <region>'");
  });
});

describe('without access to AWS', () => {
  it('says that there are no credentials, and how to get some', async () => {
    expect(await cli(['status', '--region', 'eu-central-1'])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        '✗ No usable AWS credentials were found: Could not load credentials from any providers\n' +
        '  Sign in (aws sso login or aws configure), or name a profile with --profile.\n',
    });
  });

  it('names a profile that does not exist', async () => {
    const { exitCode, stderr } = await cli(['status', '--region', 'eu-central-1', '--profile', 'nobody']);
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      '✗ There is no profile "nobody" in the AWS configuration files; they have none.\n' +
        '  Check --profile, or make the profile with aws configure sso.\n',
    );
  });

  it('says that no region is chosen', async () => {
    const { exitCode, stderr } = await cli(['status'], KEYS);
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      '✗ No AWS region is chosen: neither an option, nor the environment, nor the profile names one.\n' +
        '  Give --region, or set AWS_REGION.\n',
    );
  });

  it('takes the region of AWS_DEFAULT_REGION, and says what could not be reached', async () => {
    const { exitCode, stderr } = await cli(['status'], {
      ...KEYS,
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: NOBODY_LISTENS,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      '✗ AWS could not be reached for CloudFormation DescribeStacks: ECONNREFUSED\n' +
        '  Check the network, a proxy, and whether the region exists.\n',
    );
  });
});

const KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
/** Nothing listens on TCP port 1 of loopback. */
const NOBODY_LISTENS = 'http://127.0.0.1:1';
