import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { alertKey } from '../../../lambdas/contract/storage/alert-record';

test('an alert is stored below its source and the day of its first event', () => {
  expect(
    alertKey(AUDIT_FEED, {
      source_id: 'emea',
      first_event_time: '2026-11-22 23:59:59.000000000',
      alert_id: 'many-deletes-20261122T235959Z-0123456789abcdef',
    }),
  ).toBe(
    'alerts/netskope_audit/source=emea/dt=2026-11-22/many-deletes-20261122T235959Z-0123456789abcdef.ndjson.gz',
  );
});
