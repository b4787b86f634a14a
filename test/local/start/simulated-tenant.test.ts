import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateFolder } from '../../../lib/local/aws/state-folder';
import { SimulatedHistory } from '../../../lib/local/start/simulated-history';
import { SimulatedTenant } from '../../../lib/local/start/simulated-tenant';

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

  it('begins with 30,000 events of seed 42, and says so', async () => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    const opened = await new SimulatedTenant({}).open(folder);
    await opened.close();
    expect(opened.description).toContain('simulator, seed 42: 30,000 events, ');
  });
});
