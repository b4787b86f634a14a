/** npm run cost: calculates what the deployment costs per month, from the synthesized resources and list prices. */
import { InvalidArgumentError, program } from 'commander';
import { COLLECTED_FEED } from '../lambdas/contract/feed/collected-feed';
import { costReport, costTable, monthlyCost, TABLE_SOURCES } from '../lib/tools/cost/monthly-cost';

interface Options {
  readonly sources: number;
  readonly eventsPerDay: number;
  readonly table: boolean;
  readonly fleet: boolean;
}

program
  .name('npm run cost --')
  .description('What AWS charges a month, line by line.')
  .option('--sources <number>', 'Netskope tenants that are collected', positiveInteger, 1)
  .option('--events-per-day <number>', 'audit events a day of each tenant', positiveInteger, 1000)
  .option('--fleet', 'with `fleet` set to true', false)
  .option('--table', `Markdown, ${TABLE_SOURCES.join(', ')} sources side by side`, false)
  .action(({ sources, eventsPerDay, table, fleet }: Options) => {
    console.log(
      table
        ? costTable(TABLE_SOURCES.map((number) => monthlyCost(COLLECTED_FEED, number, eventsPerDay)))
        : costReport(monthlyCost(COLLECTED_FEED, sources, eventsPerDay, fleet)),
    );
  })
  .parse();

function positiveInteger(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Expected an integer from 1.');
  return Number(text);
}
