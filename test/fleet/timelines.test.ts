import type { Span } from '../aws/watch/cloudwatch-model/timelines';
import { BUSY, DEPLOYED_AT_S, IDLE } from '../aws/watch/cloudwatch-model/timelines';
import { tells } from './watched-fleet';

/**
 * The timelines of the alarms of a single source (test/aws/watch/timelines.test.ts), as a fleet tells them. Times are
 * hours and minutes since the deployment. Runs begin at 0:02:30, rounds at 0:00, every six minutes.
 */

describe('just added', () => {
  test.each<[string, Span[]]>([
    ['while its secret is empty, for longer than the window', [{ untilH: 30, runs: 'awaiting' }]],
    [
      'when its secret is filled and events come in',
      [
        { untilH: 1, runs: 'awaiting' },
        { untilH: 30, ...BUSY, tokenDaysLeft: 200 },
      ],
    ],
    ['if its secret was filled before', [{ untilH: 30, ...BUSY, tokenDaysLeft: 200 }]],
  ])('nothing is told of a source %s', (_when, spans) => {
    expect(tells({ spans })).toEqual([]);
  });

  test('a source that is never started is told after half an hour: an alarm of its own would have no data', () => {
    expect(tells({ spans: [{ untilH: 3, runs: 'dead' }] })).toEqual(['0:36 not-running ALARM']);
  });

  test('once the secret is filled, a tenant without an event is told after the whole window, not before', () => {
    const spans: Span[] = [
      { untilH: 3, runs: 'awaiting' },
      { untilH: 30, ...IDLE },
    ];
    expect(tells({ spans })).toEqual(['27:06 no-data ALARM']);
  });

  test('a source whose runs stop while its secret is empty is told', () => {
    const spans: Span[] = [
      { untilH: 3, runs: 'awaiting' },
      { untilH: 30, runs: 'dead' },
    ];
    expect(tells({ spans })).toEqual(['3:30 not-running ALARM']);
  });

  test('a token that is wrong from the start is told with the first run that uses it, silence at its window', () => {
    const spans: Span[] = [
      { untilH: 1, runs: 'awaiting' },
      { untilH: 30, runs: 'refused' },
    ];
    expect(tells({ spans })).toEqual([
      '1:06 credentials-refused ALARM',
      '1:30 not-running ALARM',
      '1:36 behind ALARM',
      '25:06 no-data ALARM',
    ]);
  });

  test('a tenant that never answers is told, although no run has ever succeeded', () => {
    expect(tells({ spans: [{ untilH: 30, runs: 'throttled' }] })).toEqual([
      '0:36 not-running ALARM',
      '0:42 behind ALARM',
      '24:06 no-data ALARM',
    ]);
  });
});

test('a source that was retired and is added again has its whole window, whatever was told of it before', () => {
  const spans: Span[] = [
    { untilH: 2, ...BUSY },
    { untilH: 30, runs: 'dead' },
    { untilH: 60, ...IDLE },
  ];
  const addedAtMs = (DEPLOYED_AT_S + 30 * 3_600) * 1000;
  expect(tells({ source: { addedAtMs }, spans })).toEqual(['54:00 no-data ALARM']);
});

describe('no events', () => {
  const quietWeekend: Span[] = [
    { untilH: 2, ...BUSY },
    { untilH: 64, ...IDLE },
    { untilH: 70, ...BUSY },
  ];

  test('25 hours without events are told when its 24 hours are over, and the first event ends it', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 27, ...IDLE },
      { untilH: 28, ...BUSY },
    ];
    expect(tells({ spans })).toEqual(['26:00 no-data ALARM', '27:06 no-data OK']);
  });

  test('23 hours without events are not told', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 25, ...IDLE },
      { untilH: 28, ...BUSY },
    ];
    expect(tells({ spans })).toEqual([]);
  });

  test.each([
    [18, ['2:18 no-data ALARM', '64:06 no-data OK']],
    [1_440, ['26:00 no-data ALARM', '64:06 no-data OK']],
    [3 * 1_440, []],
    [undefined, []],
  ])('a quiet weekend, with a window of %p minutes', (noDataWindowMinutes, expected) => {
    expect(tells({ source: { noDataWindowMinutes }, spans: quietWeekend })).toEqual(expected);
  });

  test('with a window of 7 days, no-data is told when it is over, and one event ends it', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 175, ...IDLE },
      { untilH: 175.05, ...BUSY },
      { untilH: 178, ...IDLE },
    ];
    expect(tells({ source: { noDataWindowMinutes: 7 * 1_440 }, spans })).toEqual([
      '170:00 no-data ALARM',
      '175:06 no-data OK',
    ]);
  });
});

