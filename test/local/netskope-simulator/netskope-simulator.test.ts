import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { call, event, idsOf, pageOf, presentS, startTenant, stopTenants, textOf } from './tenant';

afterEach(stopTenants);

describe('two calls on one index', () => {
  /** Two calls, the second made while the first one's page is being made. */
  async function overlappingCalls(options: Parameters<typeof startTenant>[0]) {
    const simulator = await startTenant({ ...options, pageSize: 1 });
    simulator.add([event('a', presentS - 10), event('b', presentS - 10)]);
    let second: ReturnType<typeof call> | undefined;
    simulator.hooks = {
      async moved(request) {
        if (request.number === 1) await (second = call(simulator, { operation: 'next' }));
      },
    };
    const first = await call(simulator, { operation: `${presentS - 60}` });
    return { first, second: await second, third: await call(simulator) };
  }

  test('get alternating pages, as documented', async () => {
    const { first, second } = await overlappingCalls({});
    expect([first, second].map((answer) => answer && pageOf(answer).result[0]?._id)).toEqual(['a', 'b']);
  });

  test('the second is refused with 409 by a server that locks, and the lock ends with the page', async () => {
    const { first, second, third } = await overlappingCalls({ locksBusyIndex: true });
    expect(second && [second.status, textOf(second)]).toEqual([
      409,
      '{"message":"Concurrency conflict, retry later"}',
    ]);
    expect([first, third].map((answer) => pageOf(answer).result[0]?._id)).toEqual(['a', 'b']);
  });

  test('the 409 can be plain text', async () => {
    const { second } = await overlappingCalls({ locksBusyIndex: true, conflictBody: 'text' });
    expect(second && [second.status, textOf(second)]).toEqual([409, 'Concurrency conflict, retry later']);
  });
});

describe('what a test sees', () => {
  test('every request with its parameters and the status answered', async () => {
    const simulator = await startTenant();
    await call(simulator, { operation: '1699999940', index: 'corp audit', token: 'token-a' });
    await call(simulator, { operation: 'resent' });
    expect(simulator.requests).toMatchObject([
      {
        number: 1,
        endpoint: 'iterator',
        operation: '1699999940',
        index: 'corp audit',
        token: 'token-a',
        status: 200,
      },
      { number: 2, operation: 'resent', index: 'i', status: 400 },
    ]);
  });

  test('which endpoint a request was for, and every parameter', async () => {
    const simulator = await startTenant();
    await call(simulator, { path: '/api/v2/events/data/audit', parameters: { starttime: '5', limit: '7' } });
    await call(simulator, { path: '/' });
    expect(simulator.requests.map(({ endpoint }) => endpoint)).toEqual(['query', undefined]);
    expect([...(simulator.requests[0]?.parameters ?? [])]).toEqual([
      ['starttime', '5'],
      ['limit', '7'],
    ]);
  });

  test('the cursor moves after a request was received and before its first byte', async () => {
    const simulator = await startTenant();
    const seen: string[] = [];
    const sent = new Promise<void>((resolve) => {
      simulator.hooks = {
        received: async (request) => void seen.push(`received ${request.status}`),
        moved: async (request) => void seen.push(`moved ${request.status}`),
        sent: async (request) => resolve(void seen.push(`sent ${request.status}`)),
      };
    });
    await call(simulator);
    await sent;
    expect(seen).toEqual(['received undefined', 'moved undefined', 'sent 200']);
  });

  test('an error of a hook ends the request and is thrown by stop', async () => {
    const simulator = await startTenant();
    simulator.hooks = { received: () => Promise.reject(new Error('expectation failed')) };
    expect(await call(simulator)).toMatchObject({ failure: 'ECONNRESET' });
    await expect(stopTenants()).rejects.toThrow('expectation failed');
  });

  test('a tenant that audits its own API writes an event about every call, refused ones too', async () => {
    const simulator = await startTenant({ auditsItsOwnApi: true, tokens: { valid: ['token-a'] } });
    await call(simulator);
    await call(simulator, { token: 'token-x' });
    expect(simulator.events.map(({ text }) => text)).toEqual([
      expect.stringContaining('"data_values":[200,"GET","/api/v2/events/dataexport/events/audit","trid='),
      expect.stringContaining('"data_values":[401,"GET","/api/v2/events/dataexport/events/audit","trid='),
    ]);
    expect(await idsOf(simulator, 'next')).toEqual(['018bcfe56800000000000001', '018bcfe56800000000000002']);
  });
});

test('an event about a call of its own API is inserted later if so chosen', async () => {
  let nowS = presentS;
  const simulator = await startTenant({
    nowMs: () => nowS * 1000,
    auditsItsOwnApi: true,
    ownApiEventDelayS: 300,
  });
  await call(simulator);
  expect(simulator.events).toMatchObject([{ timestampS: 1_700_000_000, insertedAtS: 1_700_000_300 }]);
  expect(simulator.events[0]?.text).toContain('"_insertion_epoch_timestamp":1700000300,');
  nowS = presentS + 299;
  expect(await idsOf(simulator, 'next')).toEqual([]);
  nowS = presentS + 300;
  expect(await idsOf(simulator, 'next')).toEqual(['018bcfe56800000000000001']);
});

