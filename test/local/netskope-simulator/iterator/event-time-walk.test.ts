import { event, idsOf, presentS, progressOf, startTenant, stopTenants } from '../tenant';

afterEach(stopTenants);

const walksBy = 'event-time';
/** An event inserted now that happened so many seconds ago. */
const eventOf = (id: string, ageS: number) => event(id, presentS, presentS - ageS);

describe('a cursor that walks by event time', () => {
  test('delivers events in the order in which they happened', async () => {
    const simulator = await startTenant({ walksBy, pageSize: 2 });
    simulator.add([event('c', presentS - 9, presentS - 10), event('a', presentS - 5, presentS - 30)]);
    simulator.add([eventOf('b', 20)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a', 'b']);
    expect(await idsOf(simulator, 'next')).toEqual(['c']);
  });

  test('never returns to a late event behind it, which an epoch delivers', async () => {
    const simulator = await startTenant({ walksBy });
    simulator.add([eventOf('a', 10)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
    simulator.add([eventOf('late', 50)]);
    expect(await idsOf(simulator, 'next')).toEqual([]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['late', 'a']);
  });

  test('delivers a late event that lies before it', async () => {
    const simulator = await startTenant({ walksBy });
    simulator.add([eventOf('a', 50)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
    simulator.add([eventOf('late', 10)]);
    expect(await idsOf(simulator, 'next')).toEqual(['late']);
    expect(await idsOf(simulator, 'next')).toEqual([]);
  });

  test('leaves a finished window behind, even an empty one', async () => {
    const simulator = await startTenant({ walksBy });
    expect(await progressOf(simulator, `${presentS - 7200}`)).toEqual({
      events: 0,
      watermarkS: 1_699_996_400,
    });
    simulator.add([eventOf('late', 3601), eventOf('a', 3600)]);
    expect(await idsOf(simulator, 'next')).toEqual(['a']);
  });

  test('that follows the clock leaves the past behind', async () => {
    const simulator = await startTenant({ walksBy, watermarkFollowsClock: true });
    expect(await progressOf(simulator, `${presentS - 60}`)).toEqual({ events: 0, watermarkS: 1_700_000_000 });
    simulator.add([eventOf('late', 1), eventOf('a', 0)]);
    expect(await idsOf(simulator, 'next')).toEqual(['a']);
  });

  test('splits events of one second over pages', async () => {
    const simulator = await startTenant({ walksBy, pageSize: 2 });
    simulator.add(['a', 'b', 'c'].map((id) => eventOf(id, 10)));
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a', 'b']);
    expect(await idsOf(simulator, 'next')).toEqual(['c']);
  });

  test('that is new starts at the present, whatever is dated ahead', async () => {
    const simulator = await startTenant({ walksBy, deliversBeyondPresent: true });
    simulator.add([eventOf('a', 10), eventOf('ahead', -3600)]);
    expect(await idsOf(simulator, 'next')).toEqual(['ahead']);
  });

  test('that starts at the oldest event finds it by its own time', async () => {
    const simulator = await startTenant({ walksBy, unknownIndexStart: 'oldest' });
    simulator.add([eventOf('expired', 91 * 86_400), eventOf('a', 89 * 86_400)]);
    expect(await idsOf(simulator, 'next')).toEqual(['a']);
  });
});

describe('an event dated ahead of the clock', () => {
  test('waits for its time', async () => {
    let nowS = presentS;
    const simulator = await startTenant({ walksBy, nowMs: () => nowS * 1000 });
    simulator.add([eventOf('ahead', -60)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual([]);
    nowS = presentS + 59;
    expect(await idsOf(simulator, 'next')).toEqual([]);
    nowS = presentS + 60;
    expect(await idsOf(simulator, 'next')).toEqual(['ahead']);
  });

  test('is delivered at once if so chosen, and moves the cursor with it', async () => {
    let nowS = presentS;
    const simulator = await startTenant({
      walksBy,
      deliversBeyondPresent: true,
      nowMs: () => nowS * 1000,
    });
    simulator.add([eventOf('a', 10), eventOf('ahead', -36_000)]);
    expect(await progressOf(simulator, `${presentS - 60}`)).toEqual({ events: 2, watermarkS: 1_700_036_000 });
    simulator.add([event('b', presentS + 7000)]);
    nowS = presentS + 7200;
    expect(await progressOf(simulator, 'next')).toEqual({ events: 0, watermarkS: 1_700_036_000 });
    expect(await idsOf(simulator, 'next')).toEqual([]);
    expect(await idsOf(simulator, `${presentS + 7000}`)).toEqual(['b', 'ahead']);
  });
});

describe('resend of a page by event time', () => {
  test('hides a late event inside the page', async () => {
    const simulator = await startTenant({ walksBy });
    simulator.add([eventOf('a', 30), eventOf('c', 10)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a', 'c']);
    simulator.add([eventOf('b', 20)]);
    expect(await idsOf(simulator, 'resend')).toEqual(['a', 'c']);
  });

  test('shows it in a page that grows, even a full one', async () => {
    const simulator = await startTenant({ walksBy, resendGrows: true, pageSize: 2 });
    simulator.add([eventOf('a', 30), eventOf('c', 10), eventOf('d', 5)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a', 'c']);
    simulator.add([eventOf('b', 20)]);
    expect(await idsOf(simulator, 'resend')).toEqual(['a', 'b', 'c']);
    expect(await idsOf(simulator, 'next')).toEqual(['d']);
  });

  test('a page that grows does not get what happened before it', async () => {
    const simulator = await startTenant({ walksBy, resendGrows: true });
    simulator.add([eventOf('a', 30)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
    simulator.add([eventOf('before', 61), eventOf('b', 60)]);
    expect(await idsOf(simulator, 'resend')).toEqual(['b', 'a']);
  });

  test('a page that grows moves its cursor', async () => {
    const simulator = await startTenant({ walksBy, resendGrows: true });
    simulator.add([eventOf('a', 30)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
    simulator.add([eventOf('b', 20)]);
    expect(await idsOf(simulator, 'resend')).toEqual(['a', 'b']);
    expect(await idsOf(simulator, 'next')).toEqual([]);
  });

  test('a page that overlaps leaves its new events to the next one as well', async () => {
    const simulator = await startTenant({ walksBy, resendGrows: true, overlaps: true });
    simulator.add([eventOf('a', 30)]);
    expect(await idsOf(simulator, `${presentS - 60}`)).toEqual(['a']);
    simulator.add([eventOf('b', 20)]);
    expect(await idsOf(simulator, 'resend')).toEqual(['a', 'b']);
    expect(await idsOf(simulator, 'next')).toEqual(['b']);
  });
});

describe('which times a page covers', () => {
  test.each([
    ['insertion', event('a', presentS - 300, presentS - 5), event('b', presentS - 299, presentS - 900)],
    ['event-time', event('a', presentS - 5, presentS - 300), event('b', presentS - 900, presentS - 299)],
  ] as const)('by %s, nothing younger than the delay', async (order, old, young) => {
    let nowS = presentS;
    const simulator = await startTenant({
      walksBy: order,
      deliveryDelayS: 300,
      nowMs: () => nowS * 1000,
    });
    simulator.add([old, young]);
    expect(await idsOf(simulator, `${presentS - 1000}`)).toEqual(['a']);
    nowS = presentS + 1;
    expect(await idsOf(simulator, 'next')).toEqual(['b']);
  });

  test('the watermark of a delayed tenant follows the clock at that distance', async () => {
    const simulator = await startTenant({ deliveryDelayS: 300, watermarkFollowsClock: true });
    expect(await progressOf(simulator, `${presentS - 600}`)).toEqual({
      events: 0,
      watermarkS: 1_699_999_700,
    });
  });

  test.each(['insertion', 'event-time'] as const)('by %s, all times without windows', async (order) => {
    const simulator = await startTenant({ walksBy: order, windowS: 'none' });
    simulator.add([event('a', presentS - 80 * 86_400), event('b', presentS - 10)]);
    expect(await idsOf(simulator, `${presentS - 81 * 86_400}`)).toEqual(['a', 'b']);
  });
});
