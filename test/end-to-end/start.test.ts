import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { eventId, eventTimeS } from '../../lambdas/contract/feed/event-place';
import { SimulatedHistory } from '../../lib/local/start/simulated-tenant';
import type { StartEnd } from './npm-start';
import { npmStart } from './npm-start';
import type { StoredEvents } from './stored-events';
import { storedInFolder } from './stored-events';

const TOKEN = 'a-token-that-must-not-be-seen';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "an operator's folder "));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Texts of the first `count` events of the simulator of this state folder, generated anew. */
function generatedTexts(stateFolder: string, count: number): string[] {
  const history = SimulatedHistory.load(join(stateFolder, 'simulator'));
  const events = history?.events().slice(0, count) ?? [];
  return events.map(({ text }) => text).sort();
}

/** Keys of objects that wait for the detector. */
function waitingIn(stateFolder: string): unknown {
  return JSON.parse(readFileSync(join(stateFolder, 'simulator/detection-queue.json'), 'utf8'));
}

function allTexts({ archived, quarantined }: StoredEvents): string[] {
  return [...archived, ...quarantined].sort();
}

/** The numbers of one row of the printed table. */
function row(name: string, { stdout }: StartEnd): string[] {
  const line = stdout.split('\n').find((candidate) => candidate.startsWith(name)) ?? '';
  return line
    .slice(name.length)
    .trim()
    .split(/\s{2,}/);
}

describe('npm start, again and again on one state folder', () => {
  const starts: { end: StartEnd; stored: StoredEvents }[] = [];

  beforeAll(async () => {
    const options = ['--state-folder', folder, '--seed', '7', '--events', '1500'];
    for (const more of [[], [], ['--new-events', '50']]) {
      const end = await npmStart({ args: [...options, ...more] });
      starts.push({ end, stored: storedInFolder(join(folder, 'simulator')) });
    }
  });

  function started(number: number): { end: StartEnd; stored: StoredEvents } {
    const found = starts[number - 1];
    if (found === undefined) throw new Error(`start ${number} did not end`);
    return found;
  }

  it('succeeds each time, without a warning or output on stderr', () => {
    expect(starts.map(({ end }) => end.exitCode)).toEqual([0, 0, 0]);
    expect(starts.map(({ end }) => end.stderr)).toEqual(['', '', '']);
    expect(starts.map(({ end }) => end.stdout).join('')).not.toMatch(/^warning/m);
  });

  it('stores every event of the tenant once, character by character, by the first start', () => {
    const texts = allTexts(started(1).stored);
    expect(texts).toHaveLength(1500);
    expect(texts).toEqual(generatedTexts(folder, 1500));
  });

  it('puts into quarantine only what has no usable id or time', () => {
    const { quarantined } = started(1).stored;
    expect(quarantined.length).toBeGreaterThan(0);
    const usable = quarantined.filter((text) => {
      const { _id, timestamp } = JSON.parse(text) as Readonly<Record<string, unknown>>;
      return eventId(_id) !== undefined && eventTimeS(timestamp) !== undefined;
    });
    expect(usable).toEqual([]);
  });

  it('adds nothing in a second start without new events', () => {
    expect(allTexts(started(2).stored)).toEqual(allTexts(started(1).stored));
    expect(row('Events archived', started(2).end)[0]).toBe('0');
  });

  it('adds exactly the 50 events that happened before the third start', () => {
    const texts = allTexts(started(3).stored);
    expect(texts).toHaveLength(1550);
    expect(texts).toEqual(generatedTexts(folder, 1550));
  });

  it('prints a line for each day, none for a page without events, and the last has the totals', () => {
    const { stdout } = started(1).end;
    const lines = stdout.match(/^page +\d+ .*/gm) ?? [];
    const days = lines.map((line) => /^page +\d+ {2}to (\d{4}-\d\d-\d\d) \d\d:\d\d UTC/.exec(line)?.[1]);
    expect(new Set(days).size).toBe(lines.length);
    expect([7, 8]).toContain(lines.length);
    expect(stdout).not.toMatch(/^page .*\+0 /m);
    expect(lines.at(-1)).toContain(`archived ${row('Events archived', started(1).end)[0]},`);
    expect(started(2).end.stdout).not.toMatch(/^page /m);
  });

  it('prints the seed, and counts that agree with the archive', () => {
    const { end, stored } = started(1);
    const count = (number: number): string => number.toLocaleString('en-US');
    expect(end.stdout).toContain('seed 7: 1,500 events');
    expect(row('Events archived', end)).toEqual([
      count(stored.archived.length),
      count(stored.archived.length),
    ]);
    expect(row('Events quarantined', end)[0]).toBe(count(stored.quarantined.length));
  });

  it('leaves no object that the detector has not evaluated', () => {
    expect(waitingIn(folder)).toEqual([]);
    expect(started(1).end.stdout).toMatch(/^Alerts: [1-9]/m);
  });

  it('refuses another seed than the state was made with, and changes nothing', async () => {
    const end = await npmStart({ args: ['--state-folder', folder, '--seed', '8'] });
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toBe(
      '--seed is 8, but the state of earlier starts was made with 7. Add --reset to begin anew.\n',
    );
    expect(allTexts(storedInFolder(join(folder, 'simulator')))).toHaveLength(1550);
  });
});