test('runs that stop are told within half an hour, silence at its window, and the end of both', () => {
  const spans: Span[] = [
    { untilH: 2, ...BUSY },
    { untilH: 60, runs: 'dead' },
    { untilH: 61, ...IDLE },
    { untilH: 62, ...BUSY },
  ];
  expect(tells({ spans })).toEqual([
    '2:30 not-running ALARM',
    '26:00 no-data ALARM',
    '60:06 not-running OK',
    '61:06 no-data OK',
  ]);
});

describe('Netskope refuses calls or limits their rate', () => {
  test('token revoked: refused at once, not running and behind later, no-data at its window; a new token ends all', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 30, runs: 'refused' },
      { untilH: 32, ...BUSY },
    ];
    expect(tells({ spans })).toEqual([
      '2:06 credentials-refused ALARM',
      '2:30 not-running ALARM',
      '3:36 behind ALARM',
      '26:00 no-data ALARM',
      '30:06 no-data OK',
      '30:06 not-running OK',
      '30:06 credentials-refused OK',
      '30:06 behind OK',
    ]);
  });

  test('429 for a quarter of an hour is not told, for an hour without behind, for two with it', () => {
    const throttledUntil = (untilH: number): Span[] => [
      { untilH: 2, ...BUSY },
      { untilH, runs: 'throttled' },
      { untilH: 6, ...BUSY },
    ];
    expect(tells({ spans: throttledUntil(2.25) })).toEqual([]);
    expect(tells({ spans: throttledUntil(3) })).toEqual(['2:30 not-running ALARM', '3:06 not-running OK']);
    expect(tells({ spans: throttledUntil(4) })).toEqual([
      '2:30 not-running ALARM',
      '3:36 behind ALARM',
      '4:06 not-running OK',
      '4:06 behind OK',
    ]);
  });
});

describe('quarantine, recovery and token expiry', () => {
  test('a quarantined event is told once, and is over after an hour without another', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 2.1, ...BUSY, quarantined: 1 },
      { untilH: 4, ...BUSY },
    ];
    expect(tells({ spans })).toEqual(['2:06 quarantined ALARM', '3:06 quarantined OK']);
  });

  test('recovered events are told once, and are over a day after the last ones', () => {
    const spans: Span[] = [
      { untilH: 2, ...BUSY },
      { untilH: 2.5, ...BUSY, recovered: 4 },
      { untilH: 20, ...BUSY },
      { untilH: 20.1, ...BUSY, recovered: 1 },
      { untilH: 60, ...BUSY },
    ];
    expect(tells({ spans })).toEqual(['2:06 events-recovered ALARM', '44:06 events-recovered OK']);
  });

  test('a token is told once, on the day on which 30 are left, and is over within half a day of a new one', () => {
    // 7:53 after the deployment it is midnight, UTC.
    const spans: Span[] = [
      { untilH: 7.88, ...BUSY, tokenDaysLeft: 31 },
      { untilH: 31.88, ...BUSY, tokenDaysLeft: 30 },
      { untilH: 60, ...BUSY, tokenDaysLeft: 364 },
    ];
    expect(tells({ spans })).toEqual(['7:54 token-expiring ALARM', '32:00 token-expiring OK']);
  });

  test('a token that expires at midnight, and is replaced then, is over with the first run that is served', () => {
    const spans: Span[] = [
      { untilH: 7.88, ...BUSY, tokenDaysLeft: 0 },
      { untilH: 9, runs: 'refused', tokenDaysLeft: -1 },
      { untilH: 10, ...BUSY, tokenDaysLeft: 364 },
    ];
    expect(tells({ spans }).filter((text) => text.includes('token'))).toEqual([
      '0:06 token-expiring ALARM',
      '9:06 token-expiring OK',
    ]);
  });
});
