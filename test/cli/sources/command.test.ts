import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { FleetSource } from '../../../lambdas/contract/deployment/fleet';
import { readSourceList } from '../../../lambdas/shared/fleet-sources';
import { putStatus } from '../../fleet/fleet-table';
import { NOW_S } from '../../pipeline';
import type { CliEnd } from '../cli-process';
import { DeployedPipeline, OUTPUTS } from '../deployed-pipeline';

/** When every command is given. */
const NOW_MS = NOW_S * 1000;

let deployed: DeployedPipeline;
let client: DynamoDBClient;
let folder: string;

beforeEach(async () => {
  deployed = await DeployedPipeline.start();
  deployed.pipeline.aws.stacks.put('NetskopeAudit', { ...OUTPUTS, Sources: '[]', FleetFunction: 'fleet' });
  client = new DynamoDBClient({
    endpoint: deployed.pipeline.aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  folder = mkdtempSync(join(tmpdir(), 'sources-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  client.destroy();
  await deployed.stop();
});

const cli = (...args: string[]): Promise<CliEnd> => deployed.cli(args);

async function listed(): Promise<readonly FleetSource[]> {
  return (await readSourceList(client, OUTPUTS.CheckpointTable)).sources;
}

/** A file with this text. @returns its path */
function file(text: string): string {
  const path = join(folder, 'sources');
  writeFileSync(path, text);
  return path;
}

describe('sources add', () => {
  it('adds a source with the defaults of cdk.json, and makes its secret, which is empty', async () => {
    expect(await cli('sources', 'add', 'corp', '--label', 'Corp Inc.')).toEqual({
      exitCode: 0,
      stdout:
        '✓ 1 source added, 0 changed, 0 as before.\n' +
        'The next round, in 6 minutes at most, starts to collect; give each its domain and token: npx --no -- netskope-audit setup <id>\n',
      stderr: '',
    });
    expect(await listed()).toEqual([
      {
        sourceId: 'corp',
        label: 'Corp Inc.',
        startLookbackHours: 24,
        scheduleMinutes: 6,
        dailyRecheck: true,
        noDataWindowMinutes: 1440,
        addedAtMs: NOW_MS,
      },
    ]);
    expect(deployed.pipeline.aws.secrets.find('netskope-audit/corp')).toMatchObject({
      description: 'Domain and token of Corp Inc.',
      versions: [],
    });
  });

  it('adds those of a JSON list as in cdk.json', async () => {
    const list = [
      { id: 'corp', label: 'Corp', startLookbackHours: 2160, dailyRecheck: false, noDataWindowMinutes: 18 },
      { id: 'quiet', noDataAlarm: false, noDataWindowMinutes: 60 },
    ];
    await cli('sources', 'add', '--file', file(JSON.stringify(list)));
    expect(await listed()).toMatchObject([
      {
        sourceId: 'corp',
        label: 'Corp',
        startLookbackHours: 2160,
        dailyRecheck: false,
        noDataWindowMinutes: 18,
      },
      { sourceId: 'quiet', label: 'quiet', startLookbackHours: 24, dailyRecheck: true },
    ]);
    expect((await listed())[1]).not.toHaveProperty('noDataWindowMinutes');
  });

  it('adds those of lines with id and label, which may have commas', async () => {
    await cli('sources', 'add', '--file', file('id,label\r\ncorp,Corp, Inc.\r\n\r\nemea\r\n'));
    expect((await listed()).map(({ sourceId, label }) => [sourceId, label])).toEqual([
      ['corp', 'Corp, Inc.'],
      ['emea', 'emea'],
    ]);
  });

  it('takes over what differs, keeps the place and the day of a source, and changes nothing else', async () => {
    await cli('sources', 'add', '--file', file('corp,Old\nemea'));
    deployed.pipeline.clock.pass(86_400_000);
    const { stdout } = await cli('sources', 'add', '--file', file('apac\nemea\ncorp,New'));
    expect(stdout).toContain('✓ 1 source added, 1 changed, 1 as before.');
    expect(
      (await listed()).map(({ sourceId, label, addedAtMs }) => [sourceId, label, addedAtMs - NOW_MS]),
    ).toEqual([
      ['corp', 'New', 0],
      ['emea', 'emea', 0],
      ['apac', 'apac', 86_400_000],
    ]);
    expect((await readSourceList(client, OUTPUTS.CheckpointTable)).version).toBe(2);
    await cli('sources', 'add', 'apac');
    expect((await readSourceList(client, OUTPUTS.CheckpointTable)).version).toBe(2);
  });

  it('uses the secret that a retired source has left', async () => {
    await cli('sources', 'add', 'netskope');
    expect(deployed.pipeline.aws.secrets.find('netskope-audit/netskope').versions).toHaveLength(1);
    expect(await listed()).toHaveLength(1);
  });

  it('adds many with one write of the list', async () => {
    const ids = Array.from({ length: 120 }, (_, place) => `tenant-${place + 1}`);
    const { exitCode } = await cli('sources', 'add', '--file', file(ids.join('\n')));
    expect(exitCode).toBe(0);
    const { sources, version } = await readSourceList(client, OUTPUTS.CheckpointTable);
    expect([sources.map(({ sourceId }) => sourceId), version]).toEqual([ids, 1]);
  });

  it('does not lose what another operator adds at the same time', async () => {
    let isFirst = true;
    deployed.pipeline.aws.hooks = {
      before: async ({ operation }) => {
        if (operation !== 'PutItem' || !isFirst) return;
        isFirst = false;
        await deployed.startCli(['sources', 'add', 'emea']).end;
      },
    };
    await cli('sources', 'add', 'corp');
    expect((await listed()).map(({ sourceId }) => sourceId)).toEqual(['emea', 'corp']);
  });

  it('leaves the list as it was if a secret cannot be made', async () => {
    deployed.pipeline.aws.hooks = {
      before: ({ operation }) =>
        operation === 'CreateSecret'
          ? { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' }
          : undefined,
    };
    const { exitCode, stderr } = await cli('sources', 'add', 'corp');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('CreateSecret');
    expect(await listed()).toEqual([]);
  });

  it('refuses a list with every problem at once, and adds nothing', async () => {
    const list = [
      { id: 'Corp' },
      { label: 'x' },
      { id: 'a', label: '', scheduleMinutes: 1 },
      { id: 'b', startLookbackHours: 0, noDataWindowMinutes: 17, dailyRecheck: 'yes' },
      { id: 'c' },
      { id: 'c' },
      7,
    ];
    const { exitCode, stderr } = await cli('sources', 'add', '--file', file(JSON.stringify(list)));
    expect(exitCode).toBe(2);
    expect(stderr.split('\n')[0]).toBe(
      '✗ No source was added: source 1: id is "Corp"; expected lower-case letters, digits and hyphens, 40 at most, a letter first; ' +
        'source 2: id is not set; expected lower-case letters, digits and hyphens, 40 at most, a letter first; ' +
        'source 3: label is ""; expected a text of 1 to 100 characters; ' +
        'source 3 has an unknown setting "scheduleMinutes"; expected id, label, startLookbackHours, dailyRecheck, noDataAlarm, noDataWindowMinutes; ' +
        'source 4: startLookbackHours is 0; expected an integer from 1 to 2160; ' +
        'source 4: noDataWindowMinutes is 17; expected an integer from 18 to 10080; ' +
        'source 4: dailyRecheck is "yes"; expected true or false; ' +
        'source 7 is 7; expected an object; ' +
        'id "c" is there more than once.',
    );
    expect(await listed()).toEqual([]);
  });

  it.each([
    ['nothing', [], 'Give the id of a source, or --file, and not both.'],
    [
      'an id and a file',
      ['corp', '--file', '/dev/null'],
      'Give the id of a source, or --file, and not both.',
    ],
    ['an empty file', ['--file', '/dev/null'], 'No source was added: there is no source.'],
    ['a file that is not there', ['--file', '/no/such/file'], 'File /no/such/file cannot be read: ENOENT'],
  ])('refuses %s', async (_what, args, message) => {
    const { exitCode, stderr } = await cli('sources', 'add', ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`✗ ${message}`);
  });
});

test('sources list shows them in the order in which they were added', async () => {
  await cli(
    'sources',
    'add',
    '--file',
    file(JSON.stringify([{ id: 'corp' }, { id: 'a', noDataAlarm: false }])),
  );
  const { stdout } = await cli('sources', 'list');
  expect(stdout).toMatch(/corp +corp +2026-11-18 +1440 min\n *a +a +2026-11-18 +-\n2 sources\.\n$/);
  const { stdout: json } = await cli('sources', 'list', '--json');
  expect(
    json
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toMatchObject([
    { sourceId: 'corp', addedAt: '2026-11-18T12:00:00.000Z', noDataWindowMinutes: 1440 },
    { sourceId: 'a' },
  ]);
});

describe('sources retire', () => {
  it('takes sources from the list, and says what stays', async () => {
    await cli('sources', 'add', '--file', file('corp\nemea\napac'));
    const { exitCode, stdout } = await cli('sources', 'retire', 'corp', 'apac');
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      '✓ corp is collected no more.\n✓ apac is collected no more.\n' +
        'What is archived stays, and so do checkpoint and secret: added again, a source goes on where it stood. Revoke the token in Netskope; ' +
        'aws secretsmanager delete-secret --secret-id "netskope-audit/<id>" deletes the secret.\n',
    );
    expect((await listed()).map(({ sourceId }) => sourceId)).toEqual(['emea']);
  });

  it('takes none if one of them is not in the list', async () => {
    await cli('sources', 'add', 'corp');
    const { exitCode, stderr } = await cli('sources', 'retire', 'corp', 'emea');
    expect([exitCode, stderr]).toEqual([
      4,
      '✗ Stack NetskopeAudit has no source "emea"; it has corp.\n' +
        '  Check the id, or add the source: npx --no -- netskope-audit sources add <id>\n',
    ]);
    expect(await listed()).toHaveLength(1);
  });
});

test.each([['add', 'corp'], ['list'], ['retire', 'netskope']])(
  'a deployment that is no fleet refuses sources %s',
  async (...args) => {
    deployed.pipeline.aws.stacks.put('NetskopeAudit', {
      ...OUTPUTS,
      Sources: JSON.stringify([
        { sourceId: 'netskope', label: 'N', startLookbackHours: 24, scheduleMinutes: 5, dailyRecheck: true },
      ]),
    });
    const { exitCode, stderr } = await cli('sources', ...args);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('✗ Stack NetskopeAudit is no fleet: its sources are those of cdk.json.');
  },
);

describe('the other commands in a fleet', () => {
  it('say how to make a secret that somebody has deleted', async () => {
    await cli('sources', 'add', 'corp');
    deployed.pipeline.aws.hooks = {
      before: ({ operation }) =>
        operation === 'DescribeSecret' || operation === 'GetSecretValue'
          ? { kind: 'error', status: 400, code: 'ResourceNotFoundException', message: 'no' }
          : undefined,
    };
    const { stderr } = await cli('setup', 'corp');
    expect(stderr).toBe(
      '✗ There is no secret netskope-audit/corp, which sources add makes.\n' +
        '  Make it: npx --no -- netskope-audit sources add corp\n',
    );
  });

  it('ask for a source as soon as there are several, and name twenty', async () => {
    const ids = Array.from({ length: 30 }, (_, place) => `tenant-${place + 1}`);
    await cli('sources', 'add', '--file', file(ids.join('\n')));
    const { exitCode, stderr } = await cli('tail');
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      `✗ Which source? Stack NetskopeAudit has ${ids.slice(0, 20).join(', ')}, and 10 more.\n  Name one of them.\n`,
    );
  });

  it('say how to add the first source', async () => {
    expect((await cli('tail')).stderr).toBe(
      '✗ Which source? Stack NetskopeAudit has none.\n  Add one: npx --no -- netskope-audit sources add <id>\n',
    );
  });

  it('show what the runs of a source have reported, and which alarms of the fleet are about it', async () => {
    await cli('sources', 'add', '--file', file('corp\nemea'));
    await putStatus(client, 'corp', {
      succeededAtMs: NOW_MS - 60_000,
      reportedAtMs: NOW_MS - 60_000,
      quietSinceMs: NOW_MS - 60_000,
      tokenEndsOn: '2026-11-28',
    });
    await putStatus(client, 'emea', { refusedAtMs: NOW_MS - 120_000, reportedAtMs: NOW_MS - 120_000 });
    deployed.pipeline.aws.alarms.put({ AlarmName: 'NetskopeAudit-credentials-refused', StateValue: 'ALARM' });
    const { stdout } = await cli('status');
    const [, corp = '', emea = '', ...rest] = stdout.split('\n');
    expect(corp).toMatch(/^ *corp .* 1 min 00 s ago .* - +- +10 +✗ token-expiring *$/);
    expect(emea).toMatch(/^ *emea +credentials refused +2 min 00 s ago .* ✗ credentials-refused *$/);
    expect(rest.join('\n')).toContain('✗ credentials-refused fires');
  });
});
