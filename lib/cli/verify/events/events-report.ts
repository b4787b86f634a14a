import { countOf, formatCount } from '../../../format/quantities';
import { visibleText } from '../../../format/visible-text';
import type { Cell, Column } from '../../terminal/table';
import type { Terminal } from '../../terminal/terminal';
import type { TimeRange } from '../../terminal/time-range';
import { formatRange } from '../../terminal/time-range';
import type { ComparedEvent } from './compared-event';
import type { EventDifferences, HourComparison, HourNumbers, Totals } from './hour-comparison';
import { isEqual, NUMBERS, totalsOf } from './hour-comparison';

interface ReportOptions {
  readonly sourceId: string;
  readonly range: TimeRange;
  /** Whether events were compared, or only their numbers. */
  readonly byEvent: boolean;
  /** Whether hours without a difference are shown, too. */
  readonly all: boolean;
}

/** Numbers of events without a usable time, which belong to no hour. */
interface WithoutTime {
  readonly netskope: number;
  readonly quarantined: number;
}

/** More events than this are counted, not printed; `--json` has them all. */
const MAX_PRINTED = 50;
const SECONDS_PER_HOUR = 3600;

/** Prints how archive and Netskope compare. With `--json` each hour is printed at once, as a line of its own. */
export class EventsReport {
  private readonly hours: HourComparison[] = [];
  private readonly printedEvents: string[] = [];
  private differences = 0;

  constructor(
    private readonly terminal: Terminal,
    private readonly options: ReportOptions,
  ) {}

  add({ events, ...hour }: HourComparison): void {
    this.hours.push(hour);
    const differencesBefore = this.differences;
    if (events !== undefined) this.addEvents(events);
    if (this.options.all || !isEqual(hour) || this.differences > differencesBefore)
      this.terminal.json({ ...hour, hour: isoHour(hour.hour), ...forPrograms(events) });
  }

  /** Hours in which the two sides differ, oldest first. */
  get differing(): HourComparison[] {
    return this.hours.filter((hour) => !isEqual(hour));
  }

  /**
   * Prints table, events and verdict.
   * @param notes limitations of the verdict
   */
  show(withoutTime: WithoutTime, notes: readonly string[]): void {
    const { terminal, options } = this;
    const totals = totalsOf(this.hours);
    const shown = options.all ? this.hours : this.differing;
    const rows = shown.map((hour) => this.row(isoHour(hour.hour), hour));
    terminal.table(this.columns, rows, [this.row('total', totals)]);
    for (const line of this.printedEvents) terminal.print(line);
    if (this.differences > MAX_PRINTED)
      terminal.print(`  … ${formatCount(this.differences - MAX_PRINTED)} more; --json tells them all.`);
    for (const note of [...notes, ...notesOn(withoutTime)]) terminal.printMarked('note', note);
    this.printVerdict(totals);
    const { fromEpochS, toEpochS } = options.range;
    terminal.json({
      sourceId: options.sourceId,
      from: new Date(fromEpochS * 1000).toISOString(),
      to: new Date(toEpochS * 1000).toISOString(),
      isEqual: this.differing.length === 0,
      ...totals,
      withoutTime,
      notes,
    });
  }

  private get columns(): Column[] {
    const titles = ['Netskope', 'archive', 'quarantine', 'missing', 'extra', 'double'];
    const shown = this.options.byEvent ? titles : titles.slice(0, -1);
    return [{ title: 'hour, UTC' }, ...shown.map((title): Column => ({ title, align: 'right' }))];
  }

  private row(title: string, numbers: HourNumbers): Cell[] {
    const names = this.options.byEvent ? NUMBERS : NUMBERS.slice(0, -1);
    return [title, ...names.map((name) => numbers[name])];
  }

  private addEvents(events: EventDifferences): void {
    for (const kind of ['missing', 'extra', 'doubled', 'conflicting', 'quarantined'] as const) {
      for (const event of events[kind]) {
        this.differences++;
        if (this.printedEvents.length < MAX_PRINTED) this.printedEvents.push(this.eventLine(kind, event));
      }
    }
  }

  private eventLine(kind: keyof EventDifferences, { id, timestampS = 0 }: ComparedEvent): string {
    const mark = this.terminal.marked(kind === 'conflicting' || kind === 'quarantined' ? 'note' : 'bad');
    const time = new Date(timestampS * 1000).toISOString().slice(0, 19).replace('T', ' ');
    return `${mark} ${kind}: ${id === undefined ? 'an event without _id' : visibleText(id)}, ${time} UTC`;
  }

  private printVerdict(totals: Totals): void {
    const { hours, differingHours, netskope, quarantined, missing, extra, doubled } = totals;
    const range = formatRange(this.options.range);
    if (differingHours === 0) {
      const place = quarantined === 0 ? '' : `, ${formatCount(quarantined)} in quarantine`;
      this.terminal.printMarked(
        'good',
        `${range}: Netskope has ${countOf(netskope, 'event')}; each is here${place}.`,
      );
      return;
    }
    const counted = Object.entries({ missing, extra, double: doubled })
      .filter(([, count]) => count > 0)
      .map(([kind, count]) => `${formatCount(count)} ${kind}`);
    this.terminal.printMarked(
      'bad',
      `${range}: ${formatCount(differingHours)} of ${countOf(hours, 'hour')} differ, ${counted.join(', ')}.`,
    );
  }
}

function notesOn({ netskope, quarantined }: WithoutTime): string[] {
  if (netskope + quarantined === 0) return [];
  return [
    `Events without a usable time belong to no hour and are in no number above: ${formatCount(netskope)} at Netskope, ${formatCount(quarantined)} in quarantine.`,
  ];
}

function isoHour(hour: number): string {
  return `${new Date(hour * SECONDS_PER_HOUR * 1000).toISOString().slice(0, 13).replace('T', ' ')}:00`;
}

/** Ids of the events that differ; null stands for an event without one. */
function forPrograms(events: EventDifferences | undefined): object {
  if (events === undefined) return {};
  const ids = (kind: keyof EventDifferences): (string | null)[] => events[kind].map(({ id }) => id ?? null);
  return {
    missingIds: ids('missing'),
    extraIds: ids('extra'),
    doubledIds: ids('doubled'),
    conflictingIds: ids('conflicting'),
    quarantinedIds: ids('quarantined'),
  };
}
