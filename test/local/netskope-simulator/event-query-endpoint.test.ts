import type { Fault } from '../../../lib/local/netskope-simulator/gateway/fault';
import type { NetskopeSimulator } from '../../../lib/local/netskope-simulator/netskope-simulator';
import type { EventQueryOptions } from '../../../lib/local/netskope-simulator/simulator-options';
import { call, event, idsOf, pageOf, presentS, startTenant, stopTenants, textOf } from './tenant';

afterEach(stopTenants);

const path = '/api/v2/events/data/audit';
const WHOLE_DAY = { starttime: `${presentS - 86_400}`, endtime: `${presentS}` };

/** One call with these parameters, the last day's range if they name none. */
function ask(simulator: NetskopeSimulator, parameters: Readonly<Record<string, string>> = WHOLE_DAY) {
  return call(simulator, { path, parameters });
}

async function idsIn(simulator: NetskopeSimulator, parameters?: Readonly<Record<string, string>>) {
  return pageOf(await ask(simulator, parameters)).result.map(({ _id }) => _id);
}

/** A tenant with the events a to e, one per minute up to the present, each stored ten minutes after it happened. */
async function tenantWithFive(eventQuery: EventQueryOptions = {}) {
  let nowS = presentS;
  const simulator = await startTenant({ eventQuery, nowMs: () => nowS * 1000 });
  simulator.add(
    ['a', 'b', 'c', 'd', 'e'].map((id, number) => {
      const happenedS = presentS - 840 + number * 60;
      return event(id, happenedS + 600, happenedS);
    }),
  );
  return { simulator, passS: (seconds: number) => void (nowS += seconds) };
}

describe('what is served', () => {
  test('the events of the range, newest first, verbatim, with their number', async () => {
    const simulator = await startTenant();
    simulator.add([
      event('a', presentS - 20),
      event('b', presentS - 10),
      event('late', presentS - 1, presentS - 15),
    ]);

    expect(textOf(await ask(simulator))).toBe(
      '{"ok":1,"result":[{"_id":"b","timestamp":1699999990},{"_id":"late","timestamp":1699999985},{"_id":"a","timestamp":1699999980}],"total":3}',
    );
  });

  test('an empty list if nothing happened', async () => {
    expect(textOf(await ask(await startTenant()))).toBe('{"ok":1,"result":[],"total":0}');
  });

  test('nothing that is not stored yet, and nothing older than 90 days', async () => {
    const simulator = await startTenant();
    simulator.add([
      event('expired', presentS - 90 * 86_400 - 1),
      event('oldest', presentS - 90 * 86_400),
      event('not yet', presentS + 1, presentS - 5),
    ]);

    expect(await idsIn(simulator, { starttime: '0', endtime: `${presentS}` })).toEqual(['oldest']);
  });

  test('events by insertion time, if the request says so', async () => {
    const { simulator } = await tenantWithFive();

    const stored = { insertionstarttime: `${presentS - 180}`, insertionendtime: `${presentS - 60}` };
    expect(await idsIn(simulator, stored)).toEqual(['d', 'c', 'b']);
  });

  test('the same as the iterator, and without touching its cursors', async () => {
    const { simulator } = await tenantWithFive();
    expect(await idsOf(simulator, `${presentS - 3000}`)).toEqual(['a', 'b', 'c', 'd', 'e']);

    expect(await idsIn(simulator)).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(await idsOf(simulator, 'next')).toEqual([]);
  });

  test('rows with another text than the iterator’s, if so configured', async () => {
    const { simulator } = await tenantWithFive({ rowText: ({ id }) => `{"_id":"${id}","stored":1}` });

    expect(textOf(await ask(simulator, { ...WHOLE_DAY, limit: '1' }))).toBe(
      '{"ok":1,"result":[{"_id":"e","stored":1}],"total":5}',
    );
  });

  test('gzip to a client that accepts it', async () => {
    const { simulator } = await tenantWithFive();

    const answer = await call(simulator, { path, parameters: WHOLE_DAY, acceptsGzip: true });

    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(pageOf(answer).total).toBe(5);
  });
});

