import { countOf, formatCount, formatMinute } from '../../../format/quantities';
import { formatRange } from '../../terminal/time-range';
import { firedInPeriod, HISTORY_DAYS } from '../alarm-history';
import { sumOf } from '../bins';
import { commandsOf } from '../commands';
import type { Report } from '../report';
import { claimsOf, notCheckedIn, verdictOf } from '../verdict';
import { chain } from './chain-section';
import { comparison, conflicts, coverage } from './event-sections';
import type { Markup } from './markup';
import { Markup as RawMarkup, markup } from './markup';
import { STYLE } from './style';
import { short, table, text } from './table';
import { alarms, alerts, quarantine } from './watch-sections';

/** Nothing is loaded and nothing runs, whatever somebody has put into an event (W3C, "Content Security Policy"). */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** A report as one file that needs nothing else. */
export function reportPage(report: Report): string {
  const { sourceId, range } = report;
  const title = `Audit report of ${sourceId}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}, ${formatRange(range)}</title>
<style>${new RawMarkup(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="period">${formatRange(range)}</p>
${firstScreen(report)}
<h2>What is claimed, and how it was checked</h2>
${claims(report)}
<h2>Events over time</h2>
${coverage(report)}
<h2>Comparison with Netskope</h2>
${comparison(report)}
<h2>Hash chain</h2>
${chain(report)}
<h2>Quarantine and redrive</h2>
${quarantine(report)}
<h2>Conflicts and editions</h2>
${conflicts(report)}
<h2>Collection and alarms</h2>
${alarms(report)}
<h2>Alerts</h2>
${alerts(report)}
<h2>What was not checked</h2>
${notChecked(report)}
<h2>How this report was made</h2>
${howMade(report)}
</main>
</body>
</html>
`.text;
}

const CLASSES = { kept: 'kept', broken: 'broken', 'not checked': 'unchecked' } as const;

function firstScreen(report: Report): Markup {
  const { result, words } = verdictOf(claimsOf(report));
  const notes = report.netskope.isChecked ? report.netskope.notes : [];
  return markup`<p class="verdict ${CLASSES[result]}">${words}</p>
${notes.map(
  (note) => markup`<p>${note}</p>
`,
)}<dl>
<dt>Tenant</dt><dd>${report.tenant.isChecked ? report.tenant.host : 'not known'}, source ${report.sourceId}${report.label === report.sourceId ? '' : ` (${report.label})`}</dd>
<dt>Events</dt><dd>${eventsFact(report)}</dd>
<dt>Hash chain</dt><dd>${chainFact(report)}</dd>
<dt>Quarantine</dt><dd>${quarantineFact(report)}</dd>
<dt>Alarms and alerts</dt><dd>${watchFact(report)}</dd>
<dt>Made</dt><dd>${formatMinute(report.madeAtMs / 1000)} by ${report.operator}</dd>
</dl>
`;
}

function eventsFact({ hours, netskope }: Report): string {
  if (!hours.isChecked) return 'not counted';
  const { archived, netskope: atNetskope = 0 } = sumOf(hours.hours);
  const compared = netskope.isChecked
    ? `${formatCount(atNetskope)} at Netskope`
    : 'not compared with Netskope';
  return `${formatCount(archived)} archived, ${compared}`;
}

function chainFact({ chain: found }: Report): string {
  if (!found.isChecked) return 'not checked';
  const { stock, findings } = found;
  const { lines, objects, head } = stock;
  return `${countOf(lines, 'line')}, ${countOf(objects, 'object')}, ${countOf(findings.length, 'finding')}; head ${head.number}:${head.sha256}`;
}

function quarantineFact({ quarantine: found }: Report): string {
  if (!found.isChecked) return 'not read';
  return `${countOf(found.events, 'event')}, ${formatCount(found.redriven)} of them archived since; ${countOf(found.pages.length, 'unreadable page')}`;
}

function watchFact(report: Report): string {
  const { status, alarmHistory, alerts: found } = report;
  const firing = status.isChecked ? status.alarms.filter(({ state }) => state === 'ALARM').length : 0;
  return [
    status.isChecked
      ? `${countOf(status.alarms.length, 'alarm')}, ${formatCount(firing)} of them firing`
      : 'alarms not read',
    alarmHistory.isChecked
      ? `${formatCount(firedInPeriod(report, alarmHistory).length)} fired in the period`
      : 'history not read',
    found.isChecked ? countOf(found.alerts.length, 'alert') : 'alerts not read',
  ].join('; ');
}

const RESULT_CLASSES = { kept: 'ok', broken: 'bad', 'not checked': 'open' } as const;

function claims(report: Report): Markup {
  return table({
    caption: 'Claims and checks',
    columns: [text('claim'), text('how it was checked'), short('result'), text('what was found')],
    rows: claimsOf(report).map(({ claim, how, result, finding }) => [
      claim,
      how,
      markup`<span class="result ${RESULT_CLASSES[result]}">${result}</span>`,
      finding,
    ]),
  });
}

function notChecked(report: Report): Markup {
  const { alarmHistory } = report;
  return markup`<ul>
${notCheckedIn(report).map(
  ({ what, why }) => markup`<li><strong>${what}:</strong> ${why}</li>
`,
)}<li>Whether Netskope reports every action to its API: the comparison is with what Netskope itself says that it has.</li>
<li>${outsideHeads(report)} Whoever may change bucket and checkpoint table can add objects after the newest head that was kept.</li>
${
  alarmHistory.isChecked && alarmHistory.knownFromMs !== undefined
    ? markup`<li>Which alarms fired before ${formatMinute(alarmHistory.knownFromMs / 1000)}: CloudWatch is sure to keep their history for ${HISTORY_DAYS} days.</li>
`
    : ''
}<li>Who has had access to bucket, table and keys: CloudTrail and IAM of the account say that.</li>
<li>Events outside of the period, except that the hash chain was checked as a whole, and other sources.</li>
</ul>
`;
}

function outsideHeads(report: Report): Markup {
  if (report.heads !== undefined)
    return markup`What came after the heads of the chain that were kept outside of the account and are in ${report.heads}.`;
  return markup`Heads of the chain that were kept outside of the account: none was given. <code>${commandsOf(report).keptHeads}</code> holds the chain against saved daily messages.`;
}

function howMade(report: Report): Markup {
  const { place, version, status } = report;
  const collector = status.isChecked ? status.collectorVersion : undefined;
  return markup`<dl>
<dt>Command</dt><dd><code>${commandsOf(report).report}</code></dd>
<dt>Versions</dt><dd>command line ${version}, collector ${collector ?? 'unknown'}</dd>
<dt>Deployment</dt><dd>stack ${place.stackName}, region ${place.region}</dd>
<dt>Archive</dt><dd><code>s3://${place.bucket}</code></dd>
<dt>Operator</dt><dd>${report.operator}</dd>
<dt>Tenant</dt><dd>${report.tenant.isChecked ? report.tenant.host : report.tenant.why}</dd>
</dl>
<p>Times are UTC. Hours are of event time. The file loads nothing and runs no script.</p>
`;
}
