import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, event, idsOf, presentS, stalledCall, startTenant, stopTenants } from '../tenant';

afterEach(stopTenants);

/** A tenant whose index `i` has received `a`, and has `b` and then `c` to come, with a clock that tests move. */
async function tenantAfterFirstPage(options: Parameters<typeof startTenant>[0] = {}) {
  const clock = { nowMs: presentS * 1000 };
  const simulator = await startTenant({ pageSize: 1, nowMs: () => clock.nowMs, ...options });
  simulator.add(['a', 'b', 'c'].map((id) => event(id, presentS - 10)));
  expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
  return { simulator, clock };
}

test('a request is overtaken before its time, and served before the first one after it', async () => {
  const { simulator, clock } = await tenantAfterFirstPage();
  await stalledCall(simulator, { afterMs: 240_000 });
  clock.nowMs += 239_999;
  expect(await idsOf(simulator, 'resend')).toEqual(['a']);
  clock.nowMs += 1;
  expect(await idsOf(simulator, 'resend')).toEqual(['b']);
  expect(await idsOf(simulator, 'resend')).toEqual(['b']);
  expect(await idsOf(simulator, 'next')).toEqual(['c']);
});

test('requests are served in the order in which they are due', async () => {
  const { simulator, clock } = await tenantAfterFirstPage();
  await stalledCall(simulator, { afterMs: 9000 }, { operation: 'next' });
  await stalledCall(simulator, { afterMs: 1000 }, { operation: `${presentS - 60}` });
  clock.nowMs += 10_000;
  expect(await idsOf(simulator, 'resend')).toEqual(['b']);
});

test('its page holds what there was at its own time', async () => {
  const { simulator, clock } = await tenantAfterFirstPage();
  await stalledCall(simulator, { afterMs: 1000 }, { operation: `${presentS + 1}` });
  simulator.add([event('d', presentS + 2)]);
  clock.nowMs += 5000;
  expect(await idsOf(simulator, 'resend')).toEqual([]);
  expect(await idsOf(simulator, 'next')).toEqual(['d']);
});

test('its index is locked until then, and no other', async () => {
  const { simulator, clock } = await tenantAfterFirstPage({ locksBusyIndex: true });
  await stalledCall(simulator, { afterMs: 60_000 });
  simulator.serveAbandoned();
  expect(await call(simulator, { operation: 'resend' })).toMatchObject({ status: 409 });
  expect(await call(simulator, { operation: 'resend', index: 'other' })).toMatchObject({ status: 200 });
  clock.nowMs += 60_000;
  expect(await idsOf(simulator, 'next')).toEqual(['c']);
});

test('a request that waits for a test is not overdue', async () => {
  const { simulator, clock } = await tenantAfterFirstPage();
  await stalledCall(simulator, 'when-abandoned');
  clock.nowMs += 3_600_000;
  simulator.serveOverdue();
  expect(await idsOf(simulator, 'resend')).toEqual(['a']);
});

test('a request that is due before its index is forgotten is served before that', async () => {
  const { simulator, clock } = await tenantAfterFirstPage({ unknownIndexStart: 'oldest' });
  await stalledCall(simulator, { afterMs: 1000 });
  clock.nowMs += 1000;
  simulator.forgetIndexes('i');
  expect(await idsOf(simulator, 'resend')).toEqual([]);
});

describe('when overdue requests are served', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'netskope-simulator-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  test('on demand of a test, and at a request to the other endpoint', async () => {
    const statePath = join(directory, 'cursors.json');
    const placeInFile = () => /"place":\{[^}]*"number":(\d+)/.exec(readFileSync(statePath, 'utf8'))?.[1];
    const { simulator, clock } = await tenantAfterFirstPage({ statePath });
    await stalledCall(simulator, { afterMs: 1000 });
    await stalledCall(simulator, { afterMs: 2000 });
    expect(placeInFile()).toBe('0');
    clock.nowMs += 1000;
    simulator.serveOverdue();
    expect(placeInFile()).toBe('1');
    clock.nowMs += 1000;
    await call(simulator, { path: '/api/v2/events/data/audit' });
    expect(placeInFile()).toBe('2');
  });
});
