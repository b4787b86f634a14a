import { gzipSync } from 'node:zlib';
import type { AlertRecord } from '../../../lambdas/contract/storage/alert-record';
import { exampleAlert } from '../../detector/example-alert';
import { DetectedArchive } from '../detect/detected-archive';

/** Id of the example; it has a digest, as every id. */
export const MANY_DELETES = 'many-deletes-20261122T090000Z-0123456789abcdef';
export const OLD_ALERT = 'admin-account-changed-20261120T081500Z-00000000000000aa';

/** A record as version 1 of the form had it: other times, and neither headline, targets, changes nor update. */
export const VERSION_1 = {
  schema_version: 1,
  alert_id: OLD_ALERT,
  rule_id: 'admin-account-changed',
  title: 'Administrator account changed',
  severity: 'critical',
  source_id: 'netskope',
  log_type: 'Netskope.Audit',
  mitre_attack: ['TA0004:T1098 Account Manipulation'],
  meaning: 'Who may administer Netskope has changed.',
  what_to_do: 'Find the ticket.',
  what: ['Created new admin'],
  who: ['mallory@corp.example'],
  addresses: ['203.0.113.9'],
  group_key: 'user mallory@corp.example',
  first_event_time: '2026-11-20 08:15:00.000000000',
  last_event_time: '2026-11-20 08:16:30.000000000',
  window_end: '2026-11-20 09:15:00.000000000',
  window_minutes: 60,
  event_count: 2,
  threshold: 1,
  rows: [
    {
      row_id: 'netskope:e7',
      event_time: '2026-11-20 08:15:00.000000000',
      what: 'Created new admin',
      user: 'eve@corp.example',
      addresses: ['203.0.113.9'],
    },
  ],
} as const;

/** An update of an alert, as the detector writes one: without rows and changes. */
export function updateOf(alert: AlertRecord, different: Partial<AlertRecord>): AlertRecord {
  return { ...alert, changes: [], rows: [], ...different };
}

/** The archive of a deployment, with alerts; the commands run at ten o'clock on 2026-11-22. */
export class AlertsArchive {
  private constructor(readonly archive: DetectedArchive) {}

  static async start(): Promise<AlertsArchive> {
    return new AlertsArchive(await DetectedArchive.start(['netskope', 'emea', 'torn']));
  }

  stop(): Promise<void> {
    return this.archive.stop();
  }

  /** Stores one record in an object of this name, below the day of its source. */
  store(place: string, record: object): Promise<void> {
    return this.storeBody(place, gzipSync(`${JSON.stringify(record)}\n`));
  }

  storeBody(place: string, body: Buffer): Promise<void> {
    return this.archive.storeAs(`alerts/netskope_audit/source=${place}.ndjson.gz`, body);
  }

  /** Runs a command that must succeed. @returns what it printed */
  async output(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.archive.cli('alerts', ...args);
    if (exitCode !== 0) throw new Error(`ended with ${exitCode}: ${stderr}`);
    return stdout;
  }
}

/** An alert and three updates; neither their keys nor all of their counts are in the order of writing. */
export async function storeGrowingAlert(alerts: AlertsArchive): Promise<void> {
  const raised = exampleAlert({ headline: 'Many objects deleted by alice@corp.example: "Finance"' });
  const later = { last_event_time: '2026-11-22T09:40:12Z', event_count: 120 };
  const soon = { last_event_time: '2026-11-22T09:30:00Z', event_count: 99 };
  const end = { ...later, severity: 'critical' } as const;
  const place = `netskope/dt=2026-11-22/${MANY_DELETES}`;
  await alerts.store(`${place}-closed`, updateOf(raised, { update: 'closed', ...end }));
  await alerts.store(`${place}-grown-120`, updateOf(raised, { update: 'grown', ...later }));
  await alerts.store(`${place}-grown-99`, updateOf(raised, { update: 'grown', ...soon }));
  await alerts.store(place, raised);
}
