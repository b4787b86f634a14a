import { deletes, DetectedArchive, eventAt } from './detected-archive';

let archive: DetectedArchive;

/** Users of the printed alerts, in order. */
async function usersOf(...args: readonly string[]): Promise<string[]> {
  const { alerts } = await archive.detectAsJson(...args);
  return alerts.map(({ who }) => who.join());
}

const admin = (minute: number, user: string) =>
  eventAt(minute, { audit_log_event: 'Created new admin', user });

beforeAll(async () => {
  archive = await DetectedArchive.start();
  await archive.store([admin(61, 'one'), admin(62, 'two')]);
  await archive.store(deletes(121, 12, { user: 'three' }));
  await archive.store([admin(241, 'four')]);
});

afterAll(() => archive.stop());

describe('detect', () => {
  it('prints the newest alert first with --newest', async () => {
    expect(await usersOf()).toEqual(['one', 'two', 'three', 'four']);
    expect(await usersOf('--newest')).toEqual(['four', 'three', 'two', 'one']);
    const { stdout } = await archive.detect('--newest', '--full');
    expect(stdout.match(/^Who: .*$/gm)).toEqual(['Who: four', 'Who: three', 'Who: two', 'Who: one']);
  });

  it('prints the first alerts up to --limit, or the newest, and says how many are left out', async () => {
    expect(await usersOf('--limit', '2')).toEqual(['one', 'two']);
    expect(await usersOf('--limit', '2', '--newest')).toEqual(['four', 'three']);
    const { stdout } = await archive.detect('--limit', '1', '--newest');
    expect(stdout).toMatch(
      /^first event, UTC .*\n2026-11-22 04:01:00 .*four.*\n {2}… 3 more; --limit leaves them out\.\n/,
    );
  });

  it('prints alerts from --severity on, and counts all of them', async () => {
    expect(await usersOf('--severity', 'critical')).toEqual(['one', 'two', 'four']);
    const { stdout } = await archive.detect('--severity', 'critical');
    expect(stdout).toContain('\n  … 1 less severe than critical.\n');
    expect(stdout).toMatch(/^many-deletes +10 +12 +0 +0 +1$/m);
    expect(stdout).toMatch(/: 4 alerts from 15 events\.\n$/);
    const { sum } = await archive.detectAsJson('--severity', 'critical', '--limit', '2');
    expect(sum).toMatchObject({ alerts: 4, alertsShown: 2 });
  });

  it('ends by --fail-on even if the alert is not printed', async () => {
    const { exitCode } = await archive.detect(
      '--severity',
      'critical',
      '--rule',
      'many-deletes',
      '--fail-on',
      'high',
    );
    expect(exitCode).toBe(3);
  });
});
