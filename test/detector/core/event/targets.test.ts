import { isOnAnother, isOnOneself } from '../../../../lambdas/detector/core/event/targets';
import { archivedEvent } from '../../archived';

type Fields = Readonly<Record<string, unknown>>;

const values = (data_type: string | null, ...data_values: readonly unknown[]) => ({
  supporting_data: { data_type, data_values },
});

const targets = (different: Fields) => archivedEvent(different).targets;

test.each<[string, Fields, readonly string[]]>([
  ['the administrator that is edited', values('admin', ' bogdan@corp.example '), ['bogdan@corp.example']],
  ['oneself, if one edits oneself', values('admin', 'Alice@Corp.Example'), ['Alice@Corp.Example']],
  [
    'only the other, if the values repeat who acted',
    values('admin', 'alice@corp.example', 'bogdan@corp.example'),
    ['bogdan@corp.example'],
  ],
  ['the user after the address', values('user', '192.0.2.1', 'bogdan@corp.example'), ['bogdan@corp.example']],
  ['no user who is the actor', values('user', '192.0.2.1', 'alice@corp.example'), []],
  ['a policy', values('policy', 'Coach on generative AI', false, 17, ''), ['Coach on generative AI']],
  ['an address that a policy names', values('policy', '203.0.113.9'), ['203.0.113.9']],
  ['no reason', values('reason', 'Logged out due to inactivity'), []],
  ['nothing without a type', values(null, 'something'), []],
  ['nothing of incidents', values('incidents', 'something'), []],
])('%s', (_what, different, expected) => {
  expect(targets(different)).toEqual(expected);
});

test('the path of an API call, and none of its other values', () => {
  const call = values('policy', 200, 'DELETE', '/api/v2/policy/urllist/17?x=1', 'trid=1');
  expect(targets({ audit_log_event: 'Rest API V2 Call', ...call })).toEqual(['/api/v2/policy/urllist/17']);
  expect(targets({ audit_log_event: 'Rest API V2 Call', ...values('incidents', 200) })).toEqual([]);
});

test('the objects of changes, each once, also those that the values name', () => {
  const details = ['Logins', 'Uploads', ''].map((name) => ({ name, modify_type: 'Edited' }));
  expect(targets({ ...values('policy', 'Uploads'), details })).toEqual(['Uploads', 'Logins']);
});

test('a login names who logs in, not another', () => {
  const login = { audit_log_event: 'Login Failed', ...values('user', '192.0.2.1', 'bogdan@corp.example') };
  expect(targets({ ...login, user: 'unknown', ur_normalized: '' })).toEqual([]);
  expect(targets({ ...login, user: 'redacted', ur_normalized: 'redacted' })).toEqual([]);
});

test('a name that hides everybody is the actor where it stands for the actor', () => {
  const hidden = { user: 'redacted', ur_normalized: 'REDACTED' };
  expect(targets({ ...hidden, ...values('user', '192.0.2.1', 'redacted') })).toEqual([]);
});

test('twenty at most', () => {
  const names = Array.from({ length: 21 }, (_, place) => `policy ${place}`);
  expect(targets(values('policy', ...names))).toEqual(names.slice(0, 20));
});

test('they are read once, however many rules ask', () => {
  const event = archivedEvent(values('policy', 'Uploads'));
  expect(event.targets).toBe(event.targets);
});

test.each<[string, Fields, boolean, boolean]>([
  ['another', values('admin', 'bogdan@corp.example'), true, false],
  ['oneself', values('admin', 'alice@corp.example'), false, true],
  ['nobody', {}, false, false],
  [
    'somebody, by somebody hidden',
    { user: 'redacted', ur_normalized: '', ...values('admin', 'bogdan') },
    false,
    false,
  ],
  ['the hidden', { user: 'redacted', ur_normalized: '', ...values('admin', 'redacted') }, false, false],
])('an act on %s', (_whom, different, onAnother, onOneself) => {
  const event = archivedEvent(different);
  expect([isOnAnother(event), isOnOneself(event)]).toEqual([onAnother, onOneself]);
});
