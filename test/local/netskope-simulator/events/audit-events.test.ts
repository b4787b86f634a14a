import { createHash } from 'node:crypto';
import {
  type AnomalyName,
  anomalyNames,
} from '../../../../lib/local/netskope-simulator/events/audit-event-anomalies';
import { auditEventKinds } from '../../../../lib/local/netskope-simulator/events/audit-event-names';
import { generateAuditEvents, oneOfEach } from '../../../../lib/local/netskope-simulator/events/audit-events';

// Monday 2023-11-13 to Monday 2023-11-20, 00:00 UTC.
const week = { fromEpochS: 1_699_833_600, toEpochS: 1_700_438_400 };

interface Generated {
  readonly audit_log_event: string;
  readonly [field: string]: unknown;
}

function parsed(text: string): Generated {
  return JSON.parse(text) as Generated;
}

function anomalousText(wanted: AnomalyName): string {
  return (
    oneOfEach({ seed: 1, insertedAtS: 1_700_000_000 }).find(({ anomaly }) => anomaly === wanted)?.text ?? ''
  );
}

describe('a generated stream', () => {
  test('is the same to the byte for the same seed', () => {
    const digest = createHash('sha256');
    for (const { text } of generateAuditEvents({ seed: 1, count: 1000, ...week })) digest.update(`${text}\n`);
    expect(digest.digest('hex')).toBe('e26e034c5928e411c69e31fd9004655bb4f7a2333dcf89ba404683e07efd4a20');
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

// Netskope's audit log help page and event schema, Panther, Sekoia, Cortex, Exabeam: what AWS does not list.
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
  ],
  ...[
    'Rest API V2 Call',
    'Events were cleared',
    'Client Disable Request Submitted',
    'Exception Configuration',
  ],
];

test('the kinds are the 55 names that AWS lists and the 18 that others add', () => {
  expect([namesListedByAws.length, namesListedElsewhere.length]).toEqual([55, 18]);
  expect(auditEventKinds.map(({ name }) => name).sort()).toEqual(
    [...namesListedByAws, ...namesListedElsewhere].sort(),
  );
});

describe('one of each anomaly', () => {
  test('comes in the order of the names, at the given time', () => {
    const events = oneOfEach({ seed: 1, insertedAtS: 1_700_000_000 });
    expect(events.map(({ anomaly }) => anomaly)).toEqual(anomalyNames);
    expect(new Set(events.map(({ insertedAtS }) => insertedAtS))).toEqual(new Set([1_700_000_000]));
  });

  test.each<[AnomalyName, RegExp]>([
    ['bare-string-data-values', /"data_values":"HOST123"/],
    ['null-data-type', /"data_type":null,"data_values":\[""\]/],
    ['empty-string-data-values', /"data_type":"user","data_values":\[""\]/],
    ['boolean-data-values', /"data_values":\[false\]/],
    ['mixed-data-values', /"data_values":\[403,"POST","/],
    ['string-severity', /"severity_level":"2"/],
    ['details-as-list', /"details":\[\{"name":/],
    ['details-as-object', /"details":\{"name":/],
    ['details-as-string', /"details":"status changed from \\"enabled\\"/],
    ['late-by-minutes', /"timestamp":1699999700\b/],
    ['late-by-hours', /"timestamp":1699989183\b/],
    ['integer-beyond-double', /"data_values":\[9007199254740993123\]/],
    ['escaped-solidus', /"\\\/api\\\/v2\\\/policy\\\/urllist"/],
    ['text-outside-bmp', /🎲.*\\ud83d\\ude80/u],
    ['other-scripts', /"политика","סינון","禁止上傳","e\u0301tude","नीति"/],
    ['id-of-20-hex', /"_id":"[0-9a-f]{20}"/],
    ['id-of-23-hex', /"_id":"[0-9a-f]{23}"/],
    ['id-of-32-hex', /"_id":"[0-9a-f]{32}"/],
    ['id-as-uuid', /"_id":"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"/],
    ['empty-user', /"user":""/],
    ['redacted-user', /"user":"redacted"/],
    ['user-without-domain', /"user":"student13"/],
    ['personnel-flag-true', /"is_netskope_personnel":true/],
    ['personnel-flag-false', /"is_netskope_personnel":false/],
  ])('%s is in the text', (anomaly, pattern) => {
    expect(anomalousText(anomaly)).toMatch(pattern);
  });

  test.each<[AnomalyName, string]>([
    ['absent-supporting-data', 'supporting_data'],
    ['missing-id', '_id'],
    ['personnel-flag-absent', 'is_netskope_personnel'],
  ])('%s: the field is absent', (anomaly, field) => {
    expect(parsed(anomalousText(anomaly))).not.toHaveProperty([field]);
  });
});
