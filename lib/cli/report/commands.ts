import { MAX_ALERTS } from '../alerts/newest-alerts';
import type { ArrivalDays, Report } from './report';

/** The commands that give the numbers of a report again. */
export function commandsOf(report: Report) {
  const { sourceId, range, place, retentionDays, heads } = report;
  const command = (...parts: readonly string[]): string =>
    ['npx --no -- netskope-audit', ...parts, ...place.options].join(' ');
  const period = ['--from', typedTime(range.fromEpochS), '--to', typedTime(range.toEpochS)];
  const retention = retentionDays === undefined ? [] : ['--retention-days', String(retentionDays)];
  const chain = [...retention, ...(heads === undefined ? [] : ['--heads', shellWord(heads)])];
  return {
    report: command('report', sourceId, ...period, ...chain, '--json'),
    compare: command('verify', sourceId, ...period, '--ids', '--all'),
    chain: command('verify', sourceId, '--chain', ...chain),
    keptHeads: command('verify', sourceId, '--chain', ...retention, '--heads', '<folder>'),
    quarantine: ({ fromDay, toDay }: ArrivalDays) =>
      command('quarantine list', sourceId, '--from-day', fromDay, '--to-day', toDay),
    status: command('status', '--json'),
    alerts: command('alerts list', sourceId, ...period, '--limit', String(MAX_ALERTS)),
    alarms: `aws cloudwatch describe-alarms --region ${place.region} --alarm-name-prefix ${place.name}`,
    alarmHistory: [
      `aws cloudwatch describe-alarm-history --region ${place.region} --history-item-type StateUpdate`,
      `--start-date ${typedTime(range.fromEpochS)}Z --end-date ${typedTime(range.toEpochS)}Z`,
    ].join(' '),
  };
}

/** A text as one word of a shell. */
function shellWord(text: string): string {
  return /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** As `--from` takes it: `2026-11-22T09:00:00`. */
function typedTime(epochS: number): string {
  return new Date(epochS * 1000).toISOString().slice(0, 19);
}
