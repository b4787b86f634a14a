import {
  type AnomalyName,
  anomalyNames,
} from '../../../../lib/local/netskope-simulator/events/audit-event-anomalies';
import { generateAuditEvents, oneOfEach } from '../../../../lib/local/netskope-simulator/events/audit-events';

/** 2026-11-28 18:23:00 UTC. */
const INSERTED_AT_S = 1_795_890_180;

function anomalous(wanted: AnomalyName) {
  const event = oneOfEach({ seed: 1, insertedAtS: INSERTED_AT_S }).find(({ anomaly }) => anomaly === wanted);
  if (event === undefined) throw new Error(`no event with ${wanted}`);
  return event;
}

function fieldsOf(wanted: AnomalyName): Readonly<Record<string, unknown>> {
  return JSON.parse(anomalous(wanted).text) as Record<string, unknown>;
}

test('one of each comes in the order of the names, at the given time', () => {
  const events = oneOfEach({ seed: 1, insertedAtS: INSERTED_AT_S });
  expect(events.map(({ anomaly }) => anomaly)).toEqual(anomalyNames);
  expect(new Set(events.map(({ insertedAtS }) => insertedAtS))).toEqual(new Set([INSERTED_AT_S]));
});

const IN_THE_TEXT: readonly (readonly [AnomalyName, RegExp])[] = [
  ['bare-string-data-values', /"data_values":"HOST123"/],
  ['null-data-type', /"data_type":null,"data_values":\[""\]/],
  ['empty-string-data-values', /"data_type":"user","data_values":\[""\]/],
  ['boolean-data-values', /"data_values":\[false\]/],
  ['mixed-data-values', /"data_values":\[403,"POST","/],
  ['python-text-supporting-data', /"\{'data_type': 'user', 'data_values': \['203.0.113.5', 'student13'\]\}"/],
  ['json-text-supporting-data', /"supporting_data":"\{\\"data_type\\":\\"policy\\",\\"data_values\\":\[\\"/],
  ['json-text-in-data-value', /"data_values":\["\{\\"policy\\":\\"Coach on generative AI\\"/],
  ['hosts-in-data-values', /"https:\/\/wiki.corp.example\/start\?next=%2Fhome","wiki.corp.example:8443"/],
  ['details-as-json-text', /"details":"\[\{\\"name\\":\\"[^[]*"diff\\":\{\\"key\\":\\"\\"/],
  ['details-as-list', /"details":\[\{"name":"[^[]*"diff":\{"key":""/],
  ['details-as-object', /"details":\{"name":"[^[]*"diff":\{"key":""/],
  ['details-as-string', /"details":"[^"]+: [^"]+ (changed from|\\".*\\" added|deleted)/],
  ['details-as-empty-list', /"details":\[\]/],
  ['record-type', /"record_type":"audit"/],
  ['severity-high', /"severity_level":1[,}]/],
  ['severity-medium', /"severity_level":2[,}]/],
  ['severity-low', /"severity_level":3[,}]/],
  ['string-severity', /"severity_level":"2"/],
  ['severity-in-words', /"severity_level":"low"/],
  ['count-above-one', /"count":3[,}]/],
  ['late-by-minutes', /"timestamp":1795889880[,}]/],
  ['late-by-hours', /"timestamp":1795879363[,}]/],
  ['time-as-text', /"timestamp":"17958901\d\d"/],
  ['time-with-fraction', /"timestamp":17958901\d\d\.5[,}]/],
  ['time-with-zero-fraction', /"timestamp":17958901\d\d\.0[,}]/],
  ['time-in-milliseconds', /"timestamp":17958901\d\d123[,}]/],
  ['time-in-microseconds', /"timestamp":17958901\d\d123456[,}]/],
  ['time-in-iso-utc', /"timestamp":"2026-11-28T18:2[23]:\d\dZ"/],
  ['time-in-iso-offset', /"timestamp":"2026-11-28T19:2[23]:\d\d\+01:00"/],
  ['time-as-date-and-time', /"timestamp":"2026-11-28 18:2[23]:\d\d"/],
  ['time-without-zone', /"timestamp":"2026-11-28T18:2[23]:\d\d"/],
  ['time-day-first', /"timestamp":"28\/11\/2026 18:2[23]:\d\d"/],
  ['id-of-20-hex', /"_id":"[0-9a-f]{20}"/],
  ['id-of-23-hex', /"_id":"[0-9a-f]{23}"/],
  ['id-of-32-hex', /"_id":"[0-9a-f]{32}"/],
  ['id-as-uuid', /"_id":"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"/],
  ['id-as-number', /"_id":1795890180000\d{3}[,}]/],
  ['id-as-oid', /"_id":\{"\$oid":"[0-9a-f]{24}"\}/],
  ['integer-beyond-double', /"data_values":\[9007199254740993123\]/],
  ['escaped-solidus', /"\\\/api\\\/v2\\\/policy\\\/urllist"/],
  ['text-outside-bmp', /🎲.*\\ud83d\\ude80/u],
  ['other-scripts', /"политика","סינון","禁止上傳","e\u0301tude","नीति"/],
  ['control-characters', /"Coach\\u0000 on generative\u0089 AI"/],
  ['lone-surrogate', /"Block \\ud83d sites"/],
  ['empty-user', /"user":""/],
  ['redacted-user', /"user":"redacted"/],
  ['user-without-domain', /"user":"student13"/],
  ['null-user', /"user":null/],
  ['user-as-list', /"user":\["[^"]+"\]/],
  ['mixed-case-user', /"user":"Elena.PETROVA@Corp.Example"/],
  ['personnel-flag-true', /"is_netskope_personnel":true/],
  ['personnel-flag-false', /"is_netskope_personnel":false/],
  ['booleans-as-empty-text', /"is_netskope_personnel":""/],
];

test.each(IN_THE_TEXT)('%s is in the text', (anomaly, pattern) => {
  expect(anomalous(anomaly).text).toMatch(pattern);
});

const ABSENT: readonly (readonly [AnomalyName, string])[] = [
  ['absent-supporting-data', 'supporting_data'],
  ['missing-id', '_id'],
  ['missing-user', 'user'],
  ['personnel-flag-absent', 'is_netskope_personnel'],
];

test.each(ABSENT)('%s: the field is absent', (anomaly, field) => {
  expect(fieldsOf(anomaly)).not.toHaveProperty([field]);
});

test('these are all anomalies but one, which takes a sentence', () => {
  const tested = [...IN_THE_TEXT, ...ABSENT].map(([name]) => name);
  expect(anomalyNames.filter((name) => !tested.includes(name))).toEqual(['unknown-user']);
});

test('a placeholder fails to log in with a bare name', () => {
  expect(fieldsOf('unknown-user')).toMatchObject({
    audit_log_event: 'Login Failed',
    user: 'unknown',
    supporting_data: { data_type: 'user', data_values: ['203.0.113.5', 'student13'] },
  });
});

test.each<[AnomalyName, string]>([
  ['mixed-data-values', 'Rest API V2 Call'],
  ['python-text-supporting-data', 'Login Failed'],
  ['null-data-type', 'Events were cleared'],
  ['details-as-json-text', 'Exception Configuration'],
  ['details-as-object', 'Edit admin record'],
  ['hosts-in-data-values', 'Edited private app segment'],
])('%s is in an event that has such values: %s', (anomaly, name) => {
  expect(fieldsOf(anomaly).audit_log_event).toBe(name);
});

describe('the id and the time beside the text are the true ones', () => {
  test('of a number, its decimal text', () => {
    const { id, text } = anomalous('id-as-number');
    expect(id).toMatch(/^1795890180000\d{3}$/);
    expect(text).toContain(`"_id":${id}`);
  });

  test('of an ObjectId, its digits', () => {
    const { id, text } = anomalous('id-as-oid');
    expect(text).toContain(`"_id":{"$oid":"${id}"}`);
  });

  test.each([
    ['late-by-minutes', 1_795_889_880],
    ['late-by-hours', 1_795_879_363],
  ] as const)('of an event that is %s', (anomaly, timestampS) => {
    expect(anomalous(anomaly).timestampS).toBe(timestampS);
  });

  test('numbers are unique', () => {
    const events = generateAuditEvents({
      seed: 1,
      count: 20_000,
      anomalyShare: 1,
      fromEpochS: INSERTED_AT_S,
      toEpochS: INSERTED_AT_S + 60,
    });
    const ids = events.map(({ id }) => id ?? '').filter((id) => /^\d{16}$/.test(id));
    expect(ids.length).toBeGreaterThan(200);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(anomalyNames.filter((name) => name.startsWith('time-')))('%s', (anomaly) => {
    const { timestampS } = anomalous(anomaly);
    expect(Number.isInteger(timestampS)).toBe(true);
    expect(INSERTED_AT_S - timestampS).toBeGreaterThanOrEqual(0);
    expect(INSERTED_AT_S - timestampS).toBeLessThan(5);
  });

  test('in a spelling of the same second', () => {
    const { timestampS, text } = anomalous('time-in-iso-offset');
    const spelled = /"timestamp":"([^"]+)"/.exec(text)?.[1] ?? '';
    expect(Date.parse(spelled) / 1000).toBe(timestampS);
  });
});
