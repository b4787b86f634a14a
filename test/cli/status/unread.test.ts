import { simulatedLogin } from '../../collector/audit-events';
import { NOW_S } from '../../pipeline';
import type { CliEnd } from '../cli-process';
import { DeployedPipeline } from '../deployed-pipeline';

let deployed: DeployedPipeline;

beforeAll(async () => {
  deployed = await DeployedPipeline.start({ sourceIds: ['netskope', 'quiet'] });
  const { aws, simulator } = deployed.pipeline;
  simulator.add([simulatedLogin('a', NOW_S - 600)]);
  await deployed.pipeline.run();
  aws.alarms.put({ AlarmName: 'NetskopeAudit-netskope-behind', StateValue: 'OK' });
});

afterEach(() => {
  deployed.pipeline.aws.hooks = {};
});

afterAll(() => deployed.stop());

/** The status while AWS denies an operation, for one key or for all. */
async function statusWithout(
  operation: string,
  { key = '', options = [] as string[] } = {},
): Promise<CliEnd> {
  deployed.pipeline.aws.hooks = {
    before: (call) =>
      call.operation === operation && (key === '' || call.body.toString().includes(key))
        ? { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' }
        : undefined,
  };
  return deployed.cli(['status', ...options]);
}

/** The cells of the source's row. */
function rowOf(sourceId: string, { stdout }: CliEnd): string[] {
  const row = stdout.split('\n').find((line) => line.startsWith(`${sourceId} `)) ?? '';
  return row.split(/\s{2,}/);
}

const ROW = ['netskope', 'caught up', '0 s ago', '10 min 00 s ago', '0 s', '1', '0', '-', '✓'];

describe('status', () => {
  test('shows everything if all can be read', async () => {
    expect(rowOf('netskope', await deployed.cli(['status']))).toEqual(ROW);
  });

  test('shows unknown in the column of the last event if the archive cannot be listed, says why, and fails', async () => {
    const end = await statusWithout('ListObjectsV2');
    expect(rowOf('netskope', end)).toEqual(ROW.with(3, 'unknown'));
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toBe(
      '✗ AWS denied the call S3 ListObjectsV2: no\n' +
        '  Have the permission for this call granted to your role, or choose another with --profile.\n',
    );
  });

  test('knows no state without the alarms, for they tell what is late', async () => {
    expect(rowOf('netskope', await statusWithout('DescribeAlarms'))).toEqual(
      ROW.with(1, 'unknown').with(8, 'unknown'),
    );
  });

  test('shows the checkpoint without the metrics', async () => {
    expect(rowOf('netskope', await statusWithout('GetMetricData'))).toEqual([
      'netskope',
      'unknown',
      'unknown',
      '10 min 00 s ago',
      '0 s',
      'unknown',
      'unknown',
      'unknown',
      '✓',
    ]);
  });

  test('shows one source whole if only the checkpoint of another cannot be read', async () => {
    const end = await statusWithout('GetItem', { key: 'quiet#audit' });
    expect(rowOf('netskope', end)).toEqual(ROW);
    expect(rowOf('quiet', end).slice(1, 5)).toEqual(['unknown', '-', '-', 'unknown']);
  });

  test('names in JSON what could not be read', async () => {
    const { stdout, stderr } = await statusWithout('ListObjectsV2', { options: ['--json'] });
    const { sources } = JSON.parse(stdout) as { sources: object[] };
    expect(sources[0]).toMatchObject({ state: 'caught up', unread: ['last event'] });
    expect(sources[0]).not.toHaveProperty('lastEventAt');
    expect(JSON.parse(stderr)).toMatchObject({
      error: { what: 'AWS denied the call S3 ListObjectsV2: no', exitCode: 1 },
    });
  });
});
