import { MAX_ALERTS } from '../alerts/newest-alerts';
import type { ArrivalDays, Report } from './report';

/** The commands that give the numbers of a report again. */
export function commandsOf(report: Report) {
  const { sourceId, range, place, retentionDays } = report;
  const command = (...parts: readonly string[]): string =>
    ['npx --no -- netskope-audit', ...parts, ...place.options].join(' ');
  const period = ['--from', typedTime(range.fromEpochS), '--to', typedTime(range.toEpochS)];
  const retention = retentionDays === undefined ? [] : ['--retention-days', String(retentionDays)];
  return {
    report: command('report', sourceId, ...period, ...retention, '--json'),
    compare: command('verify', sourceId, ...period, '--ids', '--all'),
    chain: command('verify', sourceId, '--chain', ...retention),
    keptHeads: command('verify', sourceId, '--chain', ...retention, '--heads', '<folder>'),
    quarantine: ({ fromDay, toDay }: ArrivalDays) =>
      command('quarantine list', sourceId, '--from-day', fromDay, '--to-day', toDay),
    status: command('status', '--json'),
    alerts: command('alerts list', sourceId, ...period, '--limit', String(MAX_ALERTS)),
    alarms: `aws cloudwatch describe-alarms --region ${place.region} --alarm-name-prefix ${place.name}`,
    alarmHistory: (alarmName: string) =>
      [
        `aws cloudwatch describe-alarm-history --region ${place.region} --alarm-name ${alarmName}`,
        `--history-item-type StateUpdate --start-date ${typedTime(range.fromEpochS)}Z --end-date ${typedTime(range.toEpochS)}Z`,
      ].join(' '),
  };
}

/** As `--from` takes it: `2026-11-22T09:00:00`. */
function typedTime(epochS: number): string {
  return new Date(epochS * 1000).toISOString().slice(0, 19);
}
