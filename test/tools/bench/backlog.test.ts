import { backlogBlocks, generateBacklog } from '../../../lib/tools/bench/backlog';

describe('bench backlog', () => {
  const options = { pageCounts: [12, 2], eventsPerPage: 10, hourStartS: 1_700_002_800 };

  it('has the stated number of full pages after each start', () => {
    const insertedAtS = generateBacklog(options).flatMap((block) => block.map((event) => event.insertedAtS));
    const starts = backlogBlocks(options).map(({ startEpochS }) => startEpochS);
    expect(starts).toEqual([1_700_003_025, 1_700_004_825]);
    expect(starts.map((startS) => insertedAtS.filter((atS) => atS >= startS).length)).toEqual([120, 20]);
  });

  it('is within one hour and has every id once', () => {
    const events = generateBacklog({ ...options, pageCounts: [4, 2] }).flat();
    const hours = new Set(events.map(({ insertedAtS }) => Math.floor(insertedAtS / 3600)));
    expect([...hours]).toEqual([472_223]);
    const ids = events.flatMap(({ id }) => (id === undefined ? [] : [id]));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
