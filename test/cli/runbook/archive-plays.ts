import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import { verifySources } from '../../../lambdas/verifier/verify-sources';
import { LOCAL_BUCKET, LOCAL_CHECKPOINT_TABLE } from '../../../lib/local/local-deployment';
import { simulatedLogin } from '../../collector/audit-events';
import type { Play, PlayedRunbook } from './played-runbook';

const DAY_MINUTES = 24 * 60;

/** Of alarms about what the archive holds. */
export const ARCHIVE_PLAYS = {
  'archive-damaged': async (played) => {
    const key = await played.keyOf('a');
    const before = await played.pipeline.aws.objects.read(LOCAL_BUCKET, key);
    await played.put(key, Buffer.from('something else'));
    await verifyNextDay(played);
    expect(played.fires()).toBe(true);
    expect(await played.doctor()).toEqual(['alarm states']);
    const damaged = await played.remedy();
    expect(damaged.exitCode).toBe(3);
    expect(damaged.stdout).toContain(key);

    // The embedded S3 keeps no versions: the test has kept the one before.
    await played.put(key, before.body);
    await verifyNextDay(played);
    expect(played.fires()).toBe(false);
    expect(await played.remedy()).toMatchObject({ exitCode: 0 });

    // Where nothing can be put back, the entry says how to forget it.
    played.pipeline.simulator.add([simulatedLogin('altered for good', played.nowS + 60)]);
    await played.runs(1);
    await played.put(await played.keyOf('altered for good'), Buffer.from('something else'));
    await verifyNextDay(played);
    expect(played.fires()).toBe(true);
    await forgetDamagedLines(played);
    await verifyNextDay(played);
    expect(played.fires()).toBe(false);
  },

  'events-recovered': async (played) => {
    await played.runs(4, 60);
    const twoHoursAgoS = played.nowS - 7200;
    played.pipeline.simulator.add([{ ...simulatedLogin('late', twoHoursAgoS), insertedAtS: played.nowS }]);
    await played.runs(2);
    expect(await played.archivedTimes('late')).toBe(0);
    played.silence(20 * 60);
    await played.runs(6, 5, { dailyRecheck: true });
    expect(await played.archivedTimes('late')).toBe(1);
    expect(played.fires()).toBe(true);
    expect(await played.doctor()).toEqual(['alarm states']);
    const verified = await played.remedy();
    expect(verified).toMatchObject({ exitCode: 0 });
    expect(verified.stdout).toContain('Netskope has 3 events; each is here.');
    await played.runs(25, 60, { dailyRecheck: true });
    expect(played.fires()).toBe(false);
    expect(await played.archivedTimes('late')).toBe(1);
  },
} satisfies Partial<Record<AlarmKind, Play>>;

/** A day later, with a run and the verification that their schedules start. */
async function verifyNextDay(played: PlayedRunbook): Promise<void> {
  const { pipeline } = played;
  const log = (): void => undefined;
  await played.runs(1, DAY_MINUTES);
  await verifySources(
    // The name of the stack whose alarms are replayed: metrics carry it.
    { deploymentName: 'audit', archiveBucket: LOCAL_BUCKET, checkpointTable: LOCAL_CHECKPOINT_TABLE },
    ['netskope'],
    { remainingMs: () => 900_000 },
    {
      feed: AUDIT_FEED,
      aws: played.scenario.deployed.settings,
      nowMs: () => pipeline.clock.nowMs(),
      log: { info: log, warn: log, error: log },
    },
  );
}

/** Carries out `aws dynamodb update-item` as the entry gives it. */
async function forgetDamagedLines({ entry, scenario }: PlayedRunbook): Promise<void> {
  const given = (option: string): string =>
    new RegExp(`--${option} '([^']+)'`).exec(entry)?.[1]?.replace('<source id>', 'netskope') ?? '';
  const client = new DynamoDBClient(scenario.deployed.settings);
  await client.send(
    new UpdateItemCommand({
      TableName: LOCAL_CHECKPOINT_TABLE,
      Key: JSON.parse(given('key')) as Record<string, { S: string }>,
      UpdateExpression: given('update-expression'),
      ExpressionAttributeValues: JSON.parse(given('expression-attribute-values')) as Record<
        string,
        { L: [] }
      >,
    }),
  );
  client.destroy();
}
