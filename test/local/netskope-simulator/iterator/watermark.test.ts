import type { WatermarkKind } from '../../../../lib/local/netskope-simulator/simulator-options';
import { call, event, pageOf, presentS, progressOf, startTenant, stopTenants } from '../tenant';

afterEach(stopTenants);

test.each<[WatermarkKind, number | undefined, number | undefined]>([
  ['highest', 1_700_003_600, 1_700_003_600],
  ['position', 1_700_003_600, 1_699_999_990],
  ['newest-event', 1_700_003_600, 1_700_003_600],
  ['none', undefined, undefined],
])('%s: after an event dated ahead %d, then %d', async (watermark, withEvent, afterwards) => {
  const simulator = await startTenant({ watermark });
  simulator.add([event('ahead', presentS - 10, presentS + 3600)]);
  const epoch = `${presentS - 60}`;
  expect(await progressOf(simulator, epoch)).toEqual({ events: 1, watermarkS: withEvent });
  expect(await progressOf(simulator, 'next')).toEqual({ events: 0, watermarkS: afterwards });
});

test.each<[WatermarkKind, number]>([
  ['highest', 1_699_996_400],
  ['position', 1_699_996_400],
  ['newest-event', 1_699_992_800],
])('%s: after an empty hour two hours ago %d', async (watermark, watermarkS) => {
  const simulator = await startTenant({ watermark });
  expect(await progressOf(simulator, `${presentS - 7200}`)).toEqual({ events: 0, watermarkS });
});

test('the newest event is that of all pages so far', async () => {
  const simulator = await startTenant({ watermark: 'newest-event', pageSize: 1 });
  simulator.add([event('a', presentS - 20, presentS - 5), event('b', presentS - 10, presentS - 300)]);
  expect(await progressOf(simulator, `${presentS - 60}`)).toEqual({ events: 1, watermarkS: 1_699_999_995 });
  expect(await progressOf(simulator, 'next')).toEqual({ events: 1, watermarkS: 1_699_999_995 });
});

test('without watermarks there is none on an index without a page either', async () => {
  const simulator = await startTenant({ watermark: 'none' });
  expect(pageOf(await call(simulator, { operation: 'resend' }))).not.toHaveProperty('timestamp_hwm');
});

describe('a watermark that trails by 300 s', () => {
  const options = { watermarkTrailsS: 300, watermarkFollowsClock: true };

  test('rises with the clock on a quiet tenant, and stays behind it', async () => {
    let nowS = presentS;
    const simulator = await startTenant({ ...options, nowMs: () => nowS * 1000 });
    expect(await progressOf(simulator, `${presentS - 600}`)).toEqual({
      events: 0,
      watermarkS: 1_699_999_700,
    });
    nowS = presentS + 60;
    expect(await progressOf(simulator, 'next')).toEqual({ events: 0, watermarkS: 1_699_999_760 });
  });

  test('is not older than the newest event in the page, even one dated ahead', async () => {
    const simulator = await startTenant({ ...options, watermark: 'position' });
    simulator.add([event('a', presentS - 20, presentS + 60)]);
    expect(await progressOf(simulator, `${presentS - 600}`)).toEqual({
      events: 1,
      watermarkS: 1_700_000_060,
    });
    expect(await progressOf(simulator, 'next')).toEqual({ events: 0, watermarkS: 1_699_999_700 });
  });
});
