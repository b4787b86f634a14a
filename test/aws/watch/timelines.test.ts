import type { Span } from './cloudwatch-model/timelines';
import { BUSY, IDLE } from './cloudwatch-model/timelines';
import { changes, fires, templateAlarms } from './cloudwatch-model/watched-source';

/** Times are hours and minutes since the deployment, on a Friday at 16:07. Runs begin at 0:02:30, every five minutes. */

describe('just deployed', () => {
  test('a fresh deployment sends nothing while its secret is empty, for longer than the window', () => {
    expect(fires({ spans: [{ untilH: 30, runs: 'awaiting' }] })).toEqual([]);
  });

  test('a fresh deployment sends nothing when its secret is filled and events come in', () => {
    const spans: Span[] = [
      { untilH: 1, runs: 'awaiting' },
      { untilH: 30, ...BUSY, tokenDaysLeft: 200 },
    ];
    expect(fires({ spans })).toEqual([]);
  });

  test('a fresh deployment sends nothing if its secret was filled before it', () => {
    expect(fires({ spans: [{ untilH: 30, ...BUSY, tokenDaysLeft: 200 }] })).toEqual([]);
  });

  test('with an empty secret the alarms reach these states, and no-data and not-running reach none', () => {
    const texts = changes({ spans: [{ untilH: 1, runs: 'awaiting' }] }).map(({ text }) => text);
    expect(texts).toEqual([
      '0:01 credentials-refused OK',
      '0:01 quarantined OK',
      '0:01 events-recovered OK',
      '0:01 events-without-group OK',
      '0:01 collector-errors OK',
      '0:01 collector-throttles OK',
      '0:01 dead-letters OK',
      '0:01 collector-not-invoked ALARM',
      '0:01 detection-behind OK',
      '0:01 detector-errors OK',
      '0:05 collector-not-invoked OK',
    ]);
  });

  test('once the secret is filled, a tenant without an event fires after the whole window, not before', () => {
    const spans: Span[] = [
      { untilH: 3, runs: 'awaiting' },
      { untilH: 30, ...IDLE },
    ];
    expect(fires({ spans })).toEqual(['26:58 no-data ALARM']);
  });

  test('if the very first run finds an idle tenant, no-data may fire up to one period sooner', () => {
    expect(fires({ spans: [{ untilH: 30, ...IDLE }] })).toEqual(['23:58 no-data ALARM']);
  });

  test('a collector that dies while the secret is empty fires by the metric of Lambda', () => {
    const spans: Span[] = [
      { untilH: 3, runs: 'awaiting' },
      { untilH: 30, runs: 'dead' },
    ];
    expect(fires({ spans })).toEqual(['3:30 collector-not-invoked ALARM']);
  });

  test('a token that is wrong from the start fires with the first run that uses it', () => {
    const spans: Span[] = [
      { untilH: 1, runs: 'awaiting' },
      { untilH: 4, runs: 'refused' },
    ];
    expect(fires({ spans })).toEqual([
      '1:05 credentials-refused ALARM',
      '1:15 collector-errors ALARM',
      '1:28 behind ALARM',
    ]);
  });

  test('a tenant that never answers fires for the failed runs and as behind, as no run has ever succeeded', () => {
    expect(fires({ spans: [{ untilH: 30, runs: 'throttled' }] })).toEqual([
      '0:16 collector-errors ALARM',
      '0:29 behind ALARM',
    ]);
  });

  test.each([
    ['five minutes', 5, '0:16'],
    ['a quarter of an hour', 15, '0:36'],
    ['an hour', 60, '2:06'],
  ])(
    'a function that is killed in each run, every %s from the first on, fires',
    (_often, scheduleMinutes, at) => {
      const spans: Span[] = [{ untilH: 30, runs: 'killed' }];
      expect(fires({ source: { scheduleMinutes }, spans })).toEqual([`${at} collector-errors ALARM`]);
    },
  );

  test('one run that succeeds is enough for not-running and no-data to count from it', () => {
    const spans: Span[] = [
      { untilH: 2, runs: 'throttled' },
      { untilH: 2.1, ...IDLE },
      { untilH: 30, runs: 'throttled' },
    ];
    expect(fires({ spans }).filter((text) => /not-running|no-data/.test(text))).toEqual([
      '2:33 not-running ALARM',
      '25:58 no-data ALARM',
    ]);
  });
});