describe('a tenant whose clock is wrong', () => {
  test('is ahead in its Date header, in what it delivers and in its watermark', async () => {
    const simulator = await startTenant({ clockSkewS: 240, watermarkFollowsClock: true });
    simulator.add([event('a', presentS + 240), event('b', presentS + 241)]);
    const answer = await call(simulator, { operation: `${presentS}` });
    expect(answer.headers.date).toBe('Tue, 14 Nov 2023 22:17:20 GMT');
    expect(pageOf(answer)).toMatchObject({ result: [{ _id: 'a' }], timestamp_hwm: 1_700_000_240 });
  });

  test('can be corrected, and set wrong again', async () => {
    const simulator = await startTenant();
    simulator.skewMs = -60_000;
    expect((await call(simulator)).headers.date).toBe('Tue, 14 Nov 2023 22:12:20 GMT');
    simulator.skewMs = 0;
    expect((await call(simulator)).headers.date).toBe('Tue, 14 Nov 2023 22:13:20 GMT');
  });

  test('answers the endpoint for time ranges by the same clock', async () => {
    const simulator = await startTenant({ clockSkewS: -10 });
    simulator.add([event('a', presentS - 10), event('b', presentS - 9)]);
    const answer = await call(simulator, {
      path: '/api/v2/events/data/audit',
      parameters: { starttime: `${presentS - 60}`, endtime: `${presentS}` },
    });
    expect(pageOf(answer).result.map(({ _id }) => _id)).toEqual(['a']);
  });
});

describe('connections', () => {
  test('a tenant that refuses connections listens on the same port afterwards', async () => {
    const simulator = await startTenant();
    const { url } = simulator;
    await simulator.refuseConnections();
    expect(await call(simulator)).toMatchObject({ failure: 'ECONNREFUSED' });
    await simulator.acceptConnections();
    expect(simulator.url).toBe(url);
    expect(await call(simulator)).toMatchObject({ status: 200 });
  });

  test('a page is chunked, and gzip for a client that accepts it', async () => {
    const simulator = await startTenant();
    const events = Array.from({ length: 4000 }, (_, number) => event(`${number}`, presentS - 10));
    simulator.add(events);
    const plain = await call(simulator, { operation: `${presentS - 60}` });
    const zipped = await call(simulator, { operation: 'resend', acceptsGzip: true });
    expect(plain.headers).toMatchObject({
      'transfer-encoding': 'chunked',
      'content-type': 'application/json',
    });
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(zipped.headers).toMatchObject({ 'transfer-encoding': 'chunked', 'content-encoding': 'gzip' });
    expect(gunzipSync(zipped.bytes)).toEqual(plain.bytes);
    expect(pageOf(plain).result).toHaveLength(4000);
  });
});

describe('a restart', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'netskope-simulator-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  test('keeps the cursors and the last page of every index', async () => {
    const statePath = join(directory, 'cursors.json');
    const events = ['a', 'b', 'c'].map((id) => event(id, presentS - 10));
    const before = await startTenant({ statePath, pageSize: 1 });
    before.add(events);
    expect(await idsOf(before, `${presentS - 60}`)).toEqual(['a']);
    expect(await idsOf(before, 'next')).toEqual(['b']);
    await before.stop();

    const after = await startTenant({ statePath, pageSize: 1 });
    after.add(events);
    expect(await idsOf(after, 'resend')).toEqual(['b']);
    expect(await idsOf(after, 'next')).toEqual(['c']);
    expect(await idsOf(after, 'next')).toEqual([]);
  });

  test('keeps them in the order of event time, too', async () => {
    const options = {
      statePath: join(directory, 'cursors.json'),
      walksBy: 'event-time',
      pageSize: 1,
    } as const;
    const events = [event('b', presentS - 30, presentS - 5), event('a', presentS - 20, presentS - 20)];
    const before = await startTenant(options);
    before.add(events);
    expect(await idsOf(before, `${presentS - 60}`)).toEqual(['a']);
    await before.stop();

    const after = await startTenant(options);
    after.add(events);
    expect(await idsOf(after, 'resend')).toEqual(['a']);
    expect(await idsOf(after, 'next')).toEqual(['b']);
  });

  test('without a state path forgets everything', async () => {
    const before = await startTenant();
    before.add([event('a', presentS - 10)]);
    expect(await idsOf(before, `${presentS - 60}`)).toEqual(['a']);
    const after = await startTenant();
    after.add([event('a', presentS - 10)]);
    expect(await idsOf(after, 'resend')).toEqual([]);
  });

  test.each([
    '{"i":{"place":{"timeS":0,"number":0}}}',
    '{"i":{"place":{"timeS":0},"windowStartS":2,"reachedS":2,"newestSoFarS":2,"watermarkS":3,"lastUsedMs":4,"lastPage":{"from":{"timeS":0,"number":0},"to":{"timeS":0,"number":0},"knownEvents":0,"windowStartS":0}}}',
    '{"i":{"place":{"timeS":0,"number":0},"windowStartS":2,"reachedS":2,"newestSoFarS":2,"watermarkS":3,"lastUsedMs":4,"lastPage":{"from":{"timeS":0,"number":0},"to":1,"knownEvents":0,"windowStartS":0}}}',
    '{"i":{"place":{"timeS":0,"number":0},"windowStartS":2,"reachedS":2,"newestSoFarS":2,"watermarkS":3,"lastUsedMs":4,"lastPage":{"from":{"timeS":0,"number":0},"to":{"timeS":0,"number":0},"knownEvents":"0","windowStartS":0}}}',
    '{"i":{"place":{"timeS":0,"number":0},"windowStartS":2,"reachedS":2,"newestSoFarS":2,"watermarkS":3,"lastUsedMs":4,"seeksS":"5","lastPage":{"from":{"timeS":0,"number":0},"to":{"timeS":0,"number":0},"knownEvents":0,"windowStartS":0}}}',
  ])('refuses a file that holds something else: %s', async (text) => {
    const statePath = join(directory, 'cursors.json');
    writeFileSync(statePath, text);
    await expect(startTenant({ statePath })).rejects.toThrow('expected a stored cursor');
  });
});
