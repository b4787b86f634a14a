import { exampleAlert } from '../../detector/example-alert';
import { AlertsArchive, MANY_DELETES, OLD_ALERT, storeGrowingAlert, VERSION_1 } from './alerts-archive';

const POLICY = 'policy-weakened-20261122T083000Z-00000000000000bb';
const LONG_AGO = 'many-deletes-20261001T000000Z-00000000000000cc';

let alerts: AlertsArchive;

beforeAll(async () => {
  alerts = await AlertsArchive.start();
  await storeGrowingAlert(alerts);
  await alerts.store(`netskope/dt=2026-11-20/${OLD_ALERT}`, VERSION_1);
  const policy = exampleAlert({
    alert_id: POLICY,
    rule_id: 'policy-weakened',
    severity: 'medium',
    headline: 'Policy weakened by mallory\u001b[2J\u202e\n@c.example',
    who: ['mallory\u001b[2J\u202e@c.example'],
    first_event_time: '2026-11-22T08:30:00Z',
    event_count: 1,
    rows: [],
  });
  await alerts.store(`netskope/dt=2026-11-22/${POLICY}`, policy);
  const longAgo = exampleAlert({ alert_id: LONG_AGO, first_event_time: '2026-10-01T00:00:00Z' });
  await alerts.store(`netskope/dt=2026-10-01/${LONG_AGO}`, longAgo);
});

afterAll(() => alerts.stop());

/** Ids of the alerts that `list` prints, in its order. */
async function ids(...args: readonly string[]): Promise<string[]> {
  const text = await alerts.output('list', 'netskope', ...args);
  return text.match(/[a-z-]+-\d{8}T\d{6}Z-[0-9a-f]{16}/g) ?? [];
}

describe('alerts list', () => {
  it('prints each alert once, the newest first, with the newest count, in whatever version it is stored', async () => {
    expect(await alerts.output('list', 'netskope')).toBe(
      [
        'first event, UTC     severity  events  update  alert                                                    headline',
        '2026-11-22 09:00:00  critical     120  closed  many-deletes-20261122T090000Z-0123456789abcdef           Many objects deleted by alice@corp.example: "Finance"',
        '2026-11-22 08:30:00  medium         1  raised  policy-weakened-20261122T083000Z-00000000000000bb        Policy weakened by mallory\\u{001b}[2J\\u{202e}\\u{000a}@c.example',
        '2026-11-20 08:15:00  critical       2  raised  admin-account-changed-20261120T081500Z-00000000000000aa  Administrator account changed by mallory@corp.example from 203.0.113.9',
        'netskope, 2026-10-23 10:00 UTC to 2026-11-22 10:00 UTC: 3 alerts.',
        '',
      ].join('\n'),
    );
  });

  it('prints with --json every record as it is stored, the updates after their alert', async () => {
    const lines = (await alerts.output('list', 'netskope', '--json')).trimEnd().split('\n');
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.map(({ alert_id: id, update }) => [id, update])).toEqual([
      [MANY_DELETES, 'raised'],
      [MANY_DELETES, 'grown'],
      [MANY_DELETES, 'grown'],
      [MANY_DELETES, 'closed'],
      [POLICY, 'raised'],
      [OLD_ALERT, undefined],
    ]);
    expect(records[5]).toEqual(VERSION_1);
  });

  it('prints as CSV whole headlines and counts as digits, and says on standard error that there are others', async () => {
    expect(await alerts.archive.cli('alerts', 'list', 'netskope', '--limit', '1', '--output', 'csv')).toEqual(
      {
        exitCode: 0,
        stderr: '! There are older ones; --limit shows more.\n',
        stdout: [
          '"first event, UTC",severity,events,update,alert,headline',
          '2026-11-22 09:00:00,critical,120,closed,many-deletes-20261122T090000Z-0123456789abcdef,"Many objects deleted by alice@corp.example: ""Finance"""',
          '',
        ].join('\r\n'),
      },
    );
  });

  it.each([
    [
      ['--from', '90d'],
      [MANY_DELETES, POLICY, OLD_ALERT, LONG_AGO],
    ],
    [
      ['--from', '2026-11-22T08:30'],
      [MANY_DELETES, POLICY],
    ],
    [['--from', '2026-11-22T08:31'], [MANY_DELETES]],
    [
      ['--to', '2026-11-22T09:00'],
      [POLICY, OLD_ALERT],
    ],
    [['--to', '2026-11-22'], [OLD_ALERT]],
    [
      ['--severity', 'high'],
      [MANY_DELETES, OLD_ALERT],
    ],
    [
      ['--rule', 'policy-weakened', '--rule', 'admin-account-changed'],
      [POLICY, OLD_ALERT],
    ],
    [
      ['--user', 'MALLORY'],
      [POLICY, OLD_ALERT],
    ],
    [['--user', 'eve@'], [OLD_ALERT]],
  ])('with %j shows %j', async (args, expected) => {
    expect(await ids(...args)).toEqual(expected);
  });

  it('shows the newest up to --limit, and says that there are others', async () => {
    const text = await alerts.output('list', 'netskope', '--limit', '2');
    expect(text).toContain(POLICY);
    expect(text).not.toContain(OLD_ALERT);
    expect(text).toContain('\n! There are older ones; --limit shows more.\n');
    expect(await alerts.output('list', 'netskope', '--limit', '3')).not.toContain('older ones');
  });

  it('shows an alert whose event carries a time that is ahead', async () => {
    const id = 'many-deletes-20261122T103000Z-00000000000000dd';
    const ahead = exampleAlert({ alert_id: id, first_event_time: '2026-11-22T10:30:00Z', source_id: 'emea' });
    await alerts.store(`emea/dt=2026-11-22/${id}`, ahead);
    expect(await alerts.output('list', 'emea')).toContain(id);
  });

  it('says that nothing is found, that no detector is deployed, and that a rule is unknown', async () => {
    expect(await alerts.output('list', 'emea', '--rule', 'many-delets')).toBe(
      [
        'emea, 2026-10-23 10:00 UTC to 2026-11-22 10:00 UTC: 0 alerts.',
        '! The pack has no rule "many-delets"; npx --no -- netskope-audit detect --list shows its rules.',
        '! No detector is deployed here, so nothing raises alerts; detect shows which there would be.',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['no gzip', Buffer.from('no gzip'), 'is not whole gzip'],
    ['no alert', undefined, 'is no alert'],
  ])('names an object that is %s', async (_, body, finding) => {
    const key = 'torn/dt=2026-11-22/x';
    if (body === undefined) await alerts.store(key, { alert_id: 7 });
    else await alerts.storeBody(key, body);
    const { exitCode, stderr } = await alerts.archive.cli('alerts', 'list', 'torn');
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `✗ Object alerts/netskope_audit/source=torn/dt=2026-11-22/x.ndjson.gz ${finding}; expected what the detector writes, one record in gzip NDJSON.\n` +
        '  Find out in CloudTrail who wrote it.\n',
    );
  });

  it.each([
    [['list', '--from', 'yesterday'], /^✗ --from is "yesterday"; expected a time/],
    [['list', '--to', '2026-11-23'], /^✗ --to 2026-11-23 00:00 UTC is in the future\.\n/],
    [['list', '--severity', 'urgent'], /^✗ .*'urgent' is invalid/],
    [['list', '--limit', '0'], /^✗ .*Expected an integer from 1 to 10000\.\n/],
    [['list'], /^✗ Which source\? Stack NetskopeAudit has netskope, emea, torn\.\n/],
  ])('%j is refused', async (args, message) => {
    const { exitCode, stdout, stderr } = await alerts.archive.cli('alerts', ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
