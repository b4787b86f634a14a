import { countOf, formatAge, formatCount, formatMinute } from '../../../format/quantities';
import { MAX_HEADLINE_LENGTH, shortened } from '../../alerts/alert-words';
import { MAX_ALERTS } from '../../alerts/newest-alerts';
import { changesOfPeriod, firedInPeriod } from '../alarm-history';
import { commandsOf } from '../commands';
import type { Report } from '../report';
import type { Markup } from './markup';
import { markup } from './markup';
import { longTable, number, reproducedBy, short, table, text } from './table';

const TIME_LENGTH = 'YYYY-MM-DD HH:MM:SS'.length;

/** What was rejected in the days of the period, and what came of it. */
export function quarantine(report: Report): Markup {
  const { quarantine: found } = report;
  if (!found.isChecked) return markup`<p>Not read: ${found.why}</p>`;
  const { fromDay, toDay, events, redriven, groups, pages } = found;
  const days = `from ${fromDay} to ${toDay}, by day of arrival`;
  return markup`<p>What cannot be placed is kept as it came, with the reasons. A redrive validates it again and archives what is accepted; the quarantine keeps its objects.</p>
<p>Events ${days}: ${formatCount(events)}, of which ${formatCount(redriven)} are archived since. Pages that could not be read: ${formatCount(pages.length)}, of which ${formatCount(pages.filter(({ isRedriven }) => isRedriven).length)} are redriven since.</p>
${
  groups.length === 0
    ? ''
    : longTable({
        caption: 'Rejected events by reason',
        columns: [
          text('reasons'),
          number('events'),
          number('redriven'),
          short('first arrival, UTC'),
          short('last arrival, UTC'),
        ],
        rows: groups.map((group) => [
          group.reasons.join('; '),
          formatCount(group.events),
          formatCount(group.redriven),
          group.firstArrivedAt.slice(0, TIME_LENGTH),
          group.lastArrivedAt.slice(0, TIME_LENGTH),
        ]),
      })
}${
    pages.length === 0
      ? ''
      : longTable({
          caption: 'Pages that could not be read',
          columns: [short('day, UTC'), number('bytes'), short('redriven'), text('reason')],
          rows: pages.map(({ day, bytes, isRedriven, reason }) => [
            day,
            formatCount(bytes),
            isRedriven ? 'yes' : 'no',
            reason,
          ]),
        })
  }
${reproducedBy(commandsOf(report).quarantine(found))}`;
}

/** The state of collection and of each alarm when the report was made. */
export function alarms(report: Report): Markup {
  const { status } = report;
  if (!status.isChecked) return markup`<p>Not read: ${status.why}</p>`;
  const { state, lastRunAtMs, lagS, recheck } = status;
  const time = (epochMs: number | undefined): string =>
    epochMs === undefined ? 'unknown' : formatMinute(epochMs / 1000);
  return markup`<dl>
<dt>Collection</dt><dd>${state}; last run ${time(lastRunAtMs)}; behind by ${lagS === undefined ? 'an unknown time' : formatAge(lagS)}</dd>
<dt>Daily recheck</dt><dd>${
    recheck === undefined
      ? 'none'
      : `last done ${time(recheck.doneAtMs)}, checked up to ${formatMinute(recheck.checkedToS)}, ${countOf(recheck.recovered, 'event')} recovered`
  }</dd>
</dl>
${reproducedBy(commandsOf(report).status)}
${
  status.alarms.length === 0
    ? markup`<p>There are no alarms here.</p>`
    : markup`${table({
        caption: `Alarms as they were at ${formatMinute(report.madeAtMs / 1000)}`,
        columns: [text('alarm'), short('state'), short('since')],
        rows: status.alarms.map(({ name, state: stateOfAlarm, sinceMs }) => [
          name,
          STATES[stateOfAlarm] ?? stateOfAlarm,
          time(sinceMs),
        ]),
      })}
${reproducedBy(commandsOf(report).alarms)}
${alarmChanges(report)}`
}`;
}

/** How the alarms changed in the period, each change with the reason that CloudWatch gives. */
function alarmChanges(report: Report): Markup {
  const { alarmHistory } = report;
  if (!alarmHistory.isChecked) return markup`<p>Their history was not read: ${alarmHistory.why}</p>`;
  const fired = firedInPeriod(report, alarmHistory);
  const changes = changesOfPeriod(report, alarmHistory);
  return markup`<p>${
    fired.length === 0
      ? 'No alarm fired in the period.'
      : `Alarms that fired in the period: ${fired.join(', ')}.`
  }${
    alarmHistory.knownFromMs === undefined
      ? ''
      : ` CloudWatch has their history from ${formatMinute(alarmHistory.knownFromMs / 1000)} on.`
  }</p>
${
  changes.length === 0
    ? ''
    : longTable({
        caption: 'How they changed, the oldest change first',
        columns: [short('time, UTC'), text('alarm'), short('before'), short('after'), text('reason')],
        rows: changes.map(({ name, atMs, from, to, reason }) => [
          new Date(atMs).toISOString().replace('T', ' ').slice(0, TIME_LENGTH),
          name,
          STATES[from] ?? from,
          STATES[to] ?? to,
          reason,
        ]),
      })
}
${reproducedBy(commandsOf(report).alarmHistory)}`;
}

const STATES: Readonly<Record<string, string>> = {
  OK: 'does not fire',
  ALARM: 'fires',
  INSUFFICIENT_DATA: 'has no data',
};

/** Alerts whose first event is in the period. */
export function alerts(report: Report): Markup {
  const { alerts: found } = report;
  if (!found.isChecked) return markup`<p>Not read: ${found.why}</p>`;
  return markup`<p>${found.hasDetector ? '' : 'No detector is deployed, so nothing raises alerts. '}Alerts whose first event is in the period: ${formatCount(found.alerts.length)}${found.alerts.length < MAX_ALERTS ? '' : ' or more'}.</p>
${
  found.alerts.length === 0
    ? ''
    : longTable({
        caption: 'Alerts, the newest first',
        columns: [
          short('first event, UTC'),
          short('severity'),
          number('events'),
          text('headline'),
          text('alert'),
        ],
        rows: found.alerts.map(({ firstEventTime, severity, events, headline, alertId }) => [
          firstEventTime.replace('T', ' ').slice(0, TIME_LENGTH),
          severity,
          formatCount(events),
          shortened(headline, MAX_HEADLINE_LENGTH),
          alertId,
        ]),
      })
}
${reproducedBy(commandsOf(report).alerts)}`;
}
