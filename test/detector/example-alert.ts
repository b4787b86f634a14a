import type { AlertRecord } from '../../lambdas/contract/storage/alert-record';

/** A complete alert with the given differences. */
export function exampleAlert(different: Partial<AlertRecord> = {}): AlertRecord {
  return {
    schema_version: 2,
    alert_id: 'many-deletes-20261122T090000Z-0123456789abcdef',
    update: 'raised',
    incident_id: 'incident-20261122T090000Z-01234567',
    rule_id: 'many-deletes',
    title: 'Many objects deleted',
    headline: 'Many objects deleted by alice@corp.example: "Finance templates"',
    severity: 'high',
    source_id: 'netskope',
    log_type: 'Netskope.Audit',
    mitre_attack: ['TA0040:T1485 Data Destruction'],
    meaning: 'One user deleted many objects in a short time.',
    what_to_do: 'Ask the user.',
    limits: 'API calls are not counted.',
    what: ['Deleted rbi template', 'File Filter profile deleted'],
    who: ['alice@corp.example'],
    targets: ['Finance templates'],
    changes: [],
    addresses: [],
    group_key: 'user alice@corp.example',
    historic: false,
    first_event_time: '2026-11-22T09:00:00Z',
    last_event_time: '2026-11-22T09:12:30Z',
    window_end: '2026-11-22T10:00:00Z',
    window_minutes: 60,
    event_count: 12,
    threshold: 10,
    rows: [
      {
        row_id: 'netskope:e1',
        event_time: '2026-11-22T09:00:00Z',
        what: 'Deleted rbi template',
        user: 'alice@corp.example',
        targets: ['Finance templates'],
        changes: [],
        addresses: [],
        event: { _id: 'e1' },
      },
    ],
    ...different,
  };
}
