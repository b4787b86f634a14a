import {
  apiCallInWords,
  apiCallOf,
  apiWriteOf,
  kindOfPath,
} from '../../../../lambdas/detector/core/event/api-call';
import { archivedEvent } from '../../archived';

function callOf(data_values: unknown, name = 'Rest API V2 Call') {
  const supporting_data = { data_type: 'incidents', data_values };
  return apiCallOf(archivedEvent({ audit_log_event: name, supporting_data }));
}

test('status, method and path are read', () => {
  expect(callOf([200, 'POST', '/api/v2/incidents/uba/getuci', 'trid=1'])).toEqual({
    status: 200,
    method: 'POST',
    path: '/api/v2/incidents/uba/getuci',
  });
});

test('the path is kept without its query', () => {
  expect(callOf([200, 'GET', '/api/v2/policy/urllist?token=abc#x'])?.path).toBe('/api/v2/policy/urllist');
});

test.each([
  ['a number', [403, 'POST', '/api'], 403],
  ['a text', ['403', 'POST', '/api'], 403],
  ['one text for all', '403, post, /api', 403],
  ['the first that is not empty', ['', '403 GET /api'], 403],
  ['nothing else', 403, 403],
  ['nothing else, as text', '403', 403],
  ['the lowest there is', [100, 'GET', '/api'], 100],
  ['the highest there is', [599, 'GET', '/api'], 599],
])('the status as %s', (_what, values, status) => {
  expect(callOf(values)?.status).toBe(status);
});

test.each([
  ['a number that is no status', [17, 'POST', '/api']],
  ['a number below the lowest status', [99, 'POST', '/api']],
  ['a number above the highest status', [600, 'POST', '/api']],
  ['a fraction', [403.5, 'POST', '/api']],
  ['four digits', ['4030', 'POST', '/api']],
  ['a status with a zero before it', ['0403', 'POST', '/api']],
  ['a status with a fraction', ['403.0', 'POST', '/api']],
  ['a number in another notation', ['4e2', 'POST', '/api']],
  ['a list in the list', [[403], 'POST', '/api']],
  ['no status', ['POST', '/api']],
  ['nothing', []],
  ['a flag', [false]],
])('%s is not a call', (_what, values) => {
  expect(callOf(values)).toBeUndefined();
});

test('an event with another name is a call if it has a method or a path, and not by its number alone', () => {
  expect(callOf([403, 'POST', '/api'], 'Rest request')?.status).toBe(403);
  expect(callOf([403, 'POST'], 'Rest request')?.method).toBe('POST');
  expect(callOf([403, '/api'], 'Rest request')?.path).toBe('/api');
  expect(callOf([403], 'Deleted inline policy')).toBeUndefined();
});

describe('a call that may have changed something', () => {
  const written = (...data_values: readonly unknown[]) =>
    apiWriteOf(archivedEvent({ supporting_data: { data_type: 'incidents', data_values } }));

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'delete'])('by %s', (method) => {
    expect(written(204, method, '/api/v2/x')).toMatchObject({ status: 204, path: '/api/v2/x' });
    expect(written(399, method, '/api/v2/x')).toBeDefined();
    expect(written(400, method, '/api/v2/x')).toBeUndefined();
  });

  test.each(['GET', 'HEAD', 'OPTIONS'])('not by %s', (method) => {
    expect(written(200, method, '/api/v2/x')).toBeUndefined();
  });

  test('not without a method, or without a call', () => {
    expect(written(200, '/api/v2/x')).toBeUndefined();
    expect(written('something')).toBeUndefined();
  });
});

test.each([
  ['/api/v2/policy/urllist/17/append', '/api/v2/policy/urllist/*/append'],
  ['/api/v2/scim/Users/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0', '/api/v2/scim/users/*'],
  ['/api/v2/admins/bogdan@corp.example', '/api/v2/admins/*'],
  ['/api/v2/steering/ipsec/tunnels', '/api/v2/steering/ipsec/tunnels'],
  ['/api/v2/platform/configurationmanagement', '/api/v2/platform/configurationmanagement'],
])('%s is of the kind %s', (path, kind) => {
  expect(kindOfPath(path)).toBe(kind);
});

test('a long part of a path is read in linear time', () => {
  expect(kindOfPath(`/${'a'.repeat(1_000_000)}`)).toHaveLength(1_000_001);
  expect(kindOfPath(`/${'@'.repeat(1_000_000)}`)).toBe('/*');
});

test('a call in words has what is known of it', () => {
  const inWords = (...data_values: readonly unknown[]) =>
    apiCallInWords(
      archivedEvent({
        audit_log_event: 'Rest API V2 Call',
        supporting_data: { data_type: 'incidents', data_values },
      }),
    );
  expect(inWords(403, 'GET', '/api/v2/scim/Users?q=1')).toBe('Rest API V2 Call 403 GET /api/v2/scim/Users');
  expect(inWords(403)).toBe('Rest API V2 Call 403');
  expect(inWords()).toBe('Rest API V2 Call');
});

test.each(['API token edited', 'Call recorded'])(
  'a status alone is no call in an event called %s',
  (name) => {
    expect(callOf([200], name)).toBeUndefined();
  },
);
