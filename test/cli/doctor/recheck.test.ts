import { NOW_S } from '../../pipeline';
import { DoctorScenario } from './doctor-scenario';

const HOUR_MS = 3_600_000;

let scenario: DoctorScenario;
beforeAll(async () => {
  scenario = await DoctorScenario.start();
});
afterAll(() => scenario.stop());

describe('doctor says of the daily recheck', () => {
  afterEach(() => scenario.putRecheck());

  it('what it has recovered', async () => {
    await scenario.putRecheck({ recovered: 3 });
    const { stdout } = await scenario.run();
    expect(stdout).toContain(
      '✓ recheck           Done 3 h 01 min ago, checked up to 2026-11-18 03:00 UTC, 3 events recovered.\n',
    );
  });

  it('that it is late, 36 hours after the last one and not before, while the feed runs', async () => {
    await scenario.putRecheck({ doneAtMs: NOW_S * 1000 - 35.9 * HOUR_MS });
    expect((await scenario.complaints()).notes).toEqual({});
    await scenario.putRecheck({ doneAtMs: NOW_S * 1000 - 36 * HOUR_MS });
    expect(await scenario.complaints()).toEqual({
      exitCode: 0,
      bad: {},
      notes: {
        recheck:
          'Done 1 d 12 h ago, checked up to 2026-11-18 03:00 UTC, 0 events recovered; it is due once a day. → The live feed goes first: see behind in docs/runbook.md if it takes all of each run.',
      },
      unchecked: [],
    });
  });

  it('why its last run failed, which is broken once it is late', async () => {
    const failure = { atMs: NOW_S * 1000, reason: 'HTTP 500' };
    await scenario.putRecheck({ failure });
    const { exitCode, notes } = await scenario.complaints();
    expect({ exitCode, notes }).toEqual({
      exitCode: 0,
      notes: {
        recheck:
          'Done 3 h 01 min ago, checked up to 2026-11-18 03:00 UTC, 0 events recovered; the last run that worked on it failed: HTTP 500. → The next run goes on with it; if it fails again, its log says why.',
      },
    });
    await scenario.putRecheck({ failure, doneAtMs: NOW_S * 1000 - 40 * HOUR_MS });
    const late = await scenario.complaints();
    expect([late.exitCode, Object.keys(late.bad)]).toEqual([3, ['recheck']]);
  });
});

it('doctor says until when a source rests', async () => {
  const { pipeline } = scenario.deployed;
  const found = await pipeline.checkpoint();
  await scenario.deployed.putCheckpoint({ ...found, restUntilMs: (NOW_S + 540) * 1000 });
  const { exitCode, notes } = await scenario.complaints();
  await scenario.deployed.putCheckpoint(found);
  expect(exitCode).toBe(0);
  expect(notes.checkpoint).toContain(
    '; it rests until 2026-11-18 12:09:00 UTC: a call may still be running at Netskope, or Netskope asked to wait. → Wait: the first run after that goes on.',
  );
});

it('doctor names objects of a source that the collector did not write', async () => {
  for (const key of [
    'netskope_audit/source=netskope/note.txt',
    'netskope_audit/source=netskope/dt=2026-11-18/hour=11/note.txt',
    'netskope_audit/source=netskope/dt=2026-11-18/a.ndjson.gz',
    'quarantine/netskope_audit/source=netskope/copy/a.ndjson.gz',
    'quarantine/pages/netskope_audit/source=netskope/dt=2026-11-18/a.json',
    'manifest/netskope_audit/source=netskope/!.json',
    'manifest/netskope_audit/source=netskope/old.json',
    'netskope_audit/source=netskope/dt=2026-11-18/hour=01/other-name.ndjson.gz',
    'quarantine/pages/netskope_audit/source=netskope/dt=2026-11-18/a.page',
    'netskope_audit/source=netskope-2/note.txt',
  ])
    await scenario.overwrite(key, 'x');
  const { exitCode, notes } = await scenario.complaints();
  expect(exitCode).toBe(0);
  expect(notes).toEqual({
    'foreign objects':
      '7 names that the collector does not write: netskope_audit/source=netskope/note.txt, netskope_audit/source=netskope/dt=2026-11-18/a.ndjson.gz, netskope_audit/source=netskope/dt=2026-11-18/hour=11/note.txt, and 4 more. → See foreign-object in docs/runbook.md.',
  });
});
