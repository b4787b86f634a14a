import {
  call,
  event,
  idsOf,
  pageOf,
  presentS,
  progressOf,
  startTenant,
  stopTenants,
  textOf,
} from '../tenant';

afterEach(stopTenants);

describe('operations', () => {
  test('an epoch serves from the first event inserted at that second, whenever it happened', async () => {
    const simulator = await startTenant();
    simulator.add([
      event('a', presentS - 101),
      event('b', presentS - 100, presentS - 9000),
      event('c', presentS - 99),
    ]);
    expect(await idsOf(simulator, `${presentS - 100}`)).toEqual(['b', 'c']);
  });

  test('next serves the page after the last one, in the order of insertion', async () => {
    const simulator = await startTenant({ pageSize: 2 });
    simulator.add([event('a', presentS - 3), event('b', presentS - 2), event('c', presentS - 1)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a', 'b']);
    expect(await idsOf(simulator, 'next')).toEqual(['c']);
    expect(await idsOf(simulator, 'next')).toEqual([]);
  });

  test('an event that arrives late is served once, by the next page', async () => {
    const simulator = await startTenant();
    simulator.add([event('a', presentS - 10)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
    simulator.add([event('late', presentS - 50)]);
    expect(await idsOf(simulator, 'next')).toEqual(['late']);
    expect(await idsOf(simulator, 'next')).toEqual([]);
  });

  test('resend repeats the last page as often as asked and moves nothing', async () => {
    const simulator = await startTenant({ pageSize: 1 });
    simulator.add([event('a', presentS - 2), event('b', presentS - 1)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
    expect(await idsOf(simulator, 'resend')).toEqual(['a']);
    expect(await idsOf(simulator, 'resend')).toEqual(['a']);
    expect(await idsOf(simulator, 'next')).toEqual(['b']);
  });

  test('head serves the oldest page that is retained, tail only what comes from now on', async () => {
    const simulator = await startTenant();
    simulator.add([event('expired', presentS - 91 * 86_400), event('a', presentS - 89 * 86_400)]);
    expect(await idsOf(simulator, 'head', 'h')).toEqual(['a']);
    expect(await idsOf(simulator, 'tail', 't')).toEqual([]);
    simulator.add([event('b', presentS)]);
    expect(await idsOf(simulator, 'next', 't')).toEqual(['b']);
  });

  test('an epoch rewinds an index that is ahead', async () => {
    const simulator = await startTenant();
    simulator.add([event('a', presentS - 20), event('b', presentS - 10)]);
    expect(await idsOf(simulator, `${presentS - 10}`)).toEqual(['b']);
    expect(await idsOf(simulator, `${presentS - 20}`)).toEqual(['a', 'b']);
  });

  test('an epoch in the future is answered empty and skips what comes before it', async () => {
    let nowS = presentS;
    const simulator = await startTenant({ nowMs: () => nowS * 1000 });
    expect(await progressOf(simulator, `${presentS + 60}`)).toEqual({ events: 0, watermarkS: 1_700_000_060 });
    simulator.add([event('skipped', presentS + 59), event('a', presentS + 60)]);
    nowS = presentS + 59;
    expect(await idsOf(simulator, 'next')).toEqual([]);
    nowS = presentS + 61;
    expect(await idsOf(simulator, 'next')).toEqual(['a']);
  });

  test('an epoch before the retention starts 90 days ago', async () => {
    const simulator = await startTenant();
    simulator.add([event('expired', presentS - 90 * 86_400 - 1), event('a', presentS - 90 * 86_400)]);
    expect(await idsOf(simulator, '0')).toEqual(['a']);
  });

  test('each index has a cursor of its own', async () => {
    const simulator = await startTenant();
    simulator.add([event('a', presentS - 1)]);
    expect(await idsOf(simulator, `${presentS - 60}`, 'first')).toEqual(['a']);
    expect(await idsOf(simulator, `${presentS - 60}`, 'second')).toEqual(['a']);
    expect(await idsOf(simulator, 'next', 'first')).toEqual([]);
  });

  test.each(['Next', 'seek', '-1', '1e9', ''])('operation %j is a bad request', async (operation) => {
    const answer = await call(await startTenant(), { operation });
    expect([answer.status, textOf(answer)]).toEqual([400, `{"message":"Invalid operation ${operation}"}`]);
  });

  test('a call without index is a bad request', async () => {
    expect(await call(await startTenant(), { index: '' })).toMatchObject({ status: 400 });
  });
});

describe('windows and watermark', () => {
  test('catching up goes hour by hour, with empty pages whose watermark rises', async () => {
    const simulator = await startTenant();
    simulator.add([event('a', presentS - 3 * 3600), event('b', presentS - 600)]);
    expect(await progressOf(simulator, `${presentS - 3 * 3600 - 60}`)).toEqual({
      events: 1,
      watermarkS: 1_699_992_740,
    });
    expect(await progressOf(simulator, 'next')).toEqual({ events: 0, watermarkS: 1_699_996_340 });
    expect(await progressOf(simulator, 'next')).toEqual({ events: 1, watermarkS: 1_699_999_940 });
    expect(await progressOf(simulator, 'next')).toEqual({ events: 0, watermarkS: 1_699_999_940 });
  });

  test('a full page leaves the rest of its hour to the next', async () => {
    const simulator = await startTenant({ pageSize: 2, windowS: 600 });
    const hour = ['a', 'b', 'c', 'd', 'e'].map((id, minute) => event(id, presentS - 7200 + minute * 60));
    simulator.add(hour);
    expect(await progressOf(simulator, `${presentS - 7200}`)).toEqual({
      events: 2,
      watermarkS: 1_699_992_860,
    });
    expect(await idsOf(simulator, 'next')).toEqual(['c', 'd']);
    expect(await progressOf(simulator, 'next')).toEqual({ events: 1, watermarkS: 1_699_993_400 });
  });

  test('the watermark is not less than the newest event time in the page', async () => {
    const simulator = await startTenant();
    simulator.add([event('a', presentS - 20, presentS - 5), event('b', presentS - 10, presentS - 300)]);
    expect(await progressOf(simulator, `${presentS - 60}`)).toEqual({ events: 2, watermarkS: 1_699_999_995 });
  });

  test('an empty page at the present repeats the watermark, however much time passes', async () => {
    let nowS = presentS;
    const simulator = await startTenant({ nowMs: () => nowS * 1000 });
    simulator.add([event('a', presentS - 10)]);
    expect(await progressOf(simulator, `${presentS - 60}`)).toEqual({ events: 1, watermarkS: 1_699_999_990 });
    nowS = presentS + 1800;
    expect(await progressOf(simulator, 'next')).toEqual({ events: 0, watermarkS: 1_699_999_990 });
    nowS = presentS + 3600;
    expect(await progressOf(simulator, 'next')).toEqual({ events: 0, watermarkS: 1_699_999_990 });
  });

  test('a watermark that follows the clock rises on an empty page at the present', async () => {
    let nowS = presentS;
    const simulator = await startTenant({ nowMs: () => nowS * 1000, watermarkFollowsClock: true });
    expect(await progressOf(simulator, `${presentS - 60}`)).toEqual({ events: 0, watermarkS: 1_700_000_000 });
    nowS = presentS + 30;
    expect(await progressOf(simulator, 'next')).toEqual({ events: 0, watermarkS: 1_700_000_030 });
  });

  test('events added at once are paged by insertion time, whatever their order', async () => {
    const simulator = await startTenant({ pageSize: 1 });
    simulator.add([event('b', presentS - 10), event('a', presentS - 20)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
    expect(await idsOf(simulator, 'next')).toEqual(['b']);
  });

  test('an epoch finds late events at their insertion time', async () => {
    const simulator = await startTenant();
    simulator.add([event('a', presentS - 10)]);
    await call(simulator);
    simulator.add([event('late', presentS - 50)]);
    await call(simulator);
    simulator.add([event('b', presentS - 5)]);
    expect(await idsOf(simulator, `${presentS - 20}`)).toEqual(['a', 'late', 'b']);
  });

  test('an event cannot be seen before it is inserted', async () => {
    let nowS = presentS;
    const simulator = await startTenant({ nowMs: () => nowS * 1000 });
    simulator.add([event('b', presentS + 20), event('a', presentS + 10)]);
    expect(await idsOf(simulator, `${presentS}`)).toEqual([]);
    nowS = presentS + 10;
    expect(await idsOf(simulator, 'next')).toEqual(['a']);
    nowS = presentS + 20;
    expect(await idsOf(simulator, 'next')).toEqual(['b']);
    expect(simulator.events.map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

describe('behaviors that can be chosen', () => {
  test('next on an index never seen starts now', async () => {
    const simulator = await startTenant();
    simulator.add([event('a', presentS - 10)]);
    expect(await idsOf(simulator, 'next')).toEqual([]);
    simulator.add([event('b', presentS)]);
    expect(await idsOf(simulator, 'next')).toEqual(['b']);
  });

  test('next on an index never seen starts at the oldest event if so chosen', async () => {
    const simulator = await startTenant({ unknownIndexStart: 'oldest' });
    simulator.add([event('a', presentS - 86_400)]);
    expect(await idsOf(simulator, 'next')).toEqual(['a']);
  });

  test('resend on an index without a page is an empty page, and the index stays unknown', async () => {
    const simulator = await startTenant({ unknownIndexStart: 'oldest' });
    simulator.add([event('a', presentS - 10)]);
    expect(await progressOf(simulator, 'resend')).toEqual({ events: 0, watermarkS: 1_700_000_000 });
    expect(await idsOf(simulator, 'next')).toEqual(['a']);
  });

  test('resend on an index without a page is a bad request if so chosen', async () => {
    const simulator = await startTenant({ resendWithoutPage: 'bad-request' });
    const answer = await call(simulator, { operation: 'resend' });
    expect([answer.status, textOf(answer)]).toEqual([400, '{"message":"No page to resend"}']);
  });

  test('an index not used for longer than its life is forgotten', async () => {
    let nowMs = presentS * 1000;
    const simulator = await startTenant({ nowMs: () => nowMs, forgetsIndexAfterMs: 60_000 });
    simulator.add([event('a', presentS - 10)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
    nowMs += 60_000;
    expect(await idsOf(simulator, 'resend')).toEqual(['a']);
    nowMs += 60_001;
    simulator.add([event('unseen', presentS + 30)]);
    expect(await idsOf(simulator, 'resend')).toEqual([]);
    expect(await idsOf(simulator, 'next')).toEqual([]);
  });

  test('a page that grows when resent moves its cursor', async () => {
    const simulator = await startTenant({ resendGrows: true, pageSize: 3 });
    simulator.add([event('a', presentS - 10)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
    simulator.add([event('b', presentS - 5), event('c', presentS - 4), event('d', presentS - 3)]);
    expect(await progressOf(simulator, 'resend')).toEqual({ events: 3, watermarkS: 1_699_999_996 });
    expect(await idsOf(simulator, 'next')).toEqual(['d']);
  });

  test('a page that grows and overlaps shows more and moves nothing', async () => {
    const simulator = await startTenant({ resendGrows: true, overlaps: true });
    simulator.add([event('a', presentS - 10)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
    simulator.add([event('b', presentS - 5)]);
    expect(await idsOf(simulator, 'resend')).toEqual(['a', 'b']);
    expect(await idsOf(simulator, 'next')).toEqual(['b']);
  });

  test('a resent page that does not grow hides what came since', async () => {
    const simulator = await startTenant();
    simulator.add([event('a', presentS - 10)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
    simulator.add([event('b', presentS - 5)]);
    expect(await idsOf(simulator, 'resend')).toEqual(['a']);
  });

  test('shuffled pages hold the same events, in another order each time', async () => {
    const simulator = await startTenant({ shufflesPages: true });
    simulator.add(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => event(id, presentS - 10)));
    const first = await idsOf(simulator, `${presentS - 60}`);
    const again = await idsOf(simulator, 'resend');
    expect(first).not.toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(again).not.toEqual(first);
    expect([...first].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect([...again].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  test('the same event given twice is served twice, on different pages if they are short', async () => {
    const simulator = await startTenant({ pageSize: 1 });
    simulator.add([event('a', presentS - 10), event('a', presentS - 10)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
    expect(await idsOf(simulator, 'next')).toEqual(['a']);
  });

  test.each([
    ['a full page', 2, 1],
    ['a short page', 1, 5],
    ['an empty page', 0, 5],
  ])('wait_time after %s', async (_name, eventCount, waitTimeS) => {
    const simulator = await startTenant({ pageSize: 2 });
    simulator.add(['a', 'b'].slice(0, eventCount).map((id) => event(id, presentS - 10)));
    expect(pageOf(await call(simulator, { operation: `${presentS - 60}` })).wait_time).toBe(waitTimeS);
  });

  test('wait_time is the number chosen, or counted from the events', async () => {
    const fixed = await startTenant({ waitTimeS: 0 });
    const counted = await startTenant({ waitTimeS: (eventCount) => 40 + eventCount });
    counted.add([event('a', presentS - 10)]);
    expect(pageOf(await call(fixed)).wait_time).toBe(0);
    expect(pageOf(await call(counted, { operation: `${presentS - 60}` })).wait_time).toBe(41);
  });
});

test('an answer is the envelope of published samples around the exact text of the events', async () => {
  const simulator = await startTenant();
  const text = '{"_id":"a", "n":9007199254740993123,"path":"\\/api","t":"🎲"}';
  simulator.add([
    { text, id: 'a', timestampS: presentS - 1, insertedAtS: presentS - 1 },
    event('b', presentS - 1),
  ]);
  const answer = await call(simulator, { operation: `${presentS - 60}` });
  expect(textOf(answer)).toBe(
    '{"ok":1,"result":[{"_id":"a", "n":9007199254740993123,"path":"\\/api","t":"🎲"},' +
      '{"_id":"b","timestamp":1699999999}],"wait_time":5,"timestamp_hwm":1699999999}',
  );
});
