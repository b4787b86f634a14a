import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import { simulatedLogin } from '../../collector/audit-events';
import { NOW_S, TOKEN } from '../../pipeline';
import type { Play } from './played-runbook';
import { deniesTable } from './played-runbook';

const SETUP = ['--domain', 'corp.goskope.com', '--token-file', '-', '--token-expires-at', '2027-06-30'];

/** Of alarms about collection. */
export const COLLECTION_PLAYS = {
  'no-data': async (played) => {
    await played.runs(26, 60);
    expect(played.fires()).toBe(true);
    expect(await played.doctor()).toEqual(['alarm states']);
    expect(await played.remedy()).toMatchObject({ exitCode: 0 });
    played.pipeline.simulator.add([simulatedLogin('after a quiet day', played.nowS)]);
    await played.runs(1);
    expect(played.fires()).toBe(false);
  },

  'not-running': async (played) => {
    played.pipeline.simulator.add([simulatedLogin('while it fails', NOW_S + 600)]);
    played.pipeline.interference = { beforeAws: deniesTable };
    await played.runs(9);
    expect(played.fires()).toBe(true);
    expect(await played.doctor()).toEqual(['last run', 'alarm states']);
    played.pipeline.interference = {};
    await played.runs(4);
    expect(played.fires()).toBe(false);
    expect(await played.remedy()).toMatchObject({ exitCode: 0 });
  },

  'credentials-refused': async (played) => {
    await played.scenario.fill({ domain: 'corp.goskope.com', token: 'a token that was revoked' });
    await played.runs(1);
    expect(played.fires()).toBe(true);
    expect(await played.doctor()).toEqual(['secret', 'last run', 'alarm states']);
    expect(await played.remedy(SETUP, { stdin: TOKEN })).toMatchObject({ exitCode: 0 });
    await played.runs(5);
    expect(played.fires()).toBe(false);
    expect(await played.doctor()).toEqual([]);
  },

  behind: async (played) => {
    played.pipeline.simulator.add([simulatedLogin('that waits', NOW_S + 600)]);
    played.pipeline.interference = { netskope: () => ({ kind: 'rate-limited' }) };
    await played.runs(20);
    expect(played.fires()).toBe(true);
    expect(await played.doctor()).toEqual(['last run', 'lag', 'alarm states']);
    played.pipeline.interference = {};
    await played.runs(1);
    expect(await played.remedy()).toMatchObject({ exitCode: 0 });
    await played.runs(2);
    expect(played.fires()).toBe(false);
  },

  quarantined: async (played) => {
    const withoutId = simulatedLogin('', NOW_S + 200, { _id: undefined });
    played.pipeline.simulator.add([withoutId]);
    await played.runs(1);
    expect(played.fires()).toBe(true);
    expect(await played.doctor()).toEqual(['alarm states']);
    const redriven = await played.remedy();
    expect(redriven).toMatchObject({ exitCode: 0 });
    expect(redriven.stdout).toContain('0 archived');
    const shown = await played.type(['quarantine', 'show', 'netskope']);
    expect(shown.stdout).toContain(withoutId.text);
    await played.runs(13);
    expect(played.fires()).toBe(false);
    played.pipeline.simulator.add([simulatedLogin('mended', NOW_S + 200)]);
    const minutes = ['--from', '2026-11-18T12:00:00Z', '--to', '2026-11-18T12:10:00Z'];
    expect(await played.type(['backfill', 'netskope', ...minutes])).toMatchObject({ exitCode: 0 });
    expect(await played.archivedTimes('mended')).toBe(1);
  },

  'token-expiring': async (played) => {
    await played.scenario.fill({
      domain: 'corp.goskope.com',
      token: TOKEN,
      tokenExpiresAt: '2026-11-28',
    });
    await played.runs(1, 12 * 60);
    expect(played.fires()).toBe(true);
    expect(await played.doctor()).toEqual(['alarm states']);
    expect(await played.remedy(SETUP, { stdin: TOKEN })).toMatchObject({ exitCode: 0 });
    await played.runs(1, 12 * 60);
    expect(played.fires()).toBe(false);
  },

  'collector-errors': async (played) => {
    played.pipeline.interference = { beforeAws: deniesTable };
    played.pipeline.simulator.add([simulatedLogin('while it fails', NOW_S + 120)]);
    await played.runs(3);
    expect(played.fires()).toBe(true);
    expect(await played.doctor()).toEqual(['last run', 'alarm states']);
    played.pipeline.interference = {};
    await played.runs(7);
    expect(await played.remedy()).toMatchObject({ exitCode: 0 });
    expect(played.fires()).toBe(false);
  },

  'collector-not-invoked': async (played) => {
    await played.runs(1);
    expect(played.fires()).toBe(false);
    played.silence(60);
    expect(played.fires()).toBe(true);
    expect(await played.doctor()).toEqual(['last run', 'lag', 'alarm states']);
    await played.runs(1);
    expect(await played.remedy()).toMatchObject({ exitCode: 0 });
    expect(played.fires()).toBe(false);
  },

  'collector-throttles': async (played) => {
    played.pipeline.simulator.add([simulatedLogin('while it is refused', NOW_S + 300)]);
    played.throttledRuns(3);
    expect(played.fires()).toBe(true);
    expect(await played.doctor()).toEqual(['last run', 'alarm states']);
    expect(await played.remedy()).toMatchObject({ exitCode: 0 });
    await played.runs(1);
    expect(await played.archivedTimes('while it is refused')).toBe(1);
    await played.runs(3);
    expect(played.fires()).toBe(false);
  },
} satisfies Partial<Record<AlarmKind, Play>>;
