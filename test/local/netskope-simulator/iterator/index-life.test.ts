import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, event, idsOf, pageOf, presentS, startTenant, stopTenants, textOf } from '../tenant';

afterEach(stopTenants);

/** A tenant whose indexes `i` and `other` have received `a`, and have `b` to come. */
async function tenantWithTwoIndexes(options: Parameters<typeof startTenant>[0] = {}) {
  const simulator = await startTenant({ pageSize: 1, ...options });
  simulator.add([event('a', presentS - 20), event('b', presentS - 10)]);
  expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
  expect(await idsOf(simulator, `${presentS - 60}`, 'other')).toEqual(['a']);
  return simulator;
}

describe('an index that is forgotten while it is polled', () => {
  test('starts at the present, and no other index does', async () => {
    const simulator = await tenantWithTwoIndexes();
    simulator.forgetIndexes('i');
    expect(await idsOf(simulator, 'resend')).toEqual([]);
    expect(await idsOf(simulator, 'next')).toEqual([]);
    expect(await idsOf(simulator, 'next', 'other')).toEqual(['b']);
  });

  test('can be every index', async () => {
    const simulator = await tenantWithTwoIndexes();
    simulator.forgetIndexes();
    expect(await idsOf(simulator, 'next')).toEqual([]);
    expect(await idsOf(simulator, 'next', 'other')).toEqual([]);
  });

  test('is forgotten by a restarted tenant, too', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'netskope-simulator-'));
    try {
      const statePath = join(directory, 'cursors.json');
      const before = await tenantWithTwoIndexes({ statePath });
      before.forgetIndexes('i');
      await before.stop();
      const after = await startTenant({ statePath, pageSize: 1 });
      after.add(before.events);
      expect(await idsOf(after, 'next')).toEqual([]);
      expect(await idsOf(after, 'next', 'other')).toEqual(['b']);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('may answer a resend without a watermark', async () => {
    const simulator = await tenantWithTwoIndexes({ resendWithoutPage: 'empty-without-watermark' });
    simulator.forgetIndexes();
    expect(pageOf(await call(simulator, { operation: 'resend' }))).toEqual({
      ok: 1,
      result: [],
      wait_time: 5,
    });
  });
});

describe('an index that is broken', () => {
  test.each(['next', 'resend', `${presentS - 60}`, 'head', 'tail'])(
    'answers 400 to %s',
    async (operation) => {
      const simulator = await tenantWithTwoIndexes();
      simulator.breakIndex('i');
      const answer = await call(simulator, { operation });
      expect([answer.status, textOf(answer)]).toEqual([400, '{"message":"Invalid index i"}']);
      expect(await idsOf(simulator, 'next', 'other')).toEqual(['b']);
    },
  );
});

describe('a cursor that somebody else moves', () => {
  test('to a time: their page is resent, and the next one follows it', async () => {
    const simulator = await tenantWithTwoIndexes();
    simulator.add([event('c', presentS - 5)]);
    simulator.moveCursor('i', presentS - 10);
    expect(await idsOf(simulator, 'resend')).toEqual(['b']);
    expect(await idsOf(simulator, 'next')).toEqual(['c']);
  });

  test('to the next page', async () => {
    const simulator = await tenantWithTwoIndexes();
    simulator.moveCursor('i', 'next');
    expect(await idsOf(simulator, 'next')).toEqual([]);
    expect(await idsOf(simulator, 'next', 'other')).toEqual(['b']);
    expect(simulator.requests).toHaveLength(4);
  });
});

describe('an epoch before the retention', () => {
  test('is a bad request if so chosen, which moves nothing', async () => {
    const simulator = await tenantWithTwoIndexes({ rejectsEpochBeforeRetention: true });
    const answer = await call(simulator, { operation: `${presentS - 90 * 86_400 - 1}` });
    expect([answer.status, textOf(answer)]).toEqual([400, '{"message":"Timestamp is out of the retention"}']);
    expect(await idsOf(simulator, 'next')).toEqual(['b']);
  });

  test('begins a second before 90 days ago', async () => {
    const simulator = await startTenant({ rejectsEpochBeforeRetention: true });
    expect(await call(simulator, { operation: `${presentS - 90 * 86_400}` })).toMatchObject({ status: 200 });
  });
});
