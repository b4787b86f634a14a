import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedHistory } from '../../../lib/local/start/simulated-history';

const NOW_S = 1_700_000_000;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulated-history-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function begun(): SimulatedHistory {
  return SimulatedHistory.begin(folder, { seed: 5, eventCount: 200, nowS: NOW_S });
}

describe('the history of the simulated tenant', () => {
  it('begins with events of the three days before', () => {
    const times = begun()
      .events()
      .map(({ insertedAtS }) => insertedAtS);
    expect(times).toHaveLength(200);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(1_699_740_800);
    expect(Math.max(...times)).toBeLessThan(1_700_000_000);
  });

  it('has the same events at every start, in the same order', () => {
    const history = begun();
    history.addEvents(10, NOW_S + 60);
    expect(SimulatedHistory.load(folder)?.events()).toEqual(history.events());
  });

  it('adds new events after all earlier ones, each with an id of its own', () => {
    const history = begun();
    const before = history.events();
    history.addEvents(200, NOW_S + 3600);
    const after = history.events();
    expect(after.slice(0, 200)).toEqual(before);
    expect(after.slice(200).every(({ insertedAtS }) => insertedAtS >= NOW_S)).toBe(true);
    const ids = after.flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(390);
  });

  it('dates new events now if no second has passed since the last ones', () => {
    const history = begun();
    history.addEvents(3, NOW_S);
    expect(
      history
        .events()
        .map(({ insertedAtS }) => insertedAtS)
        .slice(200),
    ).toEqual([NOW_S, NOW_S, NOW_S]);
  });

  it('is absent in an empty folder', () => {
    expect(SimulatedHistory.load(folder)).toBeUndefined();
  });

  it.each(['{"seed":5}', '{"seed":5,"batches":[{"count":"many"}]}', 'not JSON', 'null'])(
    'is refused if the file contains %s',
    (text) => {
      const file = join(folder, 'simulated-history.json');
      writeFileSync(file, text);
      expect(() => SimulatedHistory.load(folder)).toThrow(
        `${file} holds no simulated history of ours; expected a seed and batches of events. Start with --reset.`,
      );
    },
  );
});
