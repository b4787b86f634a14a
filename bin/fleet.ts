/** npm run fleet: plays a fleet in virtual time, and says whether each source is collected in time. */
import { InvalidArgumentError, program } from 'commander';
import { COLLECTED_FEED } from '../lambdas/contract/feed/collected-feed';
import { fleetTable } from '../lib/tools/fleet/fleet-table';
import type { FleetSize } from '../lib/tools/fleet/simulated-fleet';
import { simulateFleet } from '../lib/tools/fleet/simulated-fleet';

program
  .name('npm run fleet --')
  .description('Plays a fleet in the embedded AWS endpoint, in virtual time.')
  .option('--sources <number>', 'Netskope tenants', positiveInteger, 1000)
  .option('--hours <number>', 'virtual time', positiveInteger, 24)
  .option('--seed <number>', 'of the lengths of runs', positiveInteger, 1)
  .action(async (size: FleetSize) => {
    console.log(fleetTable(size, await simulateFleet(COLLECTED_FEED, size)));
  })
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });

function positiveInteger(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Expected an integer from 1.');
  return Number(text);
}
