import { gunzipSync } from 'node:zlib';
import type { Fault } from '../../../../lib/local/netskope-simulator/gateway/fault';
import type { NetskopeSimulator } from '../../../../lib/local/netskope-simulator/netskope-simulator';
import {
  call,
  event,
  idsOf,
  pageOf,
  presentS,
  type RawCall,
  stalledCall,
  startTenant,
  stopTenants,
  textOf,
} from '../tenant';

afterEach(stopTenants);

/** A tenant whose index `i` has received `a`, and has `b` and then `c` to come. */
async function tenantAfterFirstPage(options: Parameters<typeof startTenant>[0] = {}) {
  const simulator = await startTenant({ pageSize: 1, ...options });
  simulator.add(['a', 'b', 'c'].map((id) => event(id, presentS - 10)));
  expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
  return simulator;
}

/** Makes one `next` that meets the fault; later calls do not. */
async function callWith(simulator: NetskopeSimulator, fault: Fault, options: RawCall = {}) {
  simulator.hooks = { received: () => fault };
  const answer = await call(simulator, { operation: 'next', ...options });
  simulator.hooks = {};
  return answer;
}

describe('refused before the iterator, so the cursor stays', () => {
  test.each<[Fault, number, string]>([
    [{ kind: 'rate-limited' }, 429, '{"message":"API rate limit exceeded"}'],
    [{ kind: 'conflict' }, 409, '{"message":"Concurrency conflict, retry later"}'],
    [{ kind: 'conflict', body: 'text' }, 409, 'Concurrency conflict, retry later'],
    [{ kind: 'unauthorized' }, 401, '{"message":"Unauthorized"}'],
    [
      { kind: 'unauthorized', body: 'invalid-credentials' },
      401,
      '{"message":"Invalid authentication credentials"}',
    ],
    [{ kind: 'unauthorized', body: 'echoes-token' }, 401, '{"message":"Invalid token: token-a"}'],
    [{ kind: 'forbidden' }, 403, '{"message":"You cannot consume this service"}'],
    [
      { kind: 'unauthorized', body: 'echoes-token-disguised' },
      401,
      '{"token":"\\u0074\\u006f\\u006b\\u0065\\u006e\\u002d\\u0061"}\n' +
        'token=%74%6f%6b%65%6e%2d%61\ntok\nen-a\ntok...',
    ],
    [{ kind: 'forbidden', body: 'text' }, 403, 'Access denied'],
    [
      { kind: 'forbidden', body: 'html' },
      403,
      '<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>',
    ],
    [{ kind: 'forbidden', body: 'echoes-token' }, 403, '{"message":"Token token-a has no access"}'],
    [{ kind: 'not-found' }, 404, '{"message":"no Route matched with those values"}'],
    [{ kind: 'bad-request' }, 400, '{"message":"Invalid operation next"}'],
    [{ kind: 'redirect' }, 302, ''],
    [
      { kind: 'server-error', status: 500, cursorMoved: false },
      500,
      '{"message":"An unexpected error occurred"}',
    ],
    [
      { kind: 'server-error', status: 502, cursorMoved: false },
      502,
      'An invalid response was received from the upstream server',
    ],
    [{ kind: 'server-error', status: 503, cursorMoved: false }, 503, '{"message":"name resolution failed"}'],
    [{ kind: 'server-error', status: 408, cursorMoved: false }, 408, 'Request Timeout'],
    [{ kind: 'server-error', status: 425, cursorMoved: false }, 425, 'Too Early'],
    [{ kind: 'server-error', status: 499, cursorMoved: false }, 499, 'Client Closed Request'],
    [{ kind: 'server-error', status: 504, cursorMoved: false }, 504, 'The upstream server is timing out'],
  ])('%j', async (fault, status, body) => {
    const simulator = await tenantAfterFirstPage();
    const answer = await callWith(simulator, fault);
    expect([answer.status, textOf(answer)]).toEqual([status, body]);
    expect(simulator.requests.at(-1)?.status).toBe(status);
    expect(await idsOf(simulator, 'resend')).toEqual(['a']);
    expect(await idsOf(simulator, 'next')).toEqual(['b']);
  });

  test('a 429 has the headers that the test chose', async () => {
    const simulator = await startTenant();
    const bare = await callWith(simulator, { kind: 'rate-limited', rateLimitHeaders: false });
    const inSeconds = await callWith(simulator, { kind: 'rate-limited', retryAfter: '7' });
    const asDate = await callWith(simulator, {
      kind: 'rate-limited',
      retryAfter: 'Tue, 14 Nov 2023 22:13:50 GMT',
    });
    expect(Object.keys(bare.headers)).not.toContain('retry-after');
    expect(Object.keys(bare.headers)).not.toContain('ratelimit-remaining');
    expect(inSeconds.headers).toMatchObject({
      'retry-after': '7',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '1',
    });
    expect(asDate.headers['retry-after']).toBe('Tue, 14 Nov 2023 22:13:50 GMT');
  });

  test('a redirect names another origin', async () => {
    const simulator = await startTenant();
    const fixed = await callWith(simulator, { kind: 'redirect' });
    const chosen = await callWith(simulator, { kind: 'redirect', location: 'http://127.0.0.1:9/elsewhere' });
    expect(fixed.headers.location).toBe('https://sign-in.example.net/');
    expect(chosen.headers.location).toBe('http://127.0.0.1:9/elsewhere');
  });
});

