import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateFolder } from '../../../lib/local/aws/state-folder';
import { SimulatedHistory, SimulatedTenant } from '../../../lib/local/start/simulated-tenant';

let stateFolder: string;
let folder: string;

beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'simulated-tenant-'));
  folder = join(stateFolder, 'simulator');
  mkdirSync(folder);
  SimulatedHistory.begin(folder, { seed: 5, eventCount: 20, nowS: 1_700_000_000 });
});

afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

describe('the simulated tenant', () => {
  it('deletes its own state on request, and no other', async () => {
    writeFileSync(join(stateFolder, 'corp.goskope.com'), 'the archive of a real tenant');
    await new SimulatedTenant({ reset: true, seed: 6 }).prepare(folder);
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(join(stateFolder, 'corp.goskope.com'))).toBe(true);
  });

  it('deletes nothing while a process works in the folder', async () => {
    StateFolder.claim(folder);
    await expect(new SimulatedTenant({ reset: true }).prepare(folder)).rejects.toThrow(
      `The state folder ${folder} is in use by process ${process.pid}`,
    );
    expect(SimulatedHistory.load(folder)?.firstEventCount).toBe(20);
  });

  it('continues if seed and number of events are those it began with, or are not given', async () => {
    await new SimulatedTenant({}).prepare(folder);
    await new SimulatedTenant({ seed: 5, events: 20 }).prepare(folder);
    expect(SimulatedHistory.load(folder)?.events()).toHaveLength(20);
  });

  it('refuses another number of events than it began with', async () => {
    await expect(new SimulatedTenant({ events: 21 }).prepare(folder)).rejects.toThrow(
      '--events is 21, but the state of earlier starts was made with 20. Add --reset to begin anew.',
    );
  });

  it('refuses a number of events if it began with ordinary days', async () => {
    rmSync(join(folder, 'simulated-history.json'));
    SimulatedHistory.begin(folder, { seed: 5, nowS: 1_700_000_000 });
    await new SimulatedTenant({ seed: 5 }).prepare(folder);
    await expect(new SimulatedTenant({ events: 21 }).prepare(folder)).rejects.toThrow(
      '--events is 21, but the state of earlier starts was made without it. Add --reset to begin anew.',
    );
  });

  it('begins with ordinary days and an intrusion of seed 42, and says so', async () => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    const opened = await new SimulatedTenant({}).open(folder);
    await opened.close();
    expect(opened.description).toMatch(/^simulator, seed 42: \d,\d{3} events, /);
    const texts =
      SimulatedHistory.load(folder)
        ?.events()
        .map(({ text }) => text) ?? [];
    expect(texts.filter((text) => text.includes('Events were cleared'))).toHaveLength(1);
  });
});

const NOW_S = 1_700_000_000;

function begun(): SimulatedHistory {
  return SimulatedHistory.begin(folder, { seed: 5, eventCount: 200, nowS: NOW_S });
}

describe('the history of the simulated tenant', () => {
  beforeEach(() => rmSync(join(folder, 'simulated-history.json')));

  it('begins with events of the seven days before', () => {
    const times = begun()
      .events()
      .map(({ insertedAtS }) => insertedAtS);
    expect(times).toHaveLength(200);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(1_699_395_200);
    expect(Math.min(...times)).toBeLessThan(1_699_481_600);
    expect(Math.max(...times)).toBeLessThan(1_700_000_000);
  });

  it('has the same events at every start, in the same order', () => {
    const history = begun();
    history.addEvents(10, NOW_S + 60);
    expect(SimulatedHistory.load(folder)?.events()).toEqual(history.events());
  });

  it('adds new events after ordinary days, too', () => {
    const history = SimulatedHistory.begin(folder, { seed: 5, nowS: NOW_S });
    const before = history.events();
    history.addEvents(10, NOW_S + 60);
    expect(SimulatedHistory.load(folder)?.events().slice(0, -10)).toEqual(before);
    expect(
      history
        .events()
        .slice(-10)
        .every(({ insertedAtS }) => insertedAtS >= NOW_S),
    ).toBe(true);
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