describe('npm start without options, which is interrupted, and started again', () => {
  let stateFolder: string;
  let interrupted: StartEnd;
  let storedByThen: StoredEvents;
  let end: StartEnd;
  let commands: readonly string[] = [];
  let reportFile: string;
  beforeAll(async () => {
    stateFolder = join(folder, 'story');
    reportFile = join(folder, 'report.html');
    const args = ['--state-folder', stateFolder];
    interrupted = await npmStart({ args, interruptAt: (line) => line.startsWith('page ') });
    storedByThen = storedInFolder(join(stateFolder, 'simulator'));
    end = await npmStart({ args });
    commands = (end.stdout.split('\nNext:\n')[1] ?? '').trimEnd().split('\n');
  });

  const outputOf = (place: number) =>
    execFileSync('bash', ['-c', commands[place]?.replace('--open', '--file "$0"') ?? 'false', reportFile], {
      encoding: 'utf8',
    });

  it('stops at once', () => {
    expect(interrupted.exitCode).toBe(130);
    expect(interrupted.stderr).toBe(
      'Interrupted. What is archived stays; the next npm start goes on from the checkpoint.\n',
    );
    expect(allTexts(storedByThen).length).toBeLessThan(generatedTexts(stateFolder, Infinity).length);
  });

  it('stores every event once by the second start, and evaluates it', () => {
    expect({ exitCode: end.exitCode, stderr: end.stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(allTexts(storedInFolder(join(stateFolder, 'simulator')))).toEqual(
      generatedTexts(stateFolder, Infinity),
    );
    expect(waitingIn(stateFolder)).toEqual([]);
  });

  it('tells the incident of an evening in a few lines', () => {
    expect(end.stdout).toMatch(
      /^Alerts: \d+, \d of them one incident\n  CRITICAL  Events were cleared by contractor\.iam@partner\.example/m,
    );
  });

  it('ends with four commands, which work as they are printed', async () => {
    expect(commands).toHaveLength(4);
    expect(outputOf(0)).toContain('audit-trail-cleared-');
    expect(outputOf(1)).toContain('Events were cleared');
    expect(outputOf(2)).toContain('✓');
    expect(readFileSync(reportFile, 'utf8')).toContain(
      'Every event that Netskope has of this period is stored, once',
    );
    const sql = /^ {2}duckdb -c "(.*)"$/.exec(commands[3] ?? '')?.[1] ?? '';
    const duckDb = await (await DuckDBInstance.create()).connect();
    expect((await duckDb.run(sql)).columnNames()).toContain('audit_log_event');
  });
});

describe('npm start for a real tenant', () => {
  it('says in one sentence that the tenant cannot be reached, leaves no file and shows no token', async () => {
    const stateFolder = join(folder, 'real');
    const environment = {
      NETSKOPE_DOMAIN: 'https://Tenant.invalid/',
      NETSKOPE_TOKEN: TOKEN,
      NETSKOPE_ALLOWED_DOMAINS: 'tenant.invalid',
    };
    const end = await npmStart({ args: ['--state-folder', stateFolder], environment });
    expect(end.exitCode).toBe(1);
    expect(end.stdout).toBe('');
    expect(end.stderr).toMatch(
      /^tenant\.invalid cannot be reached over TLS on port 443 \([^)]+\): nothing was changed\.\n$/,
    );
    expect(end.stderr).not.toContain(TOKEN);
    expect(existsSync(stateFolder)).toBe(false);
  });

  it('leaves no file either if only the domain is set', async () => {
    const stateFolder = join(folder, 'half');
    const environment = { NETSKOPE_DOMAIN: 'tenant.invalid' };
    const end = await npmStart({ args: ['--state-folder', stateFolder], environment });
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toBe(
      'NETSKOPE_DOMAIN is set and NETSKOPE_TOKEN is not; expected both for a real tenant, neither for the simulator.\n',
    );
    expect(readdirSync(folder)).not.toContain('half');
  });
});