describe('failed after the cursor moved, so that only resend brings the page back', () => {
  test.each<[Fault, number, string]>([
    [
      { kind: 'server-error', status: 500, cursorMoved: true },
      500,
      '{"message":"An unexpected error occurred"}',
    ],
    [{ kind: 'server-error', status: 504, cursorMoved: true }, 504, 'The upstream server is timing out'],
    [{ kind: 'server-error', status: 408, cursorMoved: true }, 408, 'Request Timeout'],
    [{ kind: 'server-error', status: 425, cursorMoved: true }, 425, 'Too Early'],
    [{ kind: 'server-error', status: 499, cursorMoved: true }, 499, 'Client Closed Request'],
    [
      { kind: 'garbled' },
      200,
      '{"ok":1,"result":[{"_id" "b","timestamp":1699999990}],"wait_time":1,"timestamp_hwm":1699999990}',
    ],
    [{ kind: 'cut-json', afterBytes: 12 }, 200, '{"ok":1,"res'],
    [{ kind: 'cut-json' }, 200, '{"ok":1,"result":[{"_id":"b","timestamp":169999'],
    [{ kind: 'empty-body' }, 200, ''],
    [{ kind: 'invalid-json' }, 200, '<html><body>upstream error</body></html>'],
    [
      { kind: 'not-ok', result: 'Unauthorized', status: 401 },
      200,
      '{"ok":0,"result":"Unauthorized","status":401}',
    ],
    [{ kind: 'not-ok', result: 'busy' }, 200, '{"ok":0,"result":"busy"}'],
    [{ kind: 'no-content' }, 204, ''],
    [{ kind: 'body', bytes: Buffer.from('[1,2]') }, 200, '[1,2]'],
  ])('%j', async (fault, status, body) => {
    const simulator = await tenantAfterFirstPage();
    const answer = await callWith(simulator, fault, { acceptsGzip: true });
    expect([answer.status, textOf(answer), answer.failure]).toEqual([status, body, undefined]);
    expect(await idsOf(simulator, 'resend')).toEqual(['b']);
    expect(await idsOf(simulator, 'next')).toEqual(['c']);
  });

  test.each([
    ['next', ['b']],
    [`${presentS - 60}`, ['a']],
    ['head', ['a']],
    ['tail', []],
    ['resend', ['a']],
  ])('a 204 to %s moves the cursor like a page', async (operation, resent) => {
    const simulator = await tenantAfterFirstPage();
    expect(await callWith(simulator, { kind: 'no-content' }, { operation })).toMatchObject({ status: 204 });
    expect(await idsOf(simulator, 'resend')).toEqual(resent);
  });

  test('a garbled page without events is damaged after the events', async () => {
    const simulator = await startTenant();
    expect(textOf(await callWith(simulator, { kind: 'garbled' }))).toBe(
      '{"ok":1,"result":[],"wait_time" 5,"timestamp_hwm":1700000000}',
    );
  });

  test('a web page instead of a page has its own content type if so chosen', async () => {
    const simulator = await startTenant();
    const asJson = await callWith(simulator, { kind: 'invalid-json' });
    const asHtml = await callWith(simulator, { kind: 'invalid-json', contentType: 'text/html' });
    const zipped = await callWith(
      simulator,
      { kind: 'invalid-json', contentType: 'text/html' },
      { acceptsGzip: true },
    );
    expect([asJson, asHtml, zipped].map(({ headers }) => headers['content-type'])).toEqual([
      'application/json',
      'text/html',
      'text/html',
    ]);
    expect(textOf(zipped)).toBe('<html><body>upstream error</body></html>');
  });

  test('a truncated body ends without its last chunk', async () => {
    const simulator = await tenantAfterFirstPage();
    const answer = await callWith(simulator, { kind: 'truncated-body', afterBytes: 20 });
    expect(answer).toMatchObject({ status: 200, failure: 'ECONNRESET' });
    expect(answer.bytes.toString()).toBe('{"ok":1,"result":[{"');
    expect(await idsOf(simulator, 'resend')).toEqual(['b']);
  });

  test('a body truncated at its first byte still has its headers', async () => {
    const simulator = await tenantAfterFirstPage();
    const answer = await callWith(simulator, { kind: 'truncated-body', afterBytes: 0 });
    expect(answer).toMatchObject({ status: 200, failure: 'ECONNRESET', bytes: Buffer.alloc(0) });
  });

  test('a truncated body is cut in the middle by default, even with gzip', async () => {
    const simulator = await tenantAfterFirstPage();
    const whole = await call(simulator, { operation: 'resend', acceptsGzip: true });
    simulator.hooks = { received: () => ({ kind: 'truncated-body' }) };
    const answer = await call(simulator, { operation: 'resend', acceptsGzip: true });
    expect(answer.failure).toBe('ECONNRESET');
    expect(answer.bytes).toEqual(whole.bytes.subarray(0, Math.floor(whole.bytes.length / 2)));
  });

  test('a truncated gzip stream comes in a complete transfer, even to a client that does not accept gzip', async () => {
    const simulator = await tenantAfterFirstPage();
    const answer = await callWith(simulator, { kind: 'truncated-gzip', afterBytes: 30 });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-encoding': 'gzip' } });
    expect(answer.failure).toBeUndefined();
    expect(answer.bytes).toHaveLength(30);
    expect(() => gunzipSync(answer.bytes)).toThrow('unexpected end of file');
    expect(await idsOf(simulator, 'resend')).toEqual(['b']);
  });

  test('cut JSON comes in a complete gzip stream', async () => {
    const simulator = await tenantAfterFirstPage();
    const answer = await callWith(simulator, { kind: 'cut-json' }, { acceptsGzip: true });
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(() => pageOf(answer)).toThrow(SyntaxError);
  });

  test.each<[Fault, string]>([
    [{ kind: 'envelope', omitWaitTime: true }, '"timestamp_hwm":1699999990}'],
    [{ kind: 'envelope', omitWatermark: true }, '"wait_time":5}'],
    [{ kind: 'envelope', waitTimeS: 45 }, '"wait_time":45,"timestamp_hwm":1699999990}'],
    [
      { kind: 'envelope', analyzeResult: false },
      '"wait_time":5,"timestamp_hwm":1699999990,"analyze_result":false}',
    ],
  ])('the page itself can come in another envelope: %j', async (fault, rest) => {
    const simulator = await tenantAfterFirstPage({ waitTimeS: 5 });
    expect(textOf(await callWith(simulator, fault))).toBe(
      `{"ok":1,"result":[{"_id":"b","timestamp":1699999990}],${rest}`,
    );
    expect(await idsOf(simulator, 'next')).toEqual(['c']);
  });
});

