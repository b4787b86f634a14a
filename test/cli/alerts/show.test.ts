import { exampleAlert } from '../../detector/example-alert';
import { deletes } from '../detect/detected-archive';
import { AlertsArchive, MANY_DELETES, OLD_ALERT, storeGrowingAlert, VERSION_1 } from './alerts-archive';

let alerts: AlertsArchive;

beforeAll(async () => {
  alerts = await AlertsArchive.start();
  await storeGrowingAlert(alerts);
  await alerts.store(`netskope/dt=2026-11-20/${OLD_ALERT}`, VERSION_1);
});

afterAll(() => alerts.stop());

describe('alerts show', () => {
  it('prints an alert as in its message, and its updates in their order', async () => {
    expect(await alerts.output('show', MANY_DELETES)).toBe(
      [
        '[HIGH] Many objects deleted by alice@corp.example: "Finance"',
        '',
        'What: Deleted rbi template, File Filter profile deleted',
        'To what: Finance templates',
        'Who: alice@corp.example',
        'From where: the events name no address',
        'When: 2026-11-22 09:00:00 to 2026-11-22 09:12:30 UTC',
        'How often: 12 times within 60 minutes (the alert takes 10); what follows until 2026-11-22 10:00:00 UTC belongs to this alert',
        'Tenant: netskope',
        'Meaning: One user deleted many objects in a short time.',
        'What to do: Ask the user.',
        'Limits: API calls are not counted.',
        `Events: s3://netskope-audit-archive/alerts/netskope_audit/source=netskope/dt=2026-11-22/${MANY_DELETES}.ndjson.gz`,
        'MITRE ATT&CK: TA0040:T1485 Data Destruction',
        `Rule, alert: many-deletes, ${MANY_DELETES}`,
        '',
        'Incident: incident-20261122T090000Z-01234567',
        'Update, grown: 99 events, the last at 2026-11-22 09:30:00 UTC, severity high',
        'Update, grown: 120 events, the last at 2026-11-22 09:40:12 UTC, severity high',
        'Update, closed: 120 events, the last at 2026-11-22 09:40:12 UTC, severity critical',
        '',
      ].join('\n'),
    );
  });

  it('prints one that was stored in version 1', async () => {
    const text = await alerts.output('show', OLD_ALERT);
    expect(text).toContain(
      [
        '[CRITICAL] Administrator account changed by mallory@corp.example from 203.0.113.9',
        '',
        'What: Created new admin',
        'Who: mallory@corp.example',
        'From where: 203.0.113.9',
        'When: 2026-11-20 08:15:00 to 2026-11-20 08:16:30 UTC',
        'How often: 2 times within 60 minutes; what follows until 2026-11-20 09:15:00 UTC belongs to this alert',
      ].join('\n'),
    );
    expect(text).not.toContain('Incident');
  });

  it('prints the records with --json, as they are stored', async () => {
    expect(await alerts.output('show', OLD_ALERT, '--json')).toBe(`${JSON.stringify(VERSION_1)}\n`);
    const lines = (await alerts.output('show', MANY_DELETES, '--json')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { update: string }).update)).toEqual([
      'raised',
      'grown',
      'grown',
      'closed',
    ]);
  });

  it('lets no text of an event write to the terminal', async () => {
    const id = 'many-deletes-20261121T090000Z-00000000000000ee';
    const hostile = '\u001b[2J\u202e\u200b';
    await alerts.store(
      `netskope/dt=2026-11-21/${id}`,
      exampleAlert({
        alert_id: id,
        headline: `a${hostile}b`,
        meaning: `c${hostile}d`,
        incident_id: `e${hostile}\nf`,
      }),
    );
    const text = await alerts.output('show', id);
    expect(text).toMatch(/^\[HIGH\] a \[2J \\u\{200b\}b\n/);
    expect(text).toContain('\nMeaning: c\\u{001b}[2J\\u{202e}\\u{200b}d\n');
    expect(text).toContain('\nIncident: e\\u{001b}[2J\\u{202e}\\u{200b}\\u{000a}f\n');
  });

  it('finds one of a source that is no longer deployed', async () => {
    const id = 'many-deletes-20261121T090000Z-00000000000000ff';
    await alerts.store(`gone/dt=2026-11-21/${id}`, exampleAlert({ alert_id: id, source_id: 'gone' }));
    expect(await alerts.output('show', id)).toContain('\nTenant: gone\n');
  });

  it('shows what the detector has stored', async () => {
    await alerts.archive.store(deletes(61, 12, { user: 'bob@corp.example' }));
    const [stored] = (await alerts.archive.detected()).filter(({ who }) => who.includes('bob@corp.example'));
    expect(await alerts.output('show', stored?.alert_id ?? '')).toContain(
      '[HIGH] Many objects deleted by bob@corp.example\n',
    );
    expect(await alerts.output('list', 'netskope', '--user', 'bob')).toContain(String(stored?.alert_id));
  });

  it('says that there is no such alert', async () => {
    const id = 'many-deletes-20261122T090000Z-0123456789abcde0';
    await alerts.store(`netskope/dt=2026-11-22/${id}`, exampleAlert());
    const { exitCode, stdout, stderr } = await alerts.archive.cli('alerts', 'show', id);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe(
      `✗ Bucket netskope-audit-archive has no alert ${id}.\n` +
        '  npx --no -- netskope-audit alerts list shows the ids of those it has.\n',
    );
  });

  it.each(['x', `${MANY_DELETES}-closed`, '../many-deletes-20261122T090000Z-0123456789abcdef'])(
    'refuses %j, which is no id',
    async (id) => {
      const { exitCode, stderr } = await alerts.archive.cli('alerts', 'show', id);
      expect(exitCode).toBe(2);
      expect(stderr).toBe(
        `✗ The alert id is ${JSON.stringify(id)}; expected one such as many-deletes-20261122T090000Z-0123456789abcdef.\n` +
          '  npx --no -- netskope-audit alerts list shows the ids.\n',
      );
    },
  );
});
