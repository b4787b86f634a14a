import { apiCallOf } from '../../../../lambdas/detector/core/event/api-call';
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
