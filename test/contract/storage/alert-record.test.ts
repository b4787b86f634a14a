import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { alertKey, mostUrgent } from '../../../lambdas/contract/storage/alert-record';

const ALERT = {
  source_id: 'emea',
  first_event_time: '2026-11-22T23:59:59Z',
  alert_id: 'many-deletes-20261122T235959Z-0123456789abcdef',
  event_count: 120,
};

test('an alert is stored below its source and the day of its first event', () => {
  expect(alertKey(AUDIT_FEED, { ...ALERT, update: 'raised' })).toBe(
    'alerts/netskope_audit/source=emea/dt=2026-11-22/many-deletes-20261122T235959Z-0123456789abcdef.ndjson.gz',
  );
});

test.each([
  ['grown', 'many-deletes-20261122T235959Z-0123456789abcdef-grown-120.ndjson.gz'],
  ['closed', 'many-deletes-20261122T235959Z-0123456789abcdef-closed.ndjson.gz'],
] as const)('an update is stored beside it, under a name of its own: %s', (update, name) => {
  expect(alertKey(AUDIT_FEED, { ...ALERT, update })).toBe(
    `alerts/netskope_audit/source=emea/dt=2026-11-22/${name}`,
  );
});

test('of some severities the most urgent is told; of none, the least urgent there is', () => {
  expect(mostUrgent(['low', 'critical', 'medium'])).toBe('critical');
  expect(mostUrgent([])).toBe('info');
});
