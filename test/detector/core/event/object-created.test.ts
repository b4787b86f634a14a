import { AUDIT_FEED } from '../../../../lambdas/contract/feed/audit';
import { isSweep, readObjectCreated } from '../../../../lambdas/detector/core/event/object-created';
import { objectCreated } from '../../detection';

const PLACE = { bucket: 'archive', feed: AUDIT_FEED };
const KEY = 'netskope_audit/source=emea/dt=2026-11-22/hour=09/idx-1.ndjson.gz';

test('a message from EventBridge names the object and its source', () => {
  expect(readObjectCreated(objectCreated(KEY, 'archive'), PLACE)).toEqual({ key: KEY, sourceId: 'emea' });
});

test.each([
  ['an alert', 'alerts/netskope_audit/source=emea/dt=2026-11-22/a.ndjson.gz'],
  ['quarantine', 'quarantine/netskope_audit/source=emea/dt=2026-11-22/a.ndjson.gz'],
  ['no source', 'netskope_audit/a.ndjson.gz'],
  ['another archive', 'okta_audit/source=emea/dt=2026-11-22/hour=09/a.ndjson.gz'],
  ['a folder that is no source', 'netskope_audit/tenant=emea/dt=2026-11-22/hour=09/a.ndjson.gz'],
  ['a source without a folder', 'netskope_audit/source=emea.ndjson.gz'],
  ['an invalid source', 'netskope_audit/source=..%2F/a.ndjson.gz'],
  ['no object of the collector', 'netskope_audit/source=emea/dt=2026-11-22/hour=09/a.txt'],
])('a key of %s is refused', (_what, key) => {
  expect(() => readObjectCreated(objectCreated(key, 'archive'), PLACE)).toThrow(
    `message detail.object.key is ${JSON.stringify(key)}; expected "netskope_audit/source=<source id>/….ndjson.gz"`,
  );
});

test.each(['hello', '{}', 'null', '[]'])('%s is refused with everything that it lacks', (body) => {
  expect(() => readObjectCreated(body, PLACE)).toThrow(
    [
      'message source is not set; expected "aws.s3"',
      'message detail-type is not set; expected "Object Created"',
      'message detail.bucket.name is not set; expected "archive"',
      'message detail.object.key is not set; expected "netskope_audit/source=<source id>/….ndjson.gz"',
    ].join('\n'),
  );
});

test('another bucket, and another event, are refused', () => {
  expect(() => readObjectCreated(objectCreated(KEY, 'other'), PLACE)).toThrow(
    'message detail.bucket.name is "other"; expected "archive"',
  );
  const deleted = objectCreated(KEY, 'archive').replace('Object Created', 'Object Deleted');
  expect(() => readObjectCreated(deleted, PLACE)).toThrow(
    'message detail-type is "Object Deleted"; expected "Object Created"',
  );
});

test('only 200 characters of a long key are shown', () => {
  expect(() => readObjectCreated(objectCreated('x'.repeat(1_000), 'archive'), PLACE)).toThrow(
    `message detail.object.key is "${'x'.repeat(199)}; expected "netskope_audit/`,
  );
});

test.each([
  ['a sweep', { source: 'netskope-audit.detection', 'detail-type': 'Sweep' }, true],
  ['another source', { source: 'aws.s3', 'detail-type': 'Sweep' }, false],
  ['another event of that source', { source: 'netskope-audit.detection', 'detail-type': 'Other' }, false],
])('a message of %s asks for what is due, or does not', (_what, message, asks) => {
  expect(isSweep(JSON.stringify(message))).toBe(asks);
});
