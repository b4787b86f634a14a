import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { createProgram } from '../../lib/cli/command-line';
import { createLocalDetection } from '../../lib/local/local-deployment';
import { DoctorScenario } from './doctor/doctor-scenario';
import { ALL_OUTPUTS } from './policy/limited-operator';
import { runCli } from './run-cli';

/** The first line of each command that prints a table, by what is typed. */
const TITLES = {
  status: 'source,state,last run,last event,"lag, s",archived 24 h,quarantined,token days,alarms',
  'alerts list netskope': '"first event, UTC",severity,events,update,alert,headline',
  'tail netskope': '"time, UTC",user,what,on what,from where,edition,p_row_id',
  'tail netskope -n 0': '"time, UTC",user,what,on what,from where,edition,p_row_id',
  'doctor netskope': 'check,verdict,what,what to do',
  'verify netskope': '"hour, UTC",Netskope,archive,quarantine,missing,extra',
  'verify netskope --ids': '"hour, UTC",Netskope,archive,quarantine,missing,extra,double',
  'verify netskope --chain': 'finding,key,detail',
  'detect netskope': '"first event, UTC",severity,rule,who,from where,events,what',
  'detect netskope --full': '"first event, UTC",severity,rule,who,from where,events,what',
  'detect --list': 'rule,title,severity,threshold,"window, min",MITRE ATT&CK',
  'quarantine list netskope': 'kind,rejected,redriven,"first arrival, UTC","last arrival, UTC",reasons',
  'rules test': 'rule,result,example,severity,group,text',
  'mute list': 'mute,rule,events,last day,because',
  'sources list --stack Fleet': 'source,label,added,"no-data after, min"',
} as const;

/** Command lines of those that print none, and how the refusal names them. */
const WITHOUT_TABLE = {
  'alerts show': 'alerts show many-deletes-20261122T090000Z-0123456789abcdef',
  backfill: 'backfill --from 6h',
  completion: 'completion bash',
  mute: 'mute many-deletes --user ci --until 2026-12-31 --because move',
  'mute end': 'mute end mute-429ae258',
  policy: 'policy analyst',
  'quarantine redrive': 'quarantine redrive',
  'quarantine show': 'quarantine show',
  report: 'report',
  rewind: 'rewind --to 6h --yes',
  'rules new': 'rules new tag-deleted',
  setup: 'setup --token-file -',
  'sources add': 'sources add corp',
  'sources retire': 'sources retire corp',
  'tail --format ocsf': 'tail --format ocsf',
} as const;

/** Every command and subcommand that does something. */
function commandsOf(command: Command, typed = ''): string[] {
  const isGroup = ['alerts', 'quarantine', 'rules', 'sources'].includes(command.name());
  const own = typed === '' || isGroup ? [] : [typed];
  return [...own, ...command.commands.flatMap((verb) => commandsOf(verb, `${typed} ${verb.name()}`.trim()))];
}

/** Runs a command where nothing can be reached. */
const unconnected = (args: readonly string[]) =>
  runCli({ args, environment: { AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true' }, nowMs: 0 });

describe('--output csv', () => {
  let scenario: DoctorScenario;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rules-'));
    scenario = await DoctorScenario.start();
    const { aws } = scenario.deployed.pipeline;
    await createLocalDetection(aws);
    aws.stacks.put('NetskopeAudit', { ...ALL_OUTPUTS });
    aws.stacks.put('Fleet', { ...ALL_OUTPUTS, Sources: '[]', FleetFunction: 'fleet' });
  });

  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await scenario.stop();
  });

  test.each(Object.entries(TITLES))(
    'of %s is a table, with its titles even if it is empty',
    async (typed, titles) => {
      const { aws, simulator, clock } = scenario.deployed.pipeline;
      const { exitCode, stdout } = await runCli({
        args: [...typed.split(' '), ...(typed === 'rules test' ? [folder] : []), '--output', 'csv'],
        environment: { ...aws.environment(), NETSKOPE_ENDPOINT_URL: simulator.url },
        nowMs: clock.nowMs(),
      });
      const lines = stdout.split('\r\n');
      expect({ exitCode, titles: lines[0], end: lines.at(-1) }).toEqual({
        exitCode: typed.startsWith('doctor') ? 3 : 0,
        titles,
        end: '',
      });
      expect(stdout).not.toMatch(/[^\r]\n/);
    },
  );

  test.each(Object.entries(WITHOUT_TABLE))(
    'is refused by %s, which prints no table, before it does anything',
    async (words, typed) => {
      expect(await unconnected([...typed.split(' '), '--output', 'csv'])).toEqual({
        exitCode: 2,
        stdout: '',
        stderr:
          `✗ --output is csv, and ${words} prints no table; expected table or json.\n` +
          '  Leave --output out for text, or give --output json.\n',
      });
    },
  );

  test('is of a table or refused: one of both for every command', () => {
    const unused = new PassThrough();
    const program = createProgram({ input: unused, output: unused, error: unused }, () => {
      throw new Error('no command is run here');
    });
    const commands = commandsOf(program);
    const ofTable = commands.filter((command) =>
      Object.keys(TITLES).some((typed) => `${typed} `.startsWith(`${command} `)),
    );
    const refused = commands.filter((command) => command in WITHOUT_TABLE);
    expect([...ofTable.filter((command) => !refused.includes(command)), ...refused].sort()).toEqual(
      commands.sort(),
    );
  });
});

describe('--output json', () => {
  it('is what --json is short for, errors included', async () => {
    const typed = ['detect', '--list', '--rule', 'many-deletes'];
    const short = await unconnected([...typed, '--json']);
    expect(short.stdout).toMatch(/^\{"ruleId":"many-deletes",.*\}\n$/);
    expect(await unconnected([...typed, '--output', 'json'])).toEqual(short);
    expect(await unconnected([...typed, '--output', 'json', '--json'])).toEqual(short);
    const failed = await unconnected(['rules', 'test', 'none', '--output=json']);
    expect(JSON.parse(failed.stderr)).toMatchObject({ error: { exitCode: 2 } });
  });

  it.each(['table', 'csv'])('is refused by its short form together with --output %s', async (form) => {
    const { exitCode, stdout, stderr } = await unconnected(['detect', '--list', '--json', '--output', form]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      error: {
        what: `--json and --output ${form} are given; expected one form of output.`,
        whatToDo: 'Leave one of them out; --json is short for --output json.',
        exitCode: 2,
      },
    });
  });
});

test('--output table is the default, and another form is refused', async () => {
  const table = await unconnected(['detect', '--list']);
  expect(await unconnected(['detect', '--list', '--output', 'table'])).toEqual(table);
  const { exitCode, stderr } = await unconnected(['report', '--output', 'november.html']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("argument 'november.html' is invalid. Allowed choices are table, json, csv.");
});