describe('no events', () => {
  const quietWeekend: Span[] = [
    { untilH: 2, ...BUSY },
    { untilH: 64, ...IDLE },
    { untilH: 70, ...BUSY },
  ];

  test('25 hours without events: no-data fires when its 24 hours are over, and the first event ends it', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 27, ...IDLE },
      { untilH: 28, ...BUSY },
    ];
    expect(fires({ spans })).toEqual(['25:58 no-data ALARM', '27:05 no-data OK']);
  });

  test('23 hours without events fire nothing', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 25, ...IDLE },
      { untilH: 28, ...BUSY },
    ];
    expect(fires({ spans })).toEqual([]);
  });

  test.each([
    [15, ['2:13 no-data ALARM', '64:05 no-data OK']],
    [1_440, ['25:58 no-data ALARM', '64:05 no-data OK']],
    [3 * 1_440, []],
    [7 * 1_440, []],
  ])('a quiet weekend, with a window of %d minutes', (noDataWindowMinutes, expected) => {
    expect(fires({ source: { noDataWindowMinutes }, spans: quietWeekend })).toEqual(expected);
  });

  test('with a window of 7 days, no-data fires in the hour after the window and ends in the hour after the event', () => {
    const source = { noDataWindowMinutes: 7 * 1_440 };
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 175, ...IDLE },
      { untilH: 175.05, ...BUSY },
      { untilH: 178, ...IDLE },
    ];
    const alarms = templateAlarms(source, 'no-data');
    expect(fires({ source, spans, alarms })).toEqual(['170:56 no-data ALARM', '175:56 no-data OK']);
  });

  test('one event in one run ends no-data, although the runs around it found nothing', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 27, ...IDLE },
      { untilH: 27.1, runs: 'served', archived: 1 },
      { untilH: 40, ...IDLE },
    ];
    expect(fires({ spans })).toEqual(['25:58 no-data ALARM', '27:05 no-data OK']);
  });

  test('a late burst of events, after hours in which there were none, fires nothing', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 8, ...IDLE },
      { untilH: 8.1, runs: 'served', archived: 50_000 },
      { untilH: 12, ...BUSY },
    ];
    expect(fires({ spans })).toEqual([]);
  });
});

describe('collector dead', () => {
  const died: Span[] = [
    { untilH: 2, ...BUSY },
    { untilH: 60, runs: 'dead' },
    { untilH: 61, ...IDLE },
    { untilH: 62, ...BUSY },
  ];

  test.each([
    [1, '2:29'],
    [2, '2:30'],
    [5, '2:33'],
  ])(
    'not-running fires within six schedule periods, collector-not-invoked minutes later, no-data at its window; the end of two is told (%d periods retrieved beyond the window)',
    (surplusPeriods, notInvokedAt) => {
      expect(fires({ spans: died, surplusPeriods })).toEqual([
        '2:28 not-running ALARM',
        `${notInvokedAt} collector-not-invoked ALARM`,
        '25:58 no-data ALARM',
        '60:05 not-running OK',
        '61:05 no-data OK',
      ]);
    },
  );

  test.each([1, 2, 5])('with a window of 7 days as well (%d periods beyond)', (surplusPeriods) => {
    const source = { noDataWindowMinutes: 7 * 1_440 };
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 400, runs: 'dead' },
    ];
    const alarms = templateAlarms(source, 'no-data');
    expect(fires({ source, spans, surplusPeriods, alarms })).toEqual(['170:56 no-data ALARM']);
  });

  test('without the metrics of the collector, as if metric math had failed, collector-not-invoked fires alone', () => {
    const alarms = templateAlarms().filter(({ expression }) => expression === 'metric');
    expect(fires({ spans: died, alarms })).toEqual(['2:30 collector-not-invoked ALARM']);
  });

  test('a source that runs once an hour fires after three missed runs', () => {
    const source = { scheduleMinutes: 60 };
    const spans: Span[] = [
      { untilH: 5, ...BUSY },
      { untilH: 40, runs: 'dead' },
    ];
    expect(fires({ source, spans })).toEqual([
      '7:18 not-running ALARM',
      '7:20 collector-not-invoked ALARM',
      '28:03 no-data ALARM',
    ]);
  });
});