describe('envelopes of other servers', () => {
  test('an empty result can be null, one with events cannot', async () => {
    const simulator = await tenantAfterFirstPage({ waitTimeS: 5 });
    const fault: Fault = { kind: 'envelope', resultNull: true };
    expect(textOf(await callWith(simulator, fault, { operation: 'tail', index: 'other' }))).toBe(
      '{"ok":1,"result":null,"wait_time":5,"timestamp_hwm":1700000000}',
    );
    expect(pageOf(await callWith(simulator, fault)).result).toHaveLength(1);
  });

  test('ok can be true, and a byte order mark can precede the page', async () => {
    const simulator = await startTenant({ waitTimeS: 5 });
    expect(textOf(await callWith(simulator, { kind: 'envelope', okTrue: true, bom: true }))).toBe(
      '\uFEFF{"ok":true,"result":[],"wait_time":5,"timestamp_hwm":1700000000}',
    );
  });

  test.each(['GZIP', 'x-gzip'] as const)('gzip can be called %s', async (contentEncoding) => {
    const simulator = await tenantAfterFirstPage({ waitTimeS: 5 });
    const answer = await callWith(simulator, { kind: 'envelope', contentEncoding });
    expect(answer.headers['content-encoding']).toBe(contentEncoding);
    expect(gunzipSync(answer.bytes).toString()).toBe(
      '{"ok":1,"result":[{"_id":"b","timestamp":1699999990}],"wait_time":5,"timestamp_hwm":1699999990}',
    );
  });
});

