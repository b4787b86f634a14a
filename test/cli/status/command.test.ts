import type { Checkpoint } from '../../../lambdas/contract/storage/checkpoint-table';
import { simulatedLogin } from '../../collector/audit-events';
import { NOW_S } from '../../pipeline';
import type { CliEnd } from '../cli-process';
import { DeployedPipeline, deployedSource, OUTPUTS } from '../deployed-pipeline';

const NOW_MS = NOW_S * 1000;
const MINUTE_MS = 60_000;

/** A stream whose last page was committed `minutesAgo`. */
function checkpoint(sourceId: string, minutesAgo: number, different: Partial<Checkpoint> = {}): Checkpoint {
  const servedAtMs = NOW_MS - minutesAgo * MINUTE_MS;
  return {
    streamId: `${sourceId}#audit`,
    indexName: `${sourceId}-index`,
    phase: 'settled',
    startEpochS: NOW_S - 86_400,
    sequence: 7,
    watermarkS: servedAtMs / 1000,
    servedAtMs,
    caughtUp: true,
    caughtUpAtMs: servedAtMs,
    totals: { archived: 0, quarantined: 0, drifted: 0 },
    announced: { archived: 0, quarantined: 0, drifted: 0 },
    version: 9,
    ...different,
  };
}

test('status of a source that a later version collects says to update', async () => {
  const deployed = await DeployedPipeline.start();
  await deployed.putCheckpoint(checkpoint('netskope', 5, { format: 2 }));
  expect(await deployed.cli(['status'])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr:
      '✗ A later version is in use: the checkpoint of netskope#audit has format 2, and this version knows formats up to 1: ' +
      'update to the version that has written it, or a later one.\n' +
      '  Update this command line as well: docs/upgrade.md says how.\n',
  });
  await deployed.stop();
});

