import type { RefusalFault } from '../../../../lib/local/netskope-simulator/gateway/fault';
import { call, event, idsOf, presentS, startTenant, stopTenants, textOf } from '../tenant';

afterEach(stopTenants);

describe('access', () => {
  const tokens = {
    valid: ['token-a'],
    expired: [
      { token: 'token-old', status: 401 },
      { token: 'token-older', status: 403 },
    ],
    unscoped: ['token-b'],
  } as const;

  test.each([
    ['no token', '', 401, '{"message":"Unauthorized"}'],
    ['an unknown token', 'token-x', 401, '{"message":"Unauthorized"}'],
    ['an expired token', 'token-old', 401, '{"message":"Invalid authentication credentials"}'],
    ['a token expired another way', 'token-older', 403, '{"message":"Invalid authentication credentials"}'],
    ['a token without the scope', 'token-b', 403, '{"message":"You cannot consume this service"}'],
  ])('%s is refused', async (_name, token, status, body) => {
    const answer = await call(await startTenant({ tokens }), { token });
    expect([answer.status, textOf(answer)]).toEqual([status, body]);
  });

  test('a valid token is served, until the tenant rotates its tokens', async () => {
    const simulator = await startTenant({ tokens });
    expect(await call(simulator, { token: 'token-a' })).toMatchObject({ status: 200 });
    simulator.tokens = { valid: ['token-b'] };
    expect(await call(simulator, { token: 'token-a' })).toMatchObject({ status: 401 });
    expect(await call(simulator, { token: 'token-b' })).toMatchObject({ status: 200 });
  });

  test('a tenant without a list of tokens serves any token, but no call without one', async () => {
    const simulator = await startTenant();
    expect(await call(simulator, { token: 'whatever' })).toMatchObject({ status: 200 });
    expect(await call(simulator, { token: '' })).toMatchObject({ status: 401 });
  });

  test.each([
    ['another path', { path: '/api/v2/events/dataexport/events/alert' }],
    ['another method', { method: 'DELETE' }],
  ])('%s has no route', async (_name, wrong) => {
    const answer = await call(await startTenant(), wrong);
    expect([answer.status, textOf(answer)]).toEqual([
      404,
      '{"message":"no Route matched with those values"}',
    ]);
  });

  test('a token with the scope of the iterator only is served there and nowhere else', async () => {
    const simulator = await startTenant({ tokens: { valid: [], iteratorOnly: ['token-a'] } });
    const range = { parameters: { starttime: '0', endtime: '1' }, path: '/api/v2/events/data/audit' };
    expect(await call(simulator)).toMatchObject({ status: 200 });
    const refused = await call(simulator, range);
    expect([refused.status, textOf(refused)]).toEqual([403, '{"message":"You cannot consume this service"}']);
  });

  test('a token without any scope is refused at both endpoints', async () => {
    const simulator = await startTenant({ tokens });
    expect(await call(simulator, { token: 'token-b', path: '/api/v2/events/data/audit' })).toMatchObject({
      status: 403,
    });
  });

  test('a refused call does not move the cursor', async () => {
    const simulator = await startTenant({ tokens });
    simulator.add([event('a', presentS - 10), event('b', presentS - 5)]);
    await call(simulator, { operation: `${presentS - 5}`, token: 'token-a' });
    await call(simulator, { operation: `${presentS - 60}`, token: 'token-x' });
    expect(await idsOf(simulator, 'resend')).toEqual(['b']);
  });
});