describe('the bounds of a range', () => {
  const range = { starttime: `${presentS - 780}`, endtime: `${presentS - 660}` };
  const stored = { insertionstarttime: `${presentS - 180}`, insertionendtime: `${presentS - 60}` };

  test.each<[EventQueryOptions['includesBound'], string[], string[]]>([
    [undefined, ['d', 'c'], ['d', 'c', 'b']],
    [{ starttime: true, endtime: false }, ['c', 'b'], ['d', 'c', 'b']],
    [{ insertionstarttime: false, insertionendtime: false }, ['d', 'c'], ['c']],
  ])('are inclusive as configured: %j', async (includesBound, byTime, byInsertion) => {
    const { simulator } = await tenantWithFive({ includesBound });

    expect(await idsIn(simulator, range)).toEqual(byTime);
    expect(await idsIn(simulator, stored)).toEqual(byInsertion);
  });
});

describe('pages', () => {
  test('are cut by limit and offset, and each says how many events there are in all', async () => {
    const { simulator } = await tenantWithFive();

    expect(await idsIn(simulator, { ...WHOLE_DAY, limit: '2' })).toEqual(['e', 'd']);
    expect(await idsIn(simulator, { ...WHOLE_DAY, limit: '2', offset: '4' })).toEqual(['a']);
    expect(pageOf(await ask(simulator, { ...WHOLE_DAY, offset: '5' }))).toEqual({
      ok: 1,
      result: [],
      total: 5,
    });
  });

  test('shift when an event is stored between two of them', async () => {
    const { simulator, passS } = await tenantWithFive();
    expect(await idsIn(simulator, { ...WHOLE_DAY, limit: '2' })).toEqual(['e', 'd']);

    simulator.add([event('new', presentS + 1, presentS - 30)]);
    passS(1);

    expect(await idsIn(simulator, { ...WHOLE_DAY, limit: '2', offset: '2' })).toEqual(['d', 'c']);
  });

  test('all equal the first one if the tenant ignores the offset', async () => {
    const { simulator } = await tenantWithFive({ ignoresOffset: true });

    expect(await idsIn(simulator, { ...WHOLE_DAY, limit: '2', offset: '2' })).toEqual(['e', 'd']);
  });

  test('can come without a total, and shorter by default', async () => {
    const { simulator } = await tenantWithFive({ statesTotal: false, defaultLimit: 1 });

    expect(textOf(await ask(simulator))).toBe(`{"ok":1,"result":[{"_id":"e","timestamp":1699999400}]}`);
  });
});

describe('a query', () => {
  test('finds the event of an id', async () => {
    const { simulator } = await tenantWithFive();

    expect(await idsIn(simulator, { ...WHOLE_DAY, query: '_id eq "c"' })).toEqual(['c']);
    expect(await idsIn(simulator, { ...WHOLE_DAY, query: '_id eq "x"' })).toEqual([]);
  });

  test('of a kind the simulator does not know is refused, not ignored', async () => {
    const { simulator } = await tenantWithFive();

    const answer = await ask(simulator, { ...WHOLE_DAY, query: 'user like "%"' });
    expect([answer.status, textOf(answer)]).toEqual([
      400,
      '{"message":"This simulator knows no query but <field> eq \\"<text>\\""}',
    ]);
  });
});

describe('parameters that are wrong', () => {
  const cases: [string, Readonly<Record<string, string>>, string][] = [
    ['no time', {}, 'Time parameters are not passed'],
    ['half a range', { starttime: '1' }, 'Time parameters are not passed'],
    ['bounds of two kinds', { starttime: '1', insertionendtime: '2' }, 'Time parameters are not passed'],
    [
      'two ranges',
      { ...WHOLE_DAY, insertionstarttime: '1', insertionendtime: '2' },
      'Only one kind of time range can be passed',
    ],
    ['a range that is reversed', { starttime: '2', endtime: '1' }, 'starttime must not be after endtime'],
    ['a date for a time', { starttime: '2023-11-14', endtime: '1' }, 'starttime must be an integer'],
    ['a limit above 5000', { ...WHOLE_DAY, limit: '5001' }, 'limit must be from 1 to 5000'],
    ['a limit of nothing', { ...WHOLE_DAY, limit: '0' }, 'limit must be from 1 to 5000'],
    ['a negative offset', { ...WHOLE_DAY, offset: '-1' }, 'offset must be an integer'],
    ['a parameter of another endpoint', { ...WHOLE_DAY, fields: '_id' }, 'Unknown parameter fields'],
  ];

  test.each(cases)('%s is answered 400', async (_name, parameters, message) => {
    const answer = await ask(await startTenant(), parameters);
    expect([answer.status, textOf(answer)]).toEqual([400, JSON.stringify({ message })]);
  });

  test('can be answered in a 200, as by sibling endpoints', async () => {
    const answer = await ask(await startTenant({ eventQuery: { errorForm: 'ok-0' } }), {});
    expect([answer.status, textOf(answer)]).toEqual([
      200,
      '{"ok":0,"result":"Time parameters are not passed","status":400}',
    ]);
  });

  test('a limit of 5000 is served', async () => {
    expect(await ask(await startTenant(), { ...WHOLE_DAY, limit: '5000' })).toMatchObject({ status: 200 });
  });
});

