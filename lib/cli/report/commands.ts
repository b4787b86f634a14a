import type { TimeRange } from '../terminal/time-range';
import { MAX_ALERTS } from './read-report';
import type { ArrivalDays, Report } from './report';

/** The commands that give the numbers of a report again. */
export function commandsOf(report: Report) {
  const { sourceId, range, place } = report;
  const command = (...parts: readonly string[]): string =>
    ['npx --no -- netskope-audit', ...parts, ...place.options].join(' ');
  const period = ['--from', typedTime(range.fromEpochS), '--to', typedTime(range.toEpochS)];
  return {
    report: command('report', sourceId, ...period, '--json'),
    compare: command('verify', sourceId, ...period, '--ids', '--all'),
    chain: command('verify', sourceId, '--chain'),
    keptHeads: command('verify', sourceId, '--chain', '--heads', '<folder>'),
    quarantine: ({ fromDay, toDay }: ArrivalDays) =>
      command('quarantine list', sourceId, '--from-day', fromDay, '--to-day', toDay),
    status: command('status', '--json'),
    alerts: command('alerts list', sourceId, ...period, '--limit', String(MAX_ALERTS)),
    alarmHistory: (alarmName: string) =>
      [
        `aws cloudwatch describe-alarm-history --alarm-name ${alarmName} --history-item-type StateUpdate`,
        `--start-date ${isoTime(range, 'fromEpochS')} --end-date ${isoTime(range, 'toEpochS')}`,
      ].join(' '),
  };
}

function isoTime(range: TimeRange, end: keyof TimeRange): string {
  return `${typedTime(range[end])}Z`;
}

/** As `--from` takes it: `2026-11-22T09:00:00`. */
function typedTime(epochS: number): string {
  return new Date(epochS * 1000).toISOString().slice(0, 19);
}
