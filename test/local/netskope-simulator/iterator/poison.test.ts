import { gunzipSync } from 'node:zlib';
import type { Poison } from '../../../../lib/local/netskope-simulator/event-log';
import { call, event, idsOf, pageOf, presentS, startTenant, stopTenants, textOf } from '../tenant';

afterEach(stopTenants);

/** A tenant whose first page has two events, the second poisoned, and whose next page has `c`. */
async function poisonedTenant(poison: Poison) {
  const simulator = await startTenant({ pageSize: 2, waitTimeS: 5 });
  simulator.add([
    event('a', presentS - 3),
    { ...event('b', presentS - 2), poison },
    event('c', presentS - 1),
  ]);
  return simulator;
}

const a = '{"_id":"a","timestamp":1699999997}';
const rest = '],"wait_time":5,"timestamp_hwm":1699999998}';

test.each<[Poison, string]>([
  ['unbalanced-quote', `{"ok":1,"result":[${a},{_id":"b","timestamp":1699999998}${rest}`],
  ['escaped-result-key', `{"ok":1,"\\u0072esult":[${a},{"_id":"b","timestamp":1699999998}${rest}`],
  ['bom-inside', `{"ok":1,"result":[${a},\uFEFF{"_id":"b","timestamp":1699999998}${rest}`],
  ['garbled-but-balanced', `{"ok":1,"result":[${a},{"_id" "b","timestamp":1699999998}${rest}`],
])('%s damages its page every time, and no other', async (poison, body) => {
  const simulator = await poisonedTenant(poison);
  expect(textOf(await call(simulator, { operation: `${presentS - 60}` }))).toBe(body);
  expect(textOf(await call(simulator, { operation: 'resend' }))).toBe(body);
  expect(textOf(await call(simulator, { operation: 'resend', acceptsGzip: true }))).toBe(body);
  expect(await idsOf(simulator, 'next')).toEqual(['c']);
});

test('a gzip bomb is small and unpacks to more than 64 MiB, even for a client that does not accept gzip', async () => {
  const simulator = await poisonedTenant('gzip-bomb');
  const answer = await call(simulator, { operation: `${presentS - 60}` });
  const resent = await call(simulator, { operation: 'resend', acceptsGzip: true });
  expect(answer.headers['content-encoding']).toBe('gzip');
  expect(answer.bytes.length).toBeLessThan(100_000);
  expect(resent.bytes).toEqual(answer.bytes);
  const body = gunzipSync(answer.bytes);
  expect(body.length).toBe(65 * 1024 * 1024 + 130);
  expect(JSON.parse(body.subarray(-131).toString())).toMatchObject({ result: [{ _id: 'a' }, { _id: 'b' }] });
  expect(await idsOf(simulator, 'next')).toEqual(['c']);
});

test('a poisoned event is served unchanged by the endpoint for time ranges', async () => {
  const simulator = await poisonedTenant('unbalanced-quote');
  const range = { starttime: `${presentS - 60}`, endtime: `${presentS}` };
  const answer = await call(simulator, { path: '/api/v2/events/data/audit', parameters: range });
  expect(pageOf(answer).result.map(({ _id }) => _id)).toEqual(['c', 'b', 'a']);
});
