import { Agent } from 'node:http';
import { call, event, presentS, startTenant, stopTenants } from './tenant';

const agents: Agent[] = [];

afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy();
  await stopTenants();
});

/** A tenant that was called once on a kept connection, which was then idle for so long. */
async function tenantAfterPause(idleMs: number, options: Parameters<typeof startTenant>[0] = {}) {
  let nowMs = presentS * 1000;
  const simulator = await startTenant({ nowMs: () => nowMs, pageSize: 1, ...options });
  simulator.add([event('a', presentS - 10), event('b', presentS - 10)]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  const isFree = new Promise((resolve) => agent.once('free', resolve));
  expect(await call(simulator, { operation: `${presentS - 60}`, agent })).toMatchObject({ status: 200 });
  await isFree;
  nowMs += idleMs;
  return { simulator, agent };
}

test('a request on a connection idle for more than 60 s is reset and moves nothing', async () => {
  const { simulator, agent } = await tenantAfterPause(60_001);
  expect(await call(simulator, { agent })).toMatchObject({ failure: 'ECONNRESET' });
  expect(simulator.resetIdleSockets).toBe(1);
  expect(simulator.requests).toHaveLength(1);
  const again = await call(simulator, { agent });
  expect(again).toMatchObject({ status: 200 });
  expect(again.bytes.toString()).toContain('"_id":"b"');
});

test('a connection idle for 60 s is served', async () => {
  const { simulator, agent } = await tenantAfterPause(60_000);
  expect(await call(simulator, { agent })).toMatchObject({ status: 200 });
  expect(simulator.resetIdleSockets).toBe(0);
  expect(simulator.requests.map(({ status }) => status)).toEqual([200, 200]);
});

test('a new connection is served however long the tenant was idle', async () => {
  const { simulator } = await tenantAfterPause(3_600_000);
  expect(await call(simulator)).toMatchObject({ status: 200 });
  expect(simulator.resetIdleSockets).toBe(0);
});

test('an idle connection is served by a tenant that resets none', async () => {
  const { simulator, agent } = await tenantAfterPause(3_600_000, { resetsIdleSockets: false });
  expect(await call(simulator, { agent })).toMatchObject({ status: 200 });
  expect(simulator.resetIdleSockets).toBe(0);
});
