import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { FleetSource } from '../../lambdas/contract/deployment/fleet';
import { startRuns } from '../../lambdas/fleet/start-runs';
import { LocalAws } from '../../lib/local/aws/local-aws';
import { clientSettings } from '../collector/adapters/client-settings';

let aws: LocalAws;
let client: EventBridgeClient;
let calls: number;

beforeEach(async () => {
  aws = await LocalAws.start();
  client = new EventBridgeClient(clientSettings(aws));
  calls = 0;
  aws.hooks = { before: () => void calls++ };
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

function source(sourceId: string): FleetSource {
  return {
    sourceId,
    label: `The tenant ${sourceId}`,
    startLookbackHours: 48,
    scheduleMinutes: 6,
    dailyRecheck: false,
    addedAtMs: 1_795_003_200_000,
    noDataWindowMinutes: 1440,
  };
}

test('a round puts an event for each source on the bus, whose detail is the input of the collector and nothing more', async () => {
  await startRuns(client, [source('corp')]);
  expect(aws.bus).toEqual([
    {
      Source: 'netskope-audit.fleet',
      DetailType: 'Collect',
      Detail:
        '{"sourceId":"corp","label":"The tenant corp","startLookbackHours":48,"scheduleMinutes":6,"dailyRecheck":false}',
    },
  ]);
});

test('ten sources go into a call, which is the most that EventBridge takes, and none is left out', async () => {
  const ids = Array.from({ length: 25 }, (_, place) => `tenant-${place + 1}`);
  await startRuns(client, ids.map(source));
  expect(calls).toBe(3);
  expect(aws.bus.map(({ Detail }) => (JSON.parse(Detail) as FleetSource).sourceId)).toEqual(ids);
});

test('without sources there is no call', async () => {
  await startRuns(client, []);
  expect(calls).toBe(0);
});

describe('entries that EventBridge refuses within a call that succeeds', () => {
  let refusals: number;

  beforeEach(() => {
    client.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        if (refusals === 0) return answer;
        refusals--;
        const { Entries = [] } = answer.output as { Entries?: { EventId?: string }[] };
        Object.assign(answer.output, {
          Entries: Entries.map((entry, place) =>
            place === 0 ? { ErrorCode: 'ThrottlingException' } : entry,
          ),
        });
        return answer;
      },
      { step: 'initialize' },
    );
  });

  test('are put again, and only they', async () => {
    refusals = 4;
    await startRuns(client, ['a', 'b'].map(source));
    expect(calls).toBe(5);
    expect(aws.bus.map(({ Detail }) => (JSON.parse(Detail) as FleetSource).sourceId)).toEqual([
      'a',
      'b',
      'a',
      'a',
      'a',
      'a',
    ]);
  });

  test('fail the round at last', async () => {
    refusals = 5;
    await expect(startRuns(client, ['a', 'b'].map(source))).rejects.toThrow(
      'EventBridge refused 1 of 2 events 5 times',
    );
  });
});
