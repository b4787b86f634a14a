import { countOf, formatCount, formatMinute } from '../../../format/quantities';
import type { ComparedEvent } from '../../verify/events/compared-event';
import type { Bin } from '../bins';
import { binsOf, hourTitle, isByHour, isDiffering, longestSilence, sumOf } from '../bins';
import { commandsOf } from '../commands';
import type { Report, ReportedHour } from '../report';
import { eventsChart } from './chart';
import type { Content, Markup } from './markup';
import { markup } from './markup';
import { longTable, number, reproducedBy, short, table, text } from './table';

const SECONDS_PER_HOUR = 3600;

/** What is stored of the period, by hour or by day. */
export function coverage(report: Report): Markup {
  const { hours: found, netskope } = report;
  if (!found.isChecked) return markup`<p>Not counted: ${found.why}</p>`;
  const { hours } = found;
  const unit = isByHour(hours) ? 'hour' : 'day';
  const bins = binsOf(hours);
  const commands = commandsOf(report);
  return markup`${eventsChart(bins, unit)}
<p>${silenceWords(hours)}</p>
${table({
  caption: `Events by ${unit} of event time`,
  columns: [
    short(`${unit}, UTC`),
    ...(netskope.isChecked ? [number('Netskope')] : []),
    number('archive'),
    number('quarantine'),
    ...(netskope.isChecked ? [number('missing')] : []),
  ],
  rows: bins.map(binRow),
  total: binRow({ title: 'total', ...sumOf(hours) }),
})}
${reproducedBy(netskope.isChecked ? commands.compare : commands.report)}`;
}

function binRow({ title, netskope, archived, quarantined, missing }: Bin): Content[] {
  const counts = [netskope, archived, quarantined, missing];
  return [title, ...counts.flatMap((count) => (count === undefined ? [] : [formatCount(count)]))];
}

function silenceWords(hours: readonly ReportedHour[]): string {
  const silence = longestSilence(hours);
  if (silence === undefined) return `Each of the ${countOf(hours.length, 'hour')} has an event.`;
  const [fromS, toS] = [silence.fromHour, silence.fromHour + silence.hours].map(
    (hour) => hour * SECONDS_PER_HOUR,
  );
  return `The longest time without an event is ${countOf(silence.hours, 'hour')}: ${formatMinute(fromS ?? 0)} to ${formatMinute(toS ?? 0)}.`;
}

/** How the stored events compare with those that Netskope has. */
export function comparison(report: Report): Markup {
  const { hours: found, netskope } = report;
  const commands = commandsOf(report);
  if (!found.isChecked || !netskope.isChecked) {
    const why = netskope.isChecked ? 'the stored events could not be read.' : netskope.why;
    return markup`<p>Not checked: ${why}</p>
<p class="command">Checks it: <code>${commands.compare}</code></p>
`;
  }
  const { hours } = found;
  const { netskope: events, archived, quarantined, missing, extra, doubled } = sumOf(hours);
  const differing = hours.filter(isDiffering);
  return markup`${table({
    caption: 'All hours together',
    columns: [text('events'), number('count')],
    rows: [
      ['at Netskope', formatCount(events ?? 0)],
      ['in the archive', formatCount(archived)],
      ['in quarantine only', formatCount(quarantined)],
      ['missing: at Netskope, and neither in the archive nor in quarantine', formatCount(missing ?? 0)],
      ['extra: in the archive, and not at Netskope', formatCount(extra ?? 0)],
      ['double: further copies of an archived event', formatCount(doubled)],
      ['without a usable time, in no hour: at Netskope', formatCount(netskope.withoutTime)],
      ['without a usable time, in no hour: in quarantine', formatCount(found.withoutTime)],
    ],
  })}
${differing.length === 0 ? markup`<p>No hour differs.</p>` : differences(differing)}
${reproducedBy(commands.compare)}`;
}

function differences(hours: readonly ReportedHour[]): Markup {
  return markup`${longTable({
    caption: `Hours that differ: ${formatCount(hours.length)}`,
    columns: [
      short('hour, UTC'),
      number('Netskope'),
      number('archive'),
      number('quarantine'),
      number('missing'),
      number('extra'),
      number('double'),
    ],
    rows: hours.map(({ hour, netskope = 0, archived, quarantined, missing = 0, extra = 0, doubled }) => [
      hourTitle(hour),
      ...[netskope, archived, quarantined, missing, extra, doubled].map(formatCount),
    ]),
  })}${eventTable(hours, 'Events that differ', { missing: 'missing', extra: 'extra', doubled: 'double' })}`;
}

/** Archived events that came again with another value, or with more fields. */
export function conflicts(report: Report): Markup {
  const { hours, status } = report;
  const commands = commandsOf(report);
  const found = hours.isChecked ? hours.hours : [];
  const conflicting = found.reduce((sum, { events }) => sum + events.conflicting.length, 0);
  return markup`<p>Netskope may deliver an event again. With more fields it is stored as a new edition; with another value in a field both are stored, which is a conflict. Nothing is replaced.</p>
${
  !hours.isChecked
    ? markup`<p>Conflicts of the period were not counted: ${hours.why}</p>`
    : conflicting === 0
      ? markup`<p>Archived events of the period with a conflict: 0.</p>`
      : eventTable(found, `Archived events of the period with a conflict: ${formatCount(conflicting)}`, {
          conflicting: 'conflict',
        })
}
${hours.isChecked ? reproducedBy(report.netskope.isChecked ? commands.compare : commands.report) : ''}
${
  status.isChecked
    ? markup`${table({
        caption: 'Since the source was first collected',
        columns: [text('events'), number('count')],
        rows: [
          ['new editions of archived events', formatCount(status.editions)],
          ['conflicts with archived events', formatCount(status.conflicting)],
        ],
      })}
${reproducedBy(commands.status)}`
    : markup`<p>Totals were not read: ${status.why}</p>`
}`;
}

function eventTable(
  hours: readonly ReportedHour[],
  caption: string,
  kinds: Readonly<Partial<Record<keyof ReportedHour['events'], string>>>,
): Markup {
  const named = Object.entries(kinds) as [keyof ReportedHour['events'], string][];
  return longTable({
    caption,
    columns: [text('id'), short('time, UTC'), short('kind')],
    rows: hours.flatMap(({ events }) =>
      named.flatMap(([kind, title]) => events[kind].map((event) => [...eventCells(event), title])),
    ),
  });
}

function eventCells({ id = 'without _id', timestampS = 0 }: ComparedEvent): string[] {
  return [id, new Date(timestampS * 1000).toISOString().slice(0, 19).replace('T', ' ')];
}
