import { createHash } from 'node:crypto';
import { auditEventKinds } from '../../../../lib/local/netskope-simulator/events/audit-event-names';
import { generateAuditEvents } from '../../../../lib/local/netskope-simulator/events/audit-events';

// Monday 2023-11-13 to Monday 2023-11-20, 00:00 UTC.
const week = { fromEpochS: 1_699_833_600, toEpochS: 1_700_438_400 };

interface Generated {
  readonly audit_log_event: string;
  readonly [field: string]: unknown;
}

function parsed(text: string): Generated {
  return JSON.parse(text) as Generated;
}

describe('a generated stream', () => {
  test('is the same to the byte for the same seed', () => {
    const digest = createHash('sha256');
    for (const { text } of generateAuditEvents({ seed: 1, count: 1000, ...week })) digest.update(`${text}\n`);
    expect(digest.digest('hex')).toBe('71d27daffb6668551e4fec76fbaea1cd7f999e914b888fde6a53f49c71436b03');
  });

  test('is the same for the same seed in the newest form, too', () => {
    const span = { fromEpochS: 1_794_787_200, toEpochS: 1_795_392_000 };
    const texts = () => generateAuditEvents({ seed: 1, count: 1000, ...span }).map(({ text }) => text);
    expect(texts()).toEqual(texts());
  });

  test('differs for another seed', () => {
    const [first] = generateAuditEvents({ seed: 1, count: 1, ...week });
    const [other] = generateAuditEvents({ seed: 2, count: 1, ...week });
    expect(first?.text).not.toBe(other?.text);
  });

  test('has as many events as asked for, in the order of insertion, inside the span', () => {
    const times = generateAuditEvents({ seed: 1, count: 5000, ...week }).map(
      ({ insertedAtS }) => insertedAtS,
    );
    expect(times).toHaveLength(5000);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(1_699_833_600);
    expect(times.at(-1)).toBeLessThan(1_700_438_400);
  });

  test('describes the content of each text', () => {
    for (const { text, id, timestampS, insertedAtS } of generateAuditEvents({
      seed: 3,
      count: 2000,
      anomalyShare: 0,
      ...week,
    })) {
      const fields = parsed(text);
      expect([fields._id, fields.timestamp]).toEqual([id, timestampS]);
      expect([undefined, insertedAtS]).toContain(fields._insertion_epoch_timestamp);
      expect(fields.type).toBe('admin_audit_logs');
    }
  });

  test('never repeats an id', () => {
    const ids = generateAuditEvents({ seed: 1, count: 50_000, anomalyShare: 0, ...week }).map(({ id }) => id);
    expect(new Set(ids).size).toBe(50_000);
  });

  test('is ten times as dense in working hours as at night or at the weekend', () => {
    const hours = generateAuditEvents({ seed: 1, count: 61_800, ...week }).map(
      ({ insertedAtS }) => (insertedAtS - 1_699_833_600) / 3600,
    );
    const between = (from: number, to: number) => hours.filter((hour) => hour >= from && hour < to).length;
    expect(between(10, 11)).toBeCloseTo(1000, -2);
    expect(between(2, 3)).toBeCloseTo(100, -1);
    expect(between(5 * 24 + 10, 5 * 24 + 11)).toBeCloseTo(100, -1);
  });

  test('happens at most five seconds before it is inserted, anomalies apart', () => {
    const events = generateAuditEvents({ seed: 1, count: 5000, anomalyShare: 0, ...week });
    const lags = new Set(events.map(({ insertedAtS, timestampS }) => insertedAtS - timestampS));
    expect([...lags].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  test('has every public kind of event, API calls and logins most of all', () => {
    const events = generateAuditEvents({ seed: 1, count: 50_000, ...week });
    const counts = new Map<string, number>();
    for (const { text } of events) {
      const { audit_log_event: name } = parsed(text);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(auditEventKinds.map(({ name }) => name).sort());
    const mostFrequent = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 3);
    expect(mostFrequent.map(([name]) => name)).toEqual([
      'Rest API V2 Call',
      'SSO Login Successful',
      'Logout Successful',
    ]);
  });

  test('has the requested share of anomalies', () => {
    const idless = (anomalyShare: number) =>
      generateAuditEvents({ seed: 1, count: 5000, anomalyShare, ...week }).filter(
        ({ id }) => id === undefined,
      ).length;
    expect(idless(0)).toBe(0);
    expect(idless(1)).toBeGreaterThan(100);
  });

  test('has record_type in a third of the events since August 2026, and in none before', () => {
    const shareFrom = (fromEpochS: number) => {
      const events = generateAuditEvents({
        seed: 1,
        count: 5000,
        anomalyShare: 0,
        fromEpochS,
        toEpochS: fromEpochS + 3600,
      });
      return events.filter(({ text }) => parsed(text).record_type === 'audit').length / 5000;
    };
    expect(shareFrom(1_785_542_400)).toBeCloseTo(0.35, 1);
    expect(shareFrom(1_785_542_400 - 3600)).toBe(0);
  });

  test('needs a span of a second at least', () => {
    expect(() => generateAuditEvents({ seed: 1, count: 1, fromEpochS: 5, toEpochS: 5 })).toThrow(
      'toEpochS is 5; expected more than fromEpochS, which is 5',
    );
  });
});

// AWS CloudWatch pipelines, configuration of the Netskope source, supported OCSF event classes.
const namesListedByAws = [
  ...['Login Failed', 'Login Successful', 'Logout Successful', 'SSO Login Failed', 'SSO Login Successful'],
  ...['SSO Login Successful by Netskope Support', 'SSO Login Failed by Netskope Support'],
  ...['Admin logged out because of successive login failures', 'Created new inline policy'],
  ...['Set dedicated egress ip policy', 'Created new rbi template', 'Created new tunnel group'],
  ...['Created new introspection policy', 'Next Gen CASB API instance created', 'Edited inline policy'],
  ...['Created a new Next Gen CASB API policy', 'Next Gen CASB API retroscan created', 'Edited rbi template'],
  ...[
    'Update default actions for inline policies',
    'Edited tunnel group',
    'Edit introspection policy record',
  ],
  ...['Next Gen CASB API instance updated', 'Edited Next Gen CASB API policy', 'Deleted inline policy'],
  ...[
    'Next Gen CASB API retroscan edited',
    'Deleted rbi template',
    'Deleted tunnel group',
    'Pushed inline policy',
  ],
  ...[
    'Deleted introspection policy',
    'Next Gen CASB API instance deleted',
    'Deleted Next Gen CASB API policy',
  ],
  ...['Next Gen CASB API retroscan deleted', 'Pushed rbi template', 'Pushed tunnel groups', 'Reset password'],
  ...[
    'Applied Phoenix policy record(s)',
    'Pushed Introspection policies',
    'Pushed Next Gen CASB API policies',
  ],
  ...['Next Gen CASB API retroscan stopped', 'Next Gen CASB API retroscan paused', 'Created new admin'],
  ...['Added SSO Admin', 'Created new support admin', 'Enabled admin', 'Password Change Failed Attempt'],
  ...['Password Change Successful', 'Disabled admin', 'Deleted admin', 'Deleted Netskope SSO admin'],
  ...[
    'Enabled Netskope Support SSO',
    'Disabled Netskope Support SSO',
    'Unlocked admin',
    'Edited SSO Admin Record',
  ],
  ...['Edit admin record', 'Updated admin settings'],
];

// Netskope's audit log help page and event schema, Panther, Sekoia, Cortex, Elastic, Exabeam: what AWS does not list.
const namesListedElsewhere = [
  ...[
    'Access Denied',
    'Resend Verification Email',
    'Request OTP for Account Verification',
    'OTP validation failed',
  ],
  ...[
    'Account activation link validation failed',
    'Account Verification Successful',
    'Enabled REST API tokens',
  ],
  ...[
    'Enable dynamic url classification',
    'Pushed constraint profiles',
    'Disabled security assessment policy',
  ],
  ...[
    'File Filter profile deleted',
    'IPSec Tunnel disabled',
    'IPSec Tunnel Edited',
    'Created new Fingerprint',
    'Edited private app segment',
  ],
  ...[
    'Rest API V2 Call',
    'Events were cleared',
    'Client Disable Request Submitted',
    'Exception Configuration',
  ],
];

test('the kinds are the 55 names that AWS lists and the 19 that others add', () => {
  expect([namesListedByAws.length, namesListedElsewhere.length]).toEqual([55, 19]);
  expect(auditEventKinds.map(({ name }) => name).sort()).toEqual(
    [...namesListedByAws, ...namesListedElsewhere].sort(),
  );
});