test('the 403 of a gateway is a web page by its type, too', async () => {
  const answer = await callWith(await startTenant(), { kind: 'forbidden', body: 'html' });
  expect(answer.headers['content-type']).toBe('text/html');
});

describe('no answer', () => {
  test.each([
    ['stays', false, ['a'], ['b']],
    ['has moved', true, ['b'], ['c']],
  ])('a connection reset: the cursor %s', async (_name, cursorMoved, resent, next) => {
    const simulator = await tenantAfterFirstPage();
    const answer = await callWith(simulator, { kind: 'reset', cursorMoved });
    expect(answer).toEqual({ headers: {}, bytes: Buffer.alloc(0), failure: 'ECONNRESET' });
    expect(simulator.requests.at(-1)?.status).toBeUndefined();
    expect(await idsOf(simulator, 'resend')).toEqual(resent);
    expect(await idsOf(simulator, 'next')).toEqual(next);
  });

  test('a connection reset after the headers of the answer', async () => {
    const simulator = await tenantAfterFirstPage();
    const answer = await callWith(simulator, { kind: 'reset', cursorMoved: true, afterHeaders: true });
    expect(answer).toMatchObject({ status: 200, bytes: Buffer.alloc(0), failure: 'ECONNRESET' });
    expect(await idsOf(simulator, 'resend')).toEqual(['b']);
  });

  test('a stalled request served at once has moved the cursor', async () => {
    const simulator = await tenantAfterFirstPage({ locksBusyIndex: true });
    await stalledCall(simulator, 'at-once');
    expect(await idsOf(simulator, 'resend')).toEqual(['b']);
  });

  test('a stalled request that is never served has moved nothing, now or later', async () => {
    const simulator = await tenantAfterFirstPage({ locksBusyIndex: true });
    await stalledCall(simulator, 'never');
    simulator.serveAbandoned();
    expect(await idsOf(simulator, 'resend')).toEqual(['a']);
  });

  test('an abandoned request is overtaken by resend and served afterwards, once', async () => {
    const simulator = await tenantAfterFirstPage();
    await stalledCall(simulator, 'when-abandoned');
    expect(await idsOf(simulator, 'resend')).toEqual(['a']);
    simulator.serveAbandoned();
    simulator.serveAbandoned();
    expect(await idsOf(simulator, 'resend')).toEqual(['b']);
  });

  test('an abandoned request keeps its index locked until it is served, and no other', async () => {
    const simulator = await tenantAfterFirstPage({ locksBusyIndex: true });
    await stalledCall(simulator, 'when-abandoned');
    expect(await call(simulator, { operation: 'resend' })).toMatchObject({ status: 409 });
    expect(await call(simulator, { operation: 'resend', index: 'other' })).toMatchObject({ status: 200 });
    simulator.serveAbandoned();
    expect(await idsOf(simulator, 'next')).toEqual(['c']);
  });
});

test('given bytes are sent as they are, under the encoding that is given for them', async () => {
  const simulator = await tenantAfterFirstPage();
  const bytes = Buffer.from('neither JSON nor gzip');
  const bare = await callWith(simulator, { kind: 'body', bytes });
  const named = await callWith(simulator, { kind: 'body', bytes, contentEncoding: 'gzip' });
  expect([bare.bytes, named.bytes]).toEqual([bytes, bytes]);
  expect([bare, named].map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'gzip']);
});
