import { from } from '../../detector/archived';
import { deletes, DetectedArchive, eventAt, MIDNIGHT_S } from './detected-archive';

const BOB = { user: 'bob@corp.example' };

let archive: DetectedArchive;

beforeAll(async () => {
  archive = await DetectedArchive.start(['netskope', 'emea', 'broken', 'busy', 'torn']);
  await archive.store(deletes(61, 12, BOB));
  await archive.store([
    eventAt(121, {
      audit_log_event: 'Created new admin',
      user: 'mallory\u001b[2J\u202e\u200b@c.example',
      ...from('203.0.113.9'),
    }),
    eventAt(130, { audit_log_event: 'Login Failed', user: 'redacted', ur_normalized: 'redacted' }),
  ]);
});

afterAll(() => archive.stop());

describe('detect', () => {
  it('prints each alert on a line, the counts of every rule, and the tuning they were made with', async () => {
    const { exitCode, stdout } = await archive.detect(
      'netskope',
      '--from',
      '2026-11-22',
      '--to',
      '2026-11-22T03:00',
    );
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      [
        'first event, UTC     severity  rule                   who                                           from where   events  what',
        '2026-11-22 01:01:00  high      many-deletes           bob@corp.example                              -                12  Deleted tag',
        '2026-11-22 02:01:00  critical  admin-account-changed  mallory\\u{001b}[2J\\u{202e}\\u{200b}@c.example  203.0.113.9       1  Created new admin',
        '',
        'rule                              threshold  matched  excluded  uncountable  alerts',
        'access-settings-changed                   1        0         0            0       0',
        'action-from-new-address                   1        1         0            0       0',
        'admin-account-changed                     1        1         0            0       1',
        'admin-logged-out-after-failures           1        0         0            0       0',
        'admin-password-changed                    1        0         0            0       0',
        'audit-trail-cleared                       1        0         0            0       0',
        'client-disabled                           1        0         0            0       0',
        'configuration-changed-by-api              1        0         0            0       0',
        'default-action-changed                    1        0         0            0       0',
        'failed-logins-all-day                    40        1         0            0       0',
        'failed-logins-by-address                 20        0         0            0       0',
        'failed-logins-by-user                    10        1         0            0       0',
        'failed-logins-from-many-networks          5        0         0            0       0',
        'failed-logins-of-many-users              10        0         0            0       0',
        'inspection-bypassed                       1        0         0            0       0',
        'log-streaming-changed                     1        0         0            0       0',
        'login-after-failures                      5        0         0            1       0',
        'login-after-others-failed                10        0         0            0       0',
        'many-api-writes                         100        0         0            0       0',
        'many-deletes                             10       12         0            0       1',
        'netskope-personnel-action                 1        0         0            0       0',
        'netskope-personnel-changed-admin          1        0         0            0       0',
        'netskope-severity-high                    1        0         0            0       0',
        'netskope-support-access-changed           1        0         0            0       0',
        'new-kind-of-action                        1       12         0            0       0',
        'policy-weakened                           1        0         0            0       0',
        'protection-disabled                       1        0         0            0       0',
        'rest-api-token-enabled                    1        0         0            0       0',
        'unauthorised-api-calls                   10        0         0            0       0',
        '',
        'The pack as it comes.',
        "! action-from-new-address has learned from events since 2026-10-23 00:00 UTC; the first is of 2026-11-22 01:00 UTC. It learns for 14 days from a user's first event.",
        "! new-kind-of-action has learned from events since 2026-10-23 00:00 UTC; the first is of 2026-11-22 01:00 UTC. It learns for 30 days from a user's first event.",
        '! Uncountable are events whose user Netskope hides, and that name no address to count them by.',
        'netskope, 2026-11-22 00:00 UTC to 2026-11-22 03:00 UTC: 2 alerts from 14 events.',
        '',
      ].join('\n'),
    );
  });

  it('reports its progress on standard error, in hours and events', async () => {
    const { stderr } = await archive.detect('netskope', '--from', '2026-11-22');
    expect(stderr).toBe('detect netskope 100 %, 2 hours, 14 events\n');
  });

  it('shows with --full the message that would have been sent, in which no name can write to the terminal', async () => {
    const { stdout } = await archive.detect('netskope', '--rule', 'admin-account-changed', '--full');
    expect(stdout).toContain(
      [
        '[CRITICAL] Administrator account changed by mallory [2J \\u{200b}@c.example from 203.0.113.9',
        '',
        'What: Created new admin',
        'Who: mallory [2J \\u{200b}@c.example',
        'From where: 203.0.113.9',
        'When: 2026-11-22 02:01:00 UTC',
        'How often: once; what follows until 2026-11-22 03:01:00 UTC belongs to this alert',
        'Tenant: netskope',
      ].join('\n'),
    );
    expect(stdout).not.toContain('first event, UTC');
  });

  it('prints with --json each alert, and finally the counts', async () => {
    const { alerts, sum } = await archive.detectAsJson(
      'netskope',
      '--from',
      '2026-11-22',
      '--rule',
      'many-deletes',
    );
    expect(
      alerts.map(({ schema_version, rule_id, event_count }) => [schema_version, rule_id, event_count]),
    ).toEqual([[2, 'many-deletes', 12]]);
    expect(sum).toEqual({
      sourceId: 'netskope',
      from: '2026-11-22T00:00:00.000Z',
      to: '2026-11-22T10:00:00.000Z',
      learnFrom: '2026-11-21T00:00:00.000Z',
      settingsFile: null,
      switchedOff: [],
      events: 14,
      alerts: 1,
      alertsShown: 1,
      unreadableLines: 0,
      laterEditions: 0,
      rules: [
        {
          ruleId: 'many-deletes',
          threshold: 10,
          windowMinutes: 60,
          matched: 12,
          excluded: 0,
          withoutGroupKey: 0,
          failed: 0,
          alerts: 1,
        },
      ],
      notes: [],
    });
  });

  it('ends with exit code 3 if an alert is as severe as --fail-on says, so that a script can tell', async () => {
    const deleted = ['netskope', '--rule', 'many-deletes', '--fail-on'];
    expect((await archive.detect(...deleted, 'high')).exitCode).toBe(3);
    expect((await archive.detect(...deleted, 'medium')).exitCode).toBe(3);
    expect((await archive.detect(...deleted, 'critical')).exitCode).toBe(0);
  });

  it('reports no alert for an empty archive', async () => {
    const { exitCode, stdout } = await archive.detect('emea', '--rule', 'many-deletes');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/UTC: 0 alerts from 0 events\.\n$/);
  });

  it('prints no more alerts than can be read, and counts the others', async () => {
    const record = (place: number) => ({
      ...eventAt(place, { audit_log_event: 'Created new admin', user: `user-${place}` }),
      p_source_id: 'busy',
    });
    await archive.store(
      Array.from({ length: 105 }, (_, place) => record(place)),
      'busy',
    );
    const { stdout } = await archive.detect('busy', '--rule', 'admin-account-changed');
    expect(stdout.match(/Created new admin/g)).toHaveLength(100);
    expect(stdout).toContain('\n  … 5 more; --json tells them all.\n');
    expect((await archive.detectAsJson('busy', '--rule', 'admin-account-changed')).alerts).toHaveLength(105);
    const csv = await archive.detect('busy', '--rule', 'admin-account-changed', '--output', 'csv');
    expect(csv.stdout.match(/Created new admin/g)).toHaveLength(105);
  });

  it('evaluates what can be read of an object, and reports the rest', async () => {
    const records = [
      { ...eventAt(5, { audit_log_event: 'Deleted admin' }), p_source_id: 'broken' },
      eventAt(6),
    ];
    const key = await archive.store(records, 'broken');
    const { stdout } = await archive.detect('broken', '--rule', 'admin-account-changed');
    expect(stdout).toContain(
      `! 1 line of the archive cannot be read, the first of them in ${key}: the detector would report its object as unfinished.\n`,
    );
    expect(stdout).toMatch(/: 1 alert from 1 event\.\n$/);
  });

  it('names an object that the collector did not write', async () => {
    const key = await archive.storeBody(MIDNIGHT_S, Buffer.from('no gzip'), 'torn');
    const { exitCode, stderr } = await archive.detect('torn');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`✗ Object ${key} is not whole gzip;`);
    await archive.storeAs('netskope_audit/source=torn/notes.txt', Buffer.from('elsewhere'));
    expect((await archive.detect('torn')).stderr).toContain(
      '✗ Object netskope_audit/source=torn/notes.txt lies in no hour; expected what the collector writes',
    );
  });
});

describe('wrong usage', () => {
  it.each([
    [
      ['--rule', 'many-delets'],
      /^✗ --rule is "many-delets"; expected one of access-settings-changed, .*\.\n/,
    ],
    [['--from', '1d', '--to', '2d'], /^✗ --from .* is not earlier than --to .*\.\n/],
    [['--to', '2026-11-23'], /^✗ --to 2026-11-23 00:00 UTC is in the future\.\n/],
    [['--from', '2d', '--learn-from', '1d'], /^✗ --learn-from .* is later than --from .*\.\n/],
    [['--from', 'yesterday'], /^✗ --from is "yesterday"; expected a time/],
    [
      ['--fail-on', 'urgent'],
      /^✗ .*'urgent' is invalid.* Allowed choices are info, low, medium, high, critical\.\n/,
    ],
    [['--list', '--from', '1d'], /^✗ option '--list' cannot be used with option '--from <time>'\n/],
    [[], /^✗ Which source\? Stack NetskopeAudit has netskope, emea, broken, busy, torn\.\n/],
  ])('%j is refused', async (args, message) => {
    const { exitCode, stdout, stderr } = await archive.detect(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
