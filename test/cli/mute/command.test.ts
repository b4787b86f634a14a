import type { Fields } from '../detect/detected-archive';
import { deletes, DetectedArchive, eventAt } from '../detect/detected-archive';

const MINUTES_PER_DAY = 1440;

let archive: DetectedArchive;
beforeEach(async () => {
  archive = await DetectedArchive.start();
});
afterEach(() => archive.stop());

const MUTE = [
  'mute',
  'admin-account-changed',
  '--user',
  'alice@*',
  '--until',
  '2026-11-22',
  '--because',
  'move',
];

function created(minutes: number, different: Fields = {}): Promise<string> {
  return archive.store([eventAt(minutes, { audit_log_event: 'Created new admin', ...different })]);
}

/** Users and times of the alerts that the deployed detector has stored. */
async function alerted(): Promise<string[]> {
  const alerts = await archive.detected();
  return alerts.map(({ who, first_event_time: time }) => `${who.join()} ${time}`).sort();
}

async function listed(): Promise<Record<string, unknown>[]> {
  const { stdout } = await archive.cli('mute', 'list', '--json');
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('what is muted is not alerted by the deployed detector until the last day is over, all else is', async () => {
  const { exitCode, stdout } = await archive.cli(...MUTE);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^✓ mute-[0-9a-f]{8}: admin-account-changed does not count events of user alice@\* until the end of 2026-11-22, UTC\.\n$/,
  );
  await created(60);
  await created(61, { user: 'bob@corp.example', ur_normalized: 'bob@corp.example' });
  await created(MINUTES_PER_DAY + 1);
  expect(await alerted()).toEqual([
    'alice@corp.example 2026-11-23T00:01:00Z',
    'bob@corp.example 2026-11-22T01:01:00Z',
  ]);
});

test('a mute that has ended counts no more', async () => {
  await archive.cli(...MUTE);
  const [{ id } = {}] = await listed();
  const { exitCode, stdout } = await archive.cli('mute', 'end', String(id));
  expect([exitCode, stdout]).toEqual([0, `✓ ${String(id)} has ended.\n`]);
  await created(60);
  expect(await alerted()).toEqual(['alice@corp.example 2026-11-22T01:00:00Z']);
  expect((await archive.cli('mute', 'end', String(id))).exitCode).toBe(2);
});

test('list shows each once, and the next change takes those that have ended', async () => {
  await archive.cli(...MUTE);
  await archive.cli(...MUTE);
  const { stdout } = await archive.cli('mute', 'list');
  expect(stdout).toMatch(
    /\bmute-[0-9a-f]{8} +admin-account-changed +user alice@\* +2026-11-22 +move\n1 mute\.\n$/,
  );
  archive.nowMs += MINUTES_PER_DAY * 60_000;
  expect(await listed()).toMatchObject([{ user: 'alice@*', ended: true }]);
  await archive.cli(
    'mute',
    'all',
    '--address',
    '198.51.100.0/24',
    '--until',
    '2026-11-30',
    '--because',
    'scan',
  );
  expect(await listed()).toEqual([
    {
      id: expect.stringMatching(/^mute-/) as string,
      address: '198.51.100.0/24',
      until: '2026-11-30',
      because: 'scan',
      ended: false,
    },
  ]);
});

test('detect takes the mutes of the deployment into account, and says so; the rules as they come have none', async () => {
  await archive.store(deletes(60, 12, {}));
  await archive.cli('mute', 'all', '--event', 'deleted *', '--until', '2026-11-22', '--because', 'clean-up');
  const muted = await archive.cli('detect', '--rule', 'many-deletes');
  expect(muted.stdout).toContain('! 1 mute of the deployment counted, too.');
  expect(muted.stdout).toMatch(/many-deletes +10 +0 +12 +0 +0/);
  const { alerts } = await archive.detectAsJson('--rule', 'many-deletes');
  expect(alerts).toHaveLength(1);
});

test.each([
  [
    ['no-such-rule', '--user', 'a'],
    'The rule is "no-such-rule"; expected all or one of access-settings-changed,',
  ],
  [['all'], 'expected an object with at least one of user, address, event, object and apiPath'],
  [['all', '--user', '*'], 'expected a field that says more than *'],
  [['all', '--address', 'office'], 'mute.address is "office"; expected an IP address, or a CIDR block'],
])('%j is refused', async (args, message) => {
  const { exitCode, stderr } = await archive.cli('mute', ...args, '--until', '2026-11-30', '--because', 'x');
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});

test.each([
  [['--until', '2026-11-21', '--because', 'x'], '--until is 2026-11-21; expected 2026-11-22 or a later day.'],
  [
    ['--until', 'tomorrow', '--because', 'x'],
    'mute.until is "tomorrow"; expected the last day of the events',
  ],
  [['--because', 'x'], 'mute.until is not set; expected the last day of the events'],
  [['--until', '2026-11-30'], 'mute.because is not set; expected a text that says why'],
])('an end and a reason are needed: %j', async (args, message) => {
  const { exitCode, stderr } = await archive.cli('mute', 'all', '--user', 'a', ...args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});
