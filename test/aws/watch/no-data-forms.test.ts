import type { AlarmDefinition } from './cloudwatch-model/alarm-definition';
import type { Span } from './cloudwatch-model/timelines';
import { BUSY, IDLE } from './cloudwatch-model/timelines';
import { fires, templateAlarms } from './cloudwatch-model/watched-source';

describe('alternative forms of no-data that were not chosen, replayed', () => {
  const [chosen] = templateAlarms({}, 'no-data');
  if (chosen === undefined) throw new Error('the template has no alarm of kind no-data');
  const form = (change: Partial<AlarmDefinition>): readonly AlarmDefinition[] => [{ ...chosen, ...change }];
  const empty: Span[] = [{ untilH: 2, runs: 'awaiting' }];
  const firstRunIdle: Span[] = [...empty, { untilH: 4, ...IDLE }];
  const diesBusy: Span[] = [
    { untilH: 2, ...BUSY },
    { untilH: 48, runs: 'dead' },
  ];

  test('missing data as breaching fires in the minute of the deployment', () => {
    const alarms = form({ expression: 'sent', missing: 'breaching' });
    expect(fires({ spans: empty, alarms })).toEqual(['0:01 no-data ALARM']);
  });

  test.each(['missing', 'ignore', 'notBreaching'] as const)(
    'missing data as %s never fires for a collector that dies while events come in',
    (missing) => {
      const alarms = form({ expression: 'sent', missing });
      expect(fires({ spans: diesBusy, alarms })).toEqual([]);
    },
  );

  test('gaps filled with zero everywhere fire before any event could be missing', () => {
    const alarms = form({ expression: 'FILL(sent, 0)' });
    expect(fires({ spans: firstRunIdle, alarms })).toEqual(['0:01 no-data ALARM']);
  });

  test('the chosen form passes all three', () => {
    const alarms = form({});
    expect(fires({ spans: empty, alarms })).toEqual([]);
    expect(fires({ spans: firstRunIdle, alarms })).toEqual([]);
    expect(fires({ spans: diesBusy, alarms })).toEqual(['25:58 no-data ALARM']);
  });
});
