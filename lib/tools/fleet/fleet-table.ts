import { RUNS_AT_ONCE } from '../../../lambdas/contract/deployment/fleet';
import type { FleetReport, FleetSize } from './simulated-fleet';

/** Goal of a fleet. */
const MOST_LAG_S = 600;

/** The report of a simulation, as Markdown for docs/deploy.md. */
export function fleetTable({ sources, hours, seed }: FleetSize, report: FleetReport): string {
  const { rounds, runs, dropped, mostRunsAtOnce, longestWaitS, longestLagS, fewestRuns, calls } = report;
  const number = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 1 });
  const callsOf = (operation: string): string =>
    `${number((calls.get(operation) ?? 0) / rounds)} ${operation} a round`;
  const rows = [
    ['Runs', number(runs), ''],
    ['Runs that nobody took in time', number(dropped), '0'],
    ['Fewest good runs of a source', number(fewestRuns), `${number(rounds - 2)} of ${number(rounds)} rounds`],
    ['Furthest that an archive was behind', `${number(longestLagS)} s`, `below ${MOST_LAG_S} s`],
    ['Longest wait in the queue', `${number(longestWaitS)} s`, ''],
    ['Most runs at once', number(mostRunsAtOnce), `at most ${RUNS_AT_ONCE}`],
    ['Calls', ['PutEvents', 'BatchGetItem', 'PutMetricData'].map(callsOf).join(', '), ''],
  ];
  return [
    `${number(sources)} sources, ${hours} hours, seed ${seed}`,
    '',
    ...[['', 'simulated', 'goal'], ['---', '---', '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    'Messages of the fleet, in which a tenth of the sources gets no answer from 01:00 to 03:00:',
    ...report.messages,
  ].join('\n');
}
