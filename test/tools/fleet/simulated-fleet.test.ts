import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { fleetTable } from '../../../lib/tools/fleet/fleet-table';
import { simulateFleet } from '../../../lib/tools/fleet/simulated-fleet';

const SIZE = { sources: 20, hours: 4, seed: 1 };

/** `npm run fleet` plays a thousand sources over a day; docs/deploy.md has its table. */
test('in a simulated fleet every source is collected in each round, none is late, and an outage is told with its sources', async () => {
  const report = await simulateFleet(AUDIT_FEED, SIZE);
  expect(report).toMatchObject({ rounds: 40, runs: 800, dropped: 0, mostRunsAtOnce: 20 });
  expect(report.fewestRuns).toBeGreaterThanOrEqual(38);
  expect(report.longestLagS).toBeLessThan(600);
  expect(report.messages).toEqual([
    '01:30 ALARM: not-running, 2 more, 2 in all.',
    '02:30 ALARM: behind, 2 more, 2 in all.',
    '03:06 OK: not-running is about no source any more.',
    '03:06 OK: behind is about no source any more.',
  ]);
  expect(fleetTable(SIZE, report)).toContain('| Runs that nobody took in time | 0 | 0 |');
});