describe('Netskope refuses calls or limits their rate', () => {
  test('token revoked: refused at once, not running and behind later, no-data at its window; a new token ends all', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 30, runs: 'refused' },
      { untilH: 32, ...BUSY },
    ];
    expect(fires({ spans })).toEqual([
      '2:05 credentials-refused ALARM',
      '2:15 collector-errors ALARM',
      '2:28 not-running ALARM',
      '3:28 behind ALARM',
      '25:58 no-data ALARM',
      '30:05 no-data OK',
      '30:05 not-running OK',
      '30:05 behind OK',
      '30:18 credentials-refused OK',
      '30:18 collector-errors OK',
    ]);
  });

  test('429 for an hour: runs fail, and behind does not fire', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 3, runs: 'throttled' },
      { untilH: 6, ...BUSY },
    ];
    expect(fires({ spans })).toEqual([
      '2:16 collector-errors ALARM',
      '2:28 not-running ALARM',
      '3:05 not-running OK',
      '3:19 collector-errors OK',
    ]);
  });

  test('429 for two hours: behind fires, until the first run that is not behind', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 4, runs: 'throttled' },
      { untilH: 6, ...BUSY },
    ];
    expect(fires({ spans, alarms: templateAlarms({}, 'behind') })).toEqual([
      '3:24 behind ALARM',
      '4:05 behind OK',
    ]);
  });

  test('429 for a quarter of an hour fires for the failed runs, and nothing else', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 2.25, runs: 'throttled' },
      { untilH: 4, ...BUSY },
    ];
    expect(fires({ spans })).toEqual(['2:16 collector-errors ALARM', '2:34 collector-errors OK']);
  });

  test('two failed runs in a row fire nothing', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 2.15, runs: 'throttled' },
      { untilH: 4, ...BUSY },
    ];
    expect(fires({ spans })).toEqual([]);
  });
});

describe('quarantine, recovery and token expiry', () => {
  test('one quarantined event fires once, and the alarm ends after an hour without another', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 2.1, ...BUSY, quarantined: 1 },
      { untilH: 4, ...BUSY },
    ];
    expect(fires({ spans })).toEqual(['2:05 quarantined ALARM', '3:03 quarantined OK']);
  });

  test('recovered events fire once, and the alarm ends a day after the last ones', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 2.5, ...BUSY, recovered: 4 },
      { untilH: 20, ...BUSY },
      { untilH: 20.1, ...BUSY, recovered: 1 },
      { untilH: 60, ...BUSY },
    ];
    expect(fires({ spans })).toEqual(['2:05 events-recovered ALARM', '44:03 events-recovered OK']);
  });

  test('four events without a group in a day fire nothing, five fire once, until a day has fewer', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 2.1, ...BUSY, withoutGroup: 4 },
      { untilH: 30, ...BUSY },
      { untilH: 30.1, ...BUSY, withoutGroup: 1 },
      { untilH: 34, ...BUSY },
      { untilH: 34.1, ...BUSY, withoutGroup: 4 },
      { untilH: 70, ...BUSY },
    ];
    expect(fires({ spans })).toEqual(['34:05 events-without-group ALARM', '54:03 events-without-group OK']);
  });

  test('a token fires once, when 30 days are left, and ends within half a day of a new one', () => {
    // 7:53 after the deployment it is midnight, UTC.
    const spans: Span[] = [
      { untilH: 7.88, ...BUSY, tokenDaysLeft: 31 },
      { untilH: 31.88, ...BUSY, tokenDaysLeft: 30 },
      { untilH: 32, ...BUSY, tokenDaysLeft: 29 },
      { untilH: 34, runs: 'refused', tokenDaysLeft: 29 },
      { untilH: 60, ...BUSY, tokenDaysLeft: 364 },
    ];
    const alarms = templateAlarms().filter(({ name }) => name.includes('token-expiring'));
    expect(fires({ spans, alarms })).toEqual(['8:00 token-expiring ALARM', '44:00 token-expiring OK']);
  });

  test('a token that expires at midnight, and is replaced then, ends with the first run that is served', () => {
    const spans: Span[] = [
      { untilH: 7.88, ...BUSY, tokenDaysLeft: 0 },
      { untilH: 9, runs: 'refused', tokenDaysLeft: -1 },
      { untilH: 10, ...BUSY, tokenDaysLeft: 364 },
    ];
    const alarms = templateAlarms({}, 'token-expiring');
    expect(fires({ spans, alarms })).toEqual(['0:05 token-expiring ALARM', '9:05 token-expiring OK']);
  });
});
