import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { createProgram } from '../../../lib/cli/command-line';
import { commandAccess } from '../../../lib/cli/commands';
import type { Deployment } from '../../../lib/cli/deployment/deployment';
import { partsOf } from '../../../lib/cli/deployment/deployment-parts';
import { policyDocument } from '../../../lib/cli/policy/policy-document';
import { ALL_OUTPUTS, LimitedOperator } from './limited-operator';

const SETUP = ['--domain', 'corp.goskope.com', '--token-file', '-'];
const MUTE = ['mute', 'many-deletes', '--user', 'ci@*', '--until', '2026-11-30', '--because', 'move'];

/** Command lines that together make every call which a row allows. */
const COMMANDS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'alerts list': [['alerts', 'list', 'netskope']],
  'alerts show': [['alerts', 'show', 'many-deletes-20261122T090000Z-0123456789abcdef']],
  backfill: [['backfill', 'netskope', '--from', '6h']],
  completion: [],
  detect: [['detect', 'netskope']],
  doctor: [
    ['doctor', 'netskope'],
    ['doctor', 'new'],
  ],
  'doctor --send-test-alarm': [
    ['doctor', 'netskope', '--send-test-alarm'],
    ['doctor', 'new'],
  ],
  'doctor --send-test-alert': [
    ['doctor', 'netskope', '--send-test-alert'],
    ['doctor', 'new'],
  ],
  mute: [MUTE],
  'mute list': [['mute', 'list']],
  'mute end': [MUTE, ['mute', 'end', 'mute-429ae258']],
  policy: [
    ['policy', 'operator'],
    ['policy', 'analyst'],
    ['policy', 'deployer'],
  ],
  'quarantine list': [['quarantine', 'list', 'netskope']],
  'quarantine show': [['quarantine', 'show', 'netskope']],
  'quarantine redrive': [['quarantine', 'redrive', 'netskope']],
  report: [
    ['report', 'netskope', '--file', '/dev/null'],
    ['report', 'new', '--file', '/dev/null'],
  ],
  rewind: [['rewind', 'netskope', '--to', '6h', '--yes']],
  'rules new': [],
  'rules test': [],
  setup: [
    ['setup', 'new', ...SETUP],
    ['setup', 'netskope', ...SETUP],
  ],
  'sources list': [['sources', 'list']],
  'sources add': [['sources', 'add', 'emea']],
  'sources retire': [['sources', 'retire', 'apac']],
  status: [['status']],
  tail: [['tail', 'netskope', '--format', 'ocsf']],
  verify: [
    ['verify', 'netskope'],
    ['verify', 'new'],
  ],
  'verify --file-backfill': [
    ['verify', 'netskope', '--file-backfill'],
    ['verify', 'new'],
  ],
  'verify --chain': [['verify', 'netskope', '--chain']],
};

/** Every command and subcommand that does something. */
function commandsOf(command: Command, typed: string): string[] {
  return command.commands.flatMap((verb) => {
    const name = `${typed}${verb.name()}`;
    return [name, ...commandsOf(verb, `${name} `)];
  });
}

test('every command has a row, and a row is of a command', () => {
  const unused = new PassThrough();
  const program = createProgram({ input: unused, output: unused, error: unused }, () => {
    throw new Error('no command is run here');
  });
  const groups = ['alerts', 'quarantine', 'rules', 'sources'];
  expect(Object.keys(COMMANDS).sort()).toEqual(Object.keys(commandAccess()).sort());
  const rows = new Set(Object.keys(commandAccess()).map((row) => row.split(' --')[0]));
  expect([...rows].sort()).toEqual(
    commandsOf(program, '')
      .filter((name) => !groups.includes(name))
      .sort(),
  );
});

const parts = partsOf({
  stackName: 'NetskopeAudit',
  name: 'NetskopeAudit',
  outputs: ALL_OUTPUTS,
} as Deployment);

describe('under a policy made of its row alone', () => {
  test.each(Object.entries(COMMANDS))(
    '%s is denied nothing, and allowed nothing that it does not use',
    async (row, commands) => {
      const policy = policyDocument([commandAccess()[row] ?? {}], parts);
      const operator = await LimitedOperator.start(row.startsWith('sources'));
      try {
        expect(await operator.use(policy, commands)).toEqual({ refused: [], unused: [] });
      } finally {
        await operator.stop();
      }
    },
  );
});
