import { gzipSync } from 'node:zlib';
import { simulatedLogin } from '../../collector/audit-events';
import { exampleAlert } from '../../detector/example-alert';
import { NOW_S } from '../../pipeline';
import { DeployedPipeline, OUTPUTS } from '../deployed-pipeline';

/** The archive of two sources, an alert, and a fleet with one source; noon of 2026-11-18, UTC. */
let deployed: DeployedPipeline;

beforeAll(async () => {
  deployed = await DeployedPipeline.start({ sourceIds: ['netskope', 'a-source-with-a-long-id'] });
  const { aws, simulator } = deployed.pipeline;
  simulator.add([
    simulatedLogin('a', NOW_S - 600, {
      user: 'ann@example.org',
      audit_log_event: 'Edited inline policy',
      supporting_data: {
        data_type: 'policy',
        data_values: ['Block uploads of payment cards to personal storage'],
      },
    }),
  ]);
  await deployed.pipeline.run();
  aws.alarms.put({ AlarmName: 'NetskopeAudit-netskope-behind', StateValue: 'ALARM' });
  aws.alarms.put({ AlarmName: 'NetskopeAudit-netskope-not-running', StateValue: 'OK' });
  await aws.objects.put({
    bucket: OUTPUTS.ArchiveBucket,
    key: 'alerts/netskope_audit/source=netskope/dt=2026-11-18/an-alert.ndjson.gz',
    body: gzipSync(
      JSON.stringify(
        exampleAlert({
          alert_id: 'many-deletes-20261118T090000Z-0123456789abcdef',
          first_event_time: '2026-11-18T09:00:00Z',
          headline: 'Many objects deleted by ann@example.org: "Finance"',
        }),
      ),
    ),
    attributes: { contentType: 'application/gzip', userMetadata: {} },
    onlyIfAbsent: false,
  });
  aws.stacks.put('Fleet', { ...OUTPUTS, Sources: '[]', FleetFunction: 'fleet' });
  const label = 'The tenant of a subsidiary whose name is long enough to need two lines of eighty columns';
  await deployed.cli(['sources', 'add', 'corp', '--label', label, '--stack', 'Fleet']);
});

afterAll(() => deployed.stop());

/** What a command writes to a terminal of this width; each line fits. */
async function shownAt(columns: number, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await deployed.cli(args, { columns, environment: { NO_COLOR: '1' } });
  expect(stderr).toBe('');
  expect(stdout.split('\n').filter((line) => line.length > columns)).toEqual([]);
  return `\n${stdout}`;
}

test.each([
  [
    80,
    ['status'],
    `
source            state   last  last   lag  archived  quarantined  token  alarms
                          run   event           24 h                days
netskope          behind  0 s   10     0 s         1            0      -  ✗
                          ago   min                                       behind
                                00 s
                                ago
a-source-with-a-  never   -     -        -         0            0      -  -
long-id           ran
collector 0.1.0
`,
  ],
  [
    120,
    ['status'],
    `
source                   state      last run  last event       lag  archived 24 h  quarantined  token days  alarms
netskope                 behind     0 s ago   10 min 00 s ago  0 s              1            0           -  ✗ behind
a-source-with-a-long-id  never ran  -         -                  -              0            0           -  -
collector 0.1.0
`,
  ],
  [
    80,
    ['alerts', 'list', 'netskope'],
    `
first       severity  events  update  alert                     headline
event, UTC
2026-11-18  high          12  raised  many-deletes-20261118T09  Many objects
09:00:00                              0000Z-0123456789abcdef    deleted by
                                                                ann@example.org:
                                                                "Finance"
netskope, 2026-10-19 12:00 UTC to 2026-11-18 12:00 UTC: 1 alert.
`,
  ],
  [
    120,
    ['alerts', 'list', 'netskope'],
    `
first event, UTC     severity  events  update  alert                                           headline
2026-11-18 09:00:00  high          12  raised  many-deletes-20261118T090000Z-0123456789abcdef  Many objects deleted by
                                                                                               ann@example.org:
                                                                                               "Finance"
netskope, 2026-10-19 12:00 UTC to 2026-11-18 12:00 UTC: 1 alert.
`,
  ],
  [
    80,
    ['tail', 'netskope'],
    `
2026-11-18 11:50:00 UTC  ann@example.org               Edited inline policy
    policy: Block uploads of payment cards to personal storage
`,
  ],
  [
    120,
    ['tail', 'netskope'],
    `
2026-11-18 11:50:00 UTC  ann@example.org               Edited inline policy          policy: Block uploads of
    payment cards to personal storage
`,
  ],
  [
    80,
    ['sources', 'list', '--stack', 'Fleet'],
    `
source  label                                          added       no-data after
corp    The tenant of a subsidiary whose name is long  2026-11-18       1440 min
        enough to need two lines of eighty columns
1 source.
`,
  ],
  [
    120,
    ['sources', 'list', '--stack', 'Fleet'],
    `
source  label                                                                                  added       no-data after
corp    The tenant of a subsidiary whose name is long enough to need two lines of eighty       2026-11-18       1440 min
        columns
1 source.
`,
  ],
])('at %d columns %j', async (columns, args, expected) => {
  expect(await shownAt(columns, ...args)).toBe(expected);
});

test('a table in a pipe is 120 columns wide, or as wide as COLUMNS says', async () => {
  const piped = async (COLUMNS: string): Promise<string> =>
    (await deployed.cli(['alerts', 'list', 'netskope'], { environment: { COLUMNS } })).stdout;
  expect(`\n${await piped('')}`).toBe(await shownAt(120, 'alerts', 'list', 'netskope'));
  expect(`\n${await piped('80')}`).toBe(await shownAt(80, 'alerts', 'list', 'netskope'));
});

test('an event in a pipe is one line', async () => {
  const { stdout } = await deployed.cli(['tail', 'netskope'], { environment: { COLUMNS: '80' } });
  expect(stdout).toMatch(/^.{130,}\n$/);
});