describe('the rate limit', () => {
  test('the fifth call of a second is refused with the time to wait, and the next second is free again', async () => {
    let nowMs = presentS * 1000;
    const simulator = await startTenant({ nowMs: () => nowMs, rateLimitPerS: 4 });
    const statuses = [];
    for (let number = 1; number <= 4; number++) statuses.push((await call(simulator)).status);
    expect(statuses).toEqual([200, 200, 200, 200]);
    const refused = await call(simulator);
    expect([refused.status, textOf(refused)]).toEqual([429, '{"message":"API rate limit exceeded"}']);
    expect(refused.headers).toMatchObject({ 'ratelimit-limit': '4', 'ratelimit-remaining': '0' });
    expect(refused.headers).toMatchObject({ 'ratelimit-reset': '1', 'retry-after': '1' });
    nowMs += 1000;
    expect(await call(simulator)).toMatchObject({ status: 200, headers: { 'ratelimit-remaining': '3' } });
  });

  test('each endpoint has a limit of its own', async () => {
    const simulator = await startTenant({ rateLimitPerS: 1 });
    const range = { parameters: { starttime: '0', endtime: '1' }, path: '/api/v2/events/data/audit' };
    expect(await call(simulator)).toMatchObject({ status: 200 });
    expect(await call(simulator, range)).toMatchObject({
      status: 200,
      headers: { 'ratelimit-remaining': '0' },
    });
    expect(await call(simulator, range)).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
  });

  test('a refused call moves no cursor', async () => {
    const simulator = await startTenant({ rateLimitPerS: 1 });
    simulator.add([event('a', presentS - 10)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
    expect(await call(simulator, { operation: `${presentS}` })).toMatchObject({ status: 429 });
    expect(simulator.requests.map(({ status }) => status)).toEqual([200, 429]);
  });

  test('the headers can be left out', async () => {
    const simulator = await startTenant({ rateLimitPerS: 1, rateLimitHeaders: false });
    const served = await call(simulator);
    const refused = await call(simulator);
    expect([served.status, refused.status]).toEqual([200, 429]);
    expect(Object.keys({ ...served.headers, ...refused.headers })).not.toContain('ratelimit-limit');
    expect(Object.keys(refused.headers)).not.toContain('retry-after');
  });
});

describe('a tenant that serves nobody', () => {
  test.each<[string, RefusalFault, number, string, string]>([
    [
      'has switched its REST API off',
      { kind: 'forbidden', body: 'api-disabled' },
      403,
      'application/json',
      '{"message":"REST API is disabled for this tenant"}',
    ],
    [
      'does not admit the address',
      { kind: 'forbidden', body: 'address' },
      403,
      'application/json',
      '{"message":"Your IP address is not allowed"}',
    ],
    ['says no in plain text', { kind: 'forbidden', body: 'text' }, 403, 'text/plain', 'Access denied'],
    [
      'is somebody’s web site',
      { kind: 'foreign-host', status: 200 },
      200,
      'text/html; charset=utf-8',
      '<!DOCTYPE html><html><head><title>Welcome</title></head><body>Welcome!</body></html>',
    ],
    [
      'is somebody’s web site without that page',
      { kind: 'foreign-host', status: 404 },
      404,
      'text/html; charset=utf-8',
      '<!DOCTYPE html><html><head><title>Welcome</title></head><body>Welcome!</body></html>',
    ],
  ])('%s', async (_name, standingFault, status, type, body) => {
    const simulator = await startTenant({ standingFault, tokens: { valid: ['token-a'] } });
    for (const path of ['/api/v2/events/dataexport/events/audit', '/api/v2/events/data/audit']) {
      const answer = await call(simulator, { path });
      expect([answer.status, answer.headers['content-type'], textOf(answer)]).toEqual([status, type, body]);
    }
  });

  test('serves again once the fault is removed, and a hook’s fault takes precedence', async () => {
    const simulator = await startTenant({ standingFault: { kind: 'forbidden' } });
    simulator.hooks = { received: () => ({ kind: 'not-found' }) };
    expect(await call(simulator)).toMatchObject({ status: 404 });
    simulator.hooks = {};
    expect(await call(simulator)).toMatchObject({ status: 403 });
    simulator.standingFault = undefined;
    expect(await call(simulator)).toMatchObject({ status: 200 });
  });
});

test('the endpoints are at the paths of the given feed, and nowhere else', async () => {
  const paths = { iterator: '/iterator', query: '/query' };
  const simulator = await startTenant({ paths });
  const range = { parameters: { starttime: '0', endtime: '1' } };
  expect(await call(simulator, { path: '/iterator' })).toMatchObject({ status: 200 });
  expect(await call(simulator, { ...range, path: '/query' })).toMatchObject({ status: 200 });
  for (const path of ['/api/v2/events/dataexport/events/audit', '/api/v2/events/data/audit'])
    expect(await call(simulator, { ...range, path })).toMatchObject({ status: 404 });
  expect(simulator.requests.map(({ endpoint }) => endpoint)).toEqual([
    'iterator',
    'query',
    undefined,
    undefined,
  ]);
});

describe('an index that another consumer works on', () => {
  test('is refused with 409, and no other index is', async () => {
    const simulator = await startTenant({ heldIndexes: ['siem'] });
    const refused = await call(simulator, { index: 'siem' });
    expect([refused.status, textOf(refused)]).toEqual([
      409,
      '{"message":"Concurrency conflict, retry later"}',
    ]);
    expect(await call(simulator, { index: 'siem-2' })).toMatchObject({ status: 200 });
  });

  test('is served when the other consumer is gone', async () => {
    const simulator = await startTenant({ heldIndexes: ['siem'] });
    simulator.heldIndexes = [];
    expect(await call(simulator, { index: 'siem' })).toMatchObject({ status: 200 });
  });
});