describe('faults', () => {
  /** The answer to one call that meets the fault, on this endpoint only. */
  async function answerTo(fault: Fault) {
    const { simulator } = await tenantWithFive();
    simulator.hooks = { received: ({ endpoint }) => (endpoint === 'query' ? fault : undefined) };
    const answer = await ask(simulator);
    expect(await call(simulator)).toMatchObject({ status: 200 });
    return answer;
  }

  test.each<[Fault, number, string]>([
    [{ kind: 'rate-limited', retryAfter: '3' }, 429, '{"message":"API rate limit exceeded"}'],
    [{ kind: 'unauthorized' }, 401, '{"message":"Unauthorized"}'],
    [{ kind: 'forbidden' }, 403, '{"message":"You cannot consume this service"}'],
    [{ kind: 'bad-request' }, 400, '{"message":"Invalid query"}'],
    [{ kind: 'server-error', status: 504, cursorMoved: true }, 504, 'The upstream server is timing out'],
    [{ kind: 'server-error', status: 503, cursorMoved: false }, 503, '{"message":"name resolution failed"}'],
    [
      { kind: 'not-ok', result: 'query failed', status: 500 },
      200,
      '{"ok":0,"result":"query failed","status":500}',
    ],
    [{ kind: 'cut-json', afterBytes: 12 }, 200, '{"ok":1,"res'],
    [{ kind: 'empty-body' }, 200, ''],
    [{ kind: 'no-content' }, 204, ''],
  ])('%j affects this endpoint and leaves the iterator alone', async (fault, status, body) => {
    const answer = await answerTo(fault);
    expect([answer.status, textOf(answer)]).toEqual([status, body]);
  });

  test.each<[Fault, string]>([
    [{ kind: 'truncated-body', afterBytes: 20 }, 'ECONNRESET'],
    [{ kind: 'reset', cursorMoved: false }, 'ECONNRESET'],
    [{ kind: 'reset', cursorMoved: true, afterHeaders: true }, 'ECONNRESET'],
  ])('%j ends the connection', async (fault, failure) => {
    expect(await answerTo(fault)).toMatchObject({ failure });
  });

  test.each(['at-once', 'when-abandoned', 'never'] as const)(
    'a stall (%s) is never answered',
    async (served) => {
      const { simulator } = await tenantWithFive();
      const clientGone = new AbortController();
      simulator.hooks = {
        received: ({ endpoint }) => (endpoint === 'query' ? { kind: 'stall', served } : undefined),
      };
      const stalled = call(simulator, { path, parameters: WHOLE_DAY, signal: clientGone.signal });
      const hasArrived = () => simulator.requests.some(({ endpoint }) => endpoint === 'query');
      while (!hasArrived()) await call(simulator);
      // An answer to the stalled call would come before the one to a call made after it.
      await call(simulator);
      clientGone.abort();

      expect(await stalled).toMatchObject({ failure: 'ABORT_ERR' });
      simulator.serveAbandoned();
      expect(simulator.requests.find(({ endpoint }) => endpoint === 'query')?.status).toBeUndefined();
    },
  );

  test('a fault of the iterator’s envelope is a mistake of the test, and reported as one', async () => {
    const simulator = await startTenant();
    simulator.hooks = { received: () => ({ kind: 'envelope', omitWaitTime: true }) };
    expect(await ask(simulator)).toMatchObject({ failure: 'ECONNRESET' });
    await expect(stopTenants()).rejects.toThrow("The fault 'envelope' changes the iterator's page");
  });

  test('another method has no route', async () => {
    const simulator = await startTenant();
    expect(await call(simulator, { path, parameters: WHOLE_DAY, method: 'POST' })).toMatchObject({
      status: 404,
    });
  });
});
