import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoStateStore } from '../../../../lambdas/detector/adapters/dynamo-state-store';
import { EMPTY_OUTBOX } from '../../../../lambdas/detector/core/notify/outbox';
import { createLocalDetection, LOCAL_DETECTION_TABLE } from '../../../../lib/local/local-deployment';
import { simulatedLogin } from '../../../collector/audit-events';
import { objectCreated } from '../../../detector/detection';
import { localDetector } from '../../../detector/local-detector';
import { NOW_S } from '../../../pipeline';
import { deployedSource, OUTPUTS } from '../../deployed-pipeline';
import { CollectedChain } from './collected-chain';

/** The chain that lists alerts, as `docs/proof.md` promises it. */

const line = (number: number): string =>
  `manifest/alerts/netskope_audit/source=netskope/00000000000${number}.json`;
const OLDER = 'alerts/netskope_audit/source=netskope/dt=2026-11-17/older.ndjson.gz';

/** Two alerts, each in a line. */
let chain: CollectedChain;
beforeEach(async () => {
  chain = await CollectedChain.collect();
  const { aws } = chain.deployed.pipeline;
  await createLocalDetection(aws);
  const Sources = JSON.stringify([deployedSource('netskope')]);
  aws.stacks.put('NetskopeAudit', { ...OUTPUTS, DetectionTable: LOCAL_DETECTION_TABLE, Sources });
  for (const [place, user] of ['alice@corp.example', 'bogdan@corp.example'].entries())
    await alertOn(user, 900 * (place + 4));
});
afterEach(() => chain.stop());

/** A run collects an event, and the detector raises an alert over it. */
async function alertOn(user: string, secondsLater: number): Promise<void> {
  const { pipeline, settings } = chain.deployed;
  const before = chain.keys('netskope_audit/');
  pipeline.nextSchedule();
  pipeline.simulator.add([
    simulatedLogin(user, NOW_S + secondsLater, { user, audit_log_event: 'Created new admin' }),
  ]);
  await pipeline.run();
  const detector = localDetector({ aws: settings, nowMs: () => pipeline.clock.nowMs() });
  const messages = chain
    .keys('netskope_audit/')
    .filter((key) => !before.includes(key))
    .map((key) => ({ messageId: key, body: objectCreated(key) }));
  expect(await detector.detect(messages, 'run-1', { remainingMs: () => 60_000 })).toEqual([]);
}

async function setOutbox(state: object): Promise<void> {
  const client = new DynamoDBClient(chain.deployed.settings);
  const states = new DynamoStateStore(client, LOCAL_DETECTION_TABLE, () =>
    chain.deployed.pipeline.clock.nowMs(),
  );
  const version = (await states.loadMany(['#outbox#netskope'])).get('#outbox#netskope')?.version ?? 0;
  expect(await states.save('#outbox#netskope', { state, version }, { keepS: 86_400 })).toBe(true);
  client.destroy();
}

const alerts = (): string[] => chain.keys('alerts/');

test('an intact chain is confirmed together with that of the events', async () => {
  const { exitCode, stdout, stderr } = await chain.verify();
  expect(stderr).toMatch(/\nverify netskope 100 %, 8 lines, 9 objects\n$/);
  expect(stdout).toMatch(/^✓ 8 lines and 9 objects \(.*\): each is as it was written, none is missing\.\n/);
  expect(stdout).toContain('Among them 2 lines and 2 objects of alerts.\n');
  expect(exitCode).toBe(0);
});

test('an alert that was altered', async () => {
  const [first = ''] = alerts();
  await chain.overwrite(first, Buffer.from('altered'));
  expect(await chain.findings()).toMatchObject([{ finding: 'altered', key: first }]);
});

test('an alert that was deleted', async () => {
  const [first = ''] = alerts();
  chain.remove(first);
  expect(await chain.findings()).toMatchObject([{ finding: 'removed', key: first }]);
});

test('an alert that was added', async () => {
  const { clock } = chain.deployed.pipeline;
  clock.pass(3_600_000);
  await chain.overwrite(OLDER, Buffer.from('added'));
  expect(await chain.findings()).toMatchObject([{ finding: 'unlisted', key: OLDER }]);
});

test('a line that was deleted', async () => {
  chain.remove(line(1));
  expect(await chain.findings()).toMatchObject([{ finding: 'line removed', key: line(1) }]);
});

test('the end of the chain that was cut off, with its alert: the head in the table knows it', async () => {
  const last = JSON.parse((await chain.bytesOf(line(2))).toString()) as { objects: { key: string }[] };
  chain.remove(line(2), last.objects[0]?.key ?? '');
  expect(await chain.findings()).toMatchObject([
    {
      finding: 'cut off',
      key: line(2),
      detail: 'the table of detection knows line 2; the chain ends with line 1',
    },
  ]);
});

test('without a head in the table, the lines are still followed', async () => {
  await setOutbox(EMPTY_OUTBOX);
  expect((await chain.verify()).exitCode).toBe(0);
  const [first = ''] = alerts();
  chain.remove(first);
  expect(await chain.findings()).toMatchObject([{ finding: 'removed', key: first }]);
});

test('alerts of before there were lines are counted, and no finding', async () => {
  chain.remove(line(1), line(2));
  await setOutbox(EMPTY_OUTBOX);
  const { exitCode, stdout } = await chain.verify();
  expect(exitCode).toBe(0);
  expect(stdout).toContain(
    'Among them 0 lines and 0 objects of alerts; 2 older alerts are from before there were such lines, and in none.\n',
  );
});