describe('status of many sources', () => {
  let deployed: DeployedPipeline;
  let table: CliEnd;
  let json: CliEnd;

  beforeAll(async () => {
    const sourceIds = ['netskope', 'never', 'waiting', 'refused', 'failing', 'dead', 'busy'];
    deployed = await DeployedPipeline.start({ sourceIds });
    const { aws, simulator } = deployed.pipeline;
    aws.stacks.put('NetskopeAuditSources2', { Sources: JSON.stringify([deployedSource('late')]) });
    simulator.add([simulatedLogin('a', NOW_S - 7200), simulatedLogin('b', NOW_S - 600)]);
    await deployed.pipeline.run();
    await putPoints();
    await deployed.putCheckpoint(checkpoint('failing', 30));
    await deployed.putCheckpoint(checkpoint('dead', 3 * 24 * 60));
    await deployed.putCheckpoint(
      checkpoint('busy', 10, {
        watermarkS: NOW_S - 3600,
        lease: { runId: 'r', expiresAtMs: NOW_MS + MINUTE_MS },
      }),
    );
    await deployed.putCheckpoint(
      checkpoint('late', 5, { caughtUp: false, caughtUpAtMs: undefined, watermarkS: NOW_S - 9000 }),
    );
    putAlarms();
    table = await deployed.cli(['status']);
    json = await deployed.cli(['status', '--json']);
  });

  afterAll(() => deployed.stop());

  async function putPoints(): Promise<void> {
    const point = (sourceId: string, name: string, value: number, minutesAgo: number): Promise<void> =>
      deployed.putMetric(sourceId, name, { value, atMs: NOW_MS - minutesAgo * MINUTE_MS });
    await point('waiting', 'CredentialsRefused', 0, 3);
    await point('refused', 'EventsArchived', 0, 60);
    await point('refused', 'CredentialsRefused', 1, 4);
    await point('failing', 'EventsArchived', 0, 30);
    await point('failing', 'CredentialsRefused', 0, 5);
    await point('busy', 'EventsArchived', 0, 10);
    await point('late', 'EventsArchived', 1200, 65);
    await point('late', 'EventsArchived', 34, 5);
    await point('late', 'EventsArchived', 999, 25 * 60);
    await point('late', 'EventsQuarantined', 2, 5);
    await point('late', 'TokenDaysLeft', 7, 65);
    await point('late', 'TokenDaysLeft', 6, 5);
  }

  function putAlarms(): void {
    const { alarms } = deployed.pipeline.aws;
    const put = (AlarmName: string, StateValue: 'OK' | 'ALARM'): void =>
      alarms.put({ AlarmName, StateValue });
    put('NetskopeAudit-netskope-behind', 'OK');
    put('NetskopeAudit-netskope-no-data', 'OK');
    put('NetskopeAudit-dead-not-running', 'ALARM');
    put('NetskopeAuditSources2-late-behind', 'ALARM');
    put('NetskopeAuditSources2-late-quarantined', 'ALARM');
    put('NetskopeAuditSources2-late-no-data', 'OK');
    put('NetskopeAudit-collector-errors', 'ALARM');
    put('NetskopeAudit-collector-throttles', 'OK');
    put('NetskopeAudit-detection-behind', 'ALARM');
    put('NetskopeAudit-netskope-behind-of-somebody-else', 'ALARM');
  }

  it('is one table with the state of every source, and the firing alarms', () => {
    expect(table).toEqual({ exitCode: 0, stderr: '', stdout: TABLE });
  });

  it('is as CSV the same table, with times and numbers in place of ages, and firing alarms on standard error', async () => {
    const { stdout, stderr } = await deployed.cli(['status', '--output', 'csv']);
    expect(stdout.split('\r\n').filter((line) => /^(source|netskope|late),/.test(line))).toEqual([
      'source,state,last run,last event,"lag, s",archived 24 h,quarantined,token days,alarms',
      'netskope,caught up,2026-11-18T12:00:00.000Z,2026-11-18T11:50:00.000Z,0,2,0,,none',
      'late,behind,2026-11-18T11:55:00.000Z,,9000,1234,2,6,"behind, quarantined"',
    ]);
    expect(stderr).toBe('✗ collector-errors fires\n✗ detection-behind fires\n');
  });

  it('is the same as JSON, with units in the names', () => {
    expect({ exitCode: json.exitCode, stderr: json.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const status = JSON.parse(json.stdout) as { sources: { sourceId: string }[] };
    expect({ ...status, sources: status.sources.length }).toEqual({
      stackName: 'NetskopeAudit',
      region: 'us-east-1',
      firingAlarms: ['collector-errors', 'detection-behind'],
      sources: 8,
    });
    expect(status.sources.find(({ sourceId }) => sourceId === 'netskope')).toEqual({
      sourceId: 'netskope',
      label: 'netskope',
      state: 'caught up',
      lastRunAt: '2026-11-18T12:00:00.000Z',
      lastEventAt: '2026-11-18T11:50:00.000Z',
      lagS: 0,
      archived24h: 2,
      quarantined24h: 0,
      conflicting: 0,
      editions: 0,
      collectorVersion: '0.1.0',
      alarmCount: 2,
      firingAlarms: [],
    });
    expect(status.sources.find(({ sourceId }) => sourceId === 'late')).toEqual({
      sourceId: 'late',
      label: 'late',
      state: 'behind',
      lastRunAt: '2026-11-18T11:55:00.000Z',
      lagS: 9000,
      archived24h: 1234,
      quarantined24h: 2,
      conflicting: 0,
      editions: 0,
      tokenDaysLeft: 6,
      alarmCount: 3,
      firingAlarms: ['behind', 'quarantined'],
    });
  });

  it('explains itself, with an example', async () => {
    const { exitCode, stdout } = await deployed.cli(['status', '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Usage: npx --no -- netskope-audit status \[options\]$/m);
    expect(stdout).toMatch(/Example:\n {2}npx --no -- netskope-audit status\n$/);
  });
});

test('status shows each recheck, what it found or why it failed, which sources rest, and which have conflicting events', async () => {
  const deployed = await DeployedPipeline.start({ sourceIds: ['one', 'two', 'three'] });
  const job = {
    state: 'done',
    fromEpochS: NOW_S - 33 * 3600,
    toEpochS: NOW_S - 9 * 3600,
    doneAtMs: NOW_MS - 180 * MINUTE_MS,
    notBeforeS: NOW_S - 40 * 86_400,
    checkedToS: NOW_S - 9 * 3600,
    claimedToS: NOW_S - 9 * 3600,
    recovered: 2,
    unannounced: 0,
  } as const;
  const totals = { archived: 9, quarantined: 0, drifted: 0, editions: 4 };
  await deployed.putCheckpoint(
    checkpoint('one', 10, { restUntilMs: NOW_MS + 9 * MINUTE_MS, totals: { ...totals, conflicting: 2 } }),
  );
  await deployed.putMetric('one', 'EventsArchived', { value: 0, atMs: NOW_MS - 5 * MINUTE_MS });
  await deployed.putCheckpoint(
    checkpoint('one', 10, {
      streamId: 'one#audit#recheck',
      recheck: job,
      totals: { ...totals, conflicting: 1 },
    }),
  );
  const failure = { atMs: NOW_MS - 5 * MINUTE_MS, reason: 'HTTP 500' };
  const open = { ...job, state: 'open', stepS: NOW_S - 20 * 3600, recovered: 0, failure } as const;
  await deployed.putCheckpoint(
    checkpoint('two', 10, {
      streamId: 'two#audit#recheck',
      recheck: open,
      totals: { ...totals, conflicting: 1 },
    }),
  );
  const shown = await deployed.cli(['status']);
  const { stdout } = await deployed.cli(['status', '--json']);
  await deployed.stop();

  expect(shown.stdout).toContain(RECHECKS);
  expect(shown.stdout).toMatch(/^one +resting +5 min 00 s ago/m);
  const { sources } = JSON.parse(stdout) as { sources: object[] };
  expect(sources).toMatchObject([
    {
      sourceId: 'one',
      state: 'resting',
      restUntil: '2026-11-18T12:09:00.000Z',
      conflicting: 3,
      editions: 8,
      recheck: {
        state: 'done',
        doneAt: '2026-11-18T09:00:00.000Z',
        checkedTo: '2026-11-18T03:00:00.000Z',
        recovered: 2,
      },
    },
    {
      sourceId: 'two',
      conflicting: 1,
      recheck: {
        state: 'open',
        readsFrom: '2026-11-17T16:00:00.000Z',
        failure: { at: '2026-11-18T11:55:00.000Z', reason: 'HTTP 500' },
      },
    },
    { sourceId: 'three', conflicting: 0 },
  ]);
  expect(sources[2]).not.toHaveProperty('recheck');
});

const RECHECKS = `\
! one rests until 2026-11-18 12:09:00 UTC: a call may still be running at Netskope, or Netskope asked to wait
! one: 3 events came again with another value in a field; both are kept, see the saved query "Duplicates (must be none)"
! two: 1 event came again with another value in a field; both are kept, see the saved query "Duplicates (must be none)"

daily recheck  last done       checked up to         reads now             recovered
one            3 h 00 min ago  2026-11-18 03:00 UTC  -                             2
two            3 h 00 min ago  2026-11-18 03:00 UTC  2026-11-17 16:00 UTC          0
✗ recheck of two failed 5 min 00 s ago: HTTP 500
`;

describe('status of a pipeline in the stack of another app', () => {
  it('goes by the name of the deployment for metrics and alarms', async () => {
    const deployed = await DeployedPipeline.start();
    try {
      const { stacks, alarms } = deployed.pipeline.aws;
      stacks.put('Prod-Audit', {
        ...OUTPUTS,
        DeploymentName: 'AuditProd',
        Sources: JSON.stringify([deployedSource('corp')]),
      });
      await deployed.putMetric('corp', 'EventsArchived', {
        value: 5,
        atMs: NOW_MS - MINUTE_MS,
        deployment: 'AuditProd',
      });
      alarms.put({ AlarmName: 'AuditProd-corp-behind', StateValue: 'ALARM' });
      alarms.put({ AlarmName: 'AuditProd-collector-errors', StateValue: 'ALARM' });
      const { stdout } = await deployed.cli(['status', '--json', '--stack', 'Prod-Audit']);
      expect(JSON.parse(stdout)).toMatchObject({
        stackName: 'Prod-Audit',
        firingAlarms: ['collector-errors'],
        sources: [{ sourceId: 'corp', archived24h: 5, firingAlarms: ['behind'] }],
      });
    } finally {
      await deployed.stop();
    }
  });
});

const TABLE = `\
source    state                    last run         last event               lag  archived 24 h  quarantined  token days  alarms
netskope  caught up                0 s ago          10 min 00 s ago          0 s              2            0           -  ✓
never     never ran                -                -                          -              0            0           -  -
waiting   waiting for credentials  3 min 00 s ago   -                          -              0            0           -  -
refused   credentials refused      4 min 00 s ago   -                          -              0            0           -  -
failing   failing                  5 min 00 s ago   -                30 min 00 s              0            0           -  -
dead      not running              3 d 00 h ago     -                   3 d 00 h              0            0           -  ✗ not-running
busy      running                  10 min 00 s ago  -                10 min 00 s              0            0           -  -
late      behind                   5 min 00 s ago   -                 2 h 30 min          1,234            2           6  ✗ behind, quarantined
collector 0.1.0
✗ collector-errors fires
✗ detection-behind fires
`;
