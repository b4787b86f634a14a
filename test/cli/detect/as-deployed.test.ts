import type { AlertRecord } from '../../../lambdas/contract/storage/alert-record';
import { from } from '../../detector/archived';
import type { Fields } from './detected-archive';
import { DetectedArchive, eventAt } from './detected-archive';

const MINUTES_PER_DAY = 1440;
const FAILED = 'Login Failed';

let archive: DetectedArchive;

/** Events of one kind, one per minute. */
function everyMinute(from: number, count: number, different: Fields): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, place) => eventAt(from + place, different));
}

/** Stores sixteen days in which a user becomes known, and then a night with many incidents. */
async function storeArchive(): Promise<void> {
  for (let day = 20; day >= 4; day--)
    await archive.store([eventAt(-day * MINUTES_PER_DAY, { audit_log_event: 'Login Successful', ...HOME })]);
  // Failed logins across three objects and the turn of the hour, then a success, from a new address.
  const guesses = everyMinute(50, 24, { audit_log_event: FAILED, ...ABROAD });
  await archive.store(guesses.slice(0, 4));
  await archive.store(guesses.slice(4, 10));
  await archive.store(guesses.slice(10));
  await archive.store([eventAt(75, { audit_log_event: 'Login Successful', ...ABROAD })]);
  // Objects whose times overlap, and an event that is in both.
  const deletes = everyMinute(130, 30, { audit_log_event: 'Deleted tag', user: 'bob@corp.example' });
  const even = deletes.filter((_, place) => place % 2 === 0);
  const odd = deletes.filter((_, place) => place % 2 === 1);
  await archive.store([...even, ...odd.slice(0, 1)]);
  await archive.store(odd);
  // One more of them while the window is open, and enough for a second window when it is over.
  await archive.store([eventAt(185, { audit_log_event: 'Deleted tag', user: 'bob@corp.example' })]);
  await archive.store(
    everyMinute(193, 10, { audit_log_event: 'x deleted', user: 'BOB@corp.example', ur_normalized: '' }),
  );
  // A severity that depends on the event, in one window.
  await archive.store([
    eventAt(301, { audit_log_event: 'Edit admin record' }),
    eventAt(302, { audit_log_event: 'Created new admin' }),
    eventAt(303, { audit_log_event: 'Edit admin record' }),
  ]);
  // Users that Netskope hides: with addresses, and without.
  const hidden = { user: 'redacted', ur_normalized: 'redacted' };
  await archive.store([
    ...everyMinute(361, 10, { audit_log_event: FAILED, ...hidden, ...from('203.0.113.7', 'redacted') }),
    ...everyMinute(371, 12, { audit_log_event: FAILED, ...hidden }),
    eventAt(384, { audit_log_event: 'Deleted admin', ...hidden }),
    eventAt(385, { audit_log_event: 'Deleted admin', ...hidden, is_netskope_personnel: true }),
  ]);
}

const HOME = from('198.51.100.17');
const ABROAD = from('203.0.113.9');

beforeAll(async () => {
  archive = await DetectedArchive.start();
  await storeArchive();
});
afterAll(() => archive.stop());

function inOrder(alerts: readonly AlertRecord[]): AlertRecord[] {
  return alerts.toSorted((one, other) => (one.alert_id < other.alert_id ? -1 : 1));
}

/** Without what only a deployed detector knows: the time, the incident, and where a user was last. */
function asReplayed({ last_login_address: _, last_login_time: __, ...alert }: AlertRecord): AlertRecord {
  return { ...alert, historic: false, incident_id: '' };
}

/** Rule, time and number of events of each alert, in the order printed. */
function summary(alerts: readonly AlertRecord[]): string[] {
  return alerts.map(
    (alert) => `${alert.rule_id} ${alert.first_event_time.slice(11, 16)} ${alert.event_count}`,
  );
}

describe('detect', () => {
  it('raises the same alerts as the deployed detector for the same objects in order of time, in every field but incident and age', async () => {
    const { alerts } = await archive.detectAsJson('--from', '30d');
    expect(summary(alerts)).toEqual([
      'failed-logins-by-user 00:50 10',
      'failed-logins-by-address 00:50 24',
      'login-after-failures 00:50 25',
      'action-from-new-address 01:15 1',
      'many-deletes 02:10 16',
      'many-deletes 03:13 10',
      'admin-account-changed 05:01 2',
      'admin-account-changed 05:02 1',
      'failed-logins-by-user 06:01 10',
      'failed-logins-by-user 06:11 12',
      'admin-account-changed 06:24 1',
      'netskope-personnel-changed-admin 06:25 1',
    ]);
    expect(inOrder(alerts)).toEqual(inOrder(await archive.detected()).map(asReplayed));
  });

  it('shows the alerts of the range, and takes earlier events into account', async () => {
    // The guesses began before one o'clock, and the window of the deletes that began at ten past two is open at three.
    expect(summary((await archive.detectAsJson('--from', '2026-11-22T01:00')).alerts)).toContain(
      'failed-logins-by-address 00:50 24',
    );
    const { alerts, sum } = await archive.detectAsJson(
      '--from',
      '2026-11-22T03:00',
      '--to',
      '2026-11-22T05:00',
    );
    expect(summary(alerts)).toEqual(['many-deletes 03:13 10']);
    expect(sum).toMatchObject({
      from: '2026-11-22T03:00:00.000Z',
      to: '2026-11-22T05:00:00.000Z',
      events: 11,
    });
  });

  it('learns the users of the 14 days before, or of the given period', async () => {
    const night = ['--from', '2026-11-22', '--rule', 'action-from-new-address'];
    expect(summary((await archive.detectAsJson(...night)).alerts)).toEqual([
      'action-from-new-address 01:15 1',
    ]);
    const short = await archive.detectAsJson(...night, '--learn-from', '13d');
    expect(short.alerts).toEqual([]);
    expect(short.sum.notes).toEqual([
      "action-from-new-address has learned from events since 2026-11-09 10:00 UTC; the first is of 2026-11-10 00:00 UTC. It learns for 14 days from a user's first event.",
    ]);
  });
});
