import { gzipSync } from 'node:zlib';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import type { TuningSettings } from '../../../lambdas/detector/core/rule/tuning';
import { simulatedLogin } from '../../collector/audit-events';
import { PlayedDetection } from './played-detection';
import type { Play, PlayedRunbook } from './played-runbook';
import { deniesTable } from './played-runbook';

const TOLD = '[CRITICAL] Administrator account changed by a@example.org from 192.0.2.7';
const HIDDEN = { user: 'redacted', supporting_data: undefined };

/** What ends `events-without-group` in `detection` of cdk.json, while users stay hidden. */
const SETTINGS_FOR_HIDDEN_USERS: readonly TuningSettings[] = [
  { rules: { 'login-after-failures': { enabled: false } } },
  { rules: { 'login-after-failures': { exclude: [{ event: '*login*', because: 'users are hidden' }] } } },
];

/** Of alarms about detection. */
export const DETECTION_PLAYS = {
  'events-without-group': async (played) => {
    const detection = PlayedDetection.behind(played);
    await sixLogins(played, detection, HIDDEN);
    expect(played.fires()).toBe(true);
    expect(await played.doctor()).toEqual(['alarm states']);
    const shown = await played.remedy();
    expect(shown).toMatchObject({ exitCode: 0 });
    expect(shown.stdout).toMatch(/^login-after-failures +5 +2 +0 +6 +0$/m);
    for (const settings of SETTINGS_FOR_HIDDEN_USERS) {
      detection.settings = settings;
      played.silence(23 * 60);
      await sixLogins(played, detection, HIDDEN);
      played.silence(2 * 60);
      expect(played.fires()).toBe(false);
      detection.settings = {};
      await sixLogins(played, detection, HIDDEN);
      expect(played.fires()).toBe(true);
    }
    played.silence(23 * 60);
    await sixLogins(played, detection, {});
    played.silence(2 * 60);
    expect(played.fires()).toBe(false);
  },

  'detector-errors': async (played) => {
    const detection = PlayedDetection.behind(played);
    detection.beforeAws = deniesTable;
    await archiveNewAdmin(played);
    await detection.pass(15);
    expect(played.fires()).toBe(true);
    await expectStillToBeTold(played, detection);
    detection.beforeAws = () => undefined;
    await detection.pass(10);
    expect(detection.told()).toEqual([TOLD]);
    await detection.pass(35);
    expect(played.fires()).toBe(false);
    expect(detection.told()).toEqual([TOLD]);
    expect(detection.givenUp()).toEqual([]);
  },

  'detection-behind': async (played) => {
    const detection = PlayedDetection.behind(played);
    detection.isTriggered = false;
    await archiveNewAdmin(played);
    await detection.pass(20);
    expect(played.fires()).toBe(true);
    await expectStillToBeTold(played, detection);
    detection.isTriggered = true;
    await detection.pass(8);
    expect(played.fires()).toBe(false);
    expect(detection.told()).toEqual([TOLD]);
  },

  'dead-letters': async (played) => {
    const detection = PlayedDetection.behind(played);
    detection.beforeAws = deniesTable;
    await archiveNewAdmin(played);
    await detection.pass(45);
    expect(played.fires()).toBe(true);
    await expectStillToBeTold(played, detection);
    detection.beforeAws = () => undefined;
    expect(detection.givenUp()).toEqual(['Object Created', 'Sweep', 'Sweep', 'Sweep']);
    await detection.pass(6);
    expect(detection.givenUp()).toEqual(['Object Created', 'Sweep', 'Sweep', 'Sweep', 'Sweep']);
    expect(played.entry).toContain('aws sqs start-message-move-task');
    detection.moveBack();
    await detection.pass(8);
    expect(played.fires()).toBe(false);
    expect(detection.told()).toEqual([TOLD]);

    // An object with a line that is not JSON fails forever.
    const key = 'netskope_audit/source=netskope/dt=2026-11-18/hour=13/foreign.ndjson.gz';
    await played.put(key, gzipSync('not JSON\n'));
    await detection.pass(45);
    expect(played.fires()).toBe(true);
    expect(detection.givenUp()).toEqual(['Object Created']);
    const verified = await played.type(['verify', 'netskope', '--chain']);
    expect(verified.stdout).toContain(key);
    detection.deleteDeadLetters();
    await detection.pass(8);
    expect(played.fires()).toBe(false);

    // A run that EventBridge Scheduler could not hand to the function.
    played.pipeline.simulator.add([simulatedLogin('not collected in time', played.nowS + 60)]);
    played.silence(5);
    played.countDeadLetters('undelivered', 1);
    expect(played.fires()).toBe(true);
    expect(played.entry).toContain('aws sqs purge-queue');
    played.countDeadLetters('undelivered', 0);
    await played.runs(1);
    expect(played.fires()).toBe(false);
    expect(await played.archivedTimes('not collected in time')).toBe(1);
  },
} satisfies Partial<Record<AlarmKind, Play>>;

let logins = 0;

/** The collector archives six logins, and the detector evaluates them. */
async function sixLogins(
  played: PlayedRunbook,
  detection: PlayedDetection,
  different: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { simulator } = played.pipeline;
  simulator.add(
    Array.from({ length: 6 }, () => simulatedLogin(`login ${++logins}`, played.nowS + 60, different)),
  );
  await played.runs(1);
  await detection.pass(1);
}

/** The collector archives an event that is worth an alert. */
async function archiveNewAdmin(played: PlayedRunbook): Promise<void> {
  const created = { audit_log_event: 'Created new admin' };
  played.pipeline.simulator.add([simulatedLogin('new admin', played.nowS + 60, created)]);
  await played.runs(1);
}

async function expectStillToBeTold(played: PlayedRunbook, detection: PlayedDetection): Promise<void> {
  expect(await played.doctor()).toEqual(['alarm states']);
  const shown = await played.remedy();
  expect(shown).toMatchObject({ exitCode: 0 });
  expect(shown.stdout).toMatch(/critical {2}admin-account-changed .*Created new admin$/m);
  expect(detection.told()).toEqual([]);
}
