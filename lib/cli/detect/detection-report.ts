import type { AlertRecord } from '../../../lambdas/contract/storage/alert-record';
import { countOf, formatCount } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import { alertTime, printAlertText, severityText, shortened } from '../alerts/alert-words';
import type { Column, Terminal } from '../terminal/terminal';
import type { ChosenDetection } from './chosen-detection';
import { describeTuning } from './chosen-detection';
import type { DetectionRange } from './detection-range';
import { formatHour, SECONDS_PER_HOUR } from './detection-range';
import type { MatchedHour } from './detection-tally';
import { DetectionTally } from './detection-tally';

export interface ReportOptions {
  readonly sourceId: string;
  readonly range: DetectionRange;
  /** The first hour that has events, in whole hours since 1970; undefined if there are none. */
  readonly firstEventHour?: number;
  readonly detection: ChosenDetection;
  /** Whether each alert is shown as the message that would have been sent. */
  readonly isFull: boolean;
}

/** Alerts beyond this number are counted, not printed; `--json` has them all. */
const MAX_PRINTED = 100;

const ALERT_COLUMNS: readonly Column[] = [
  { title: 'first event, UTC' },
  { title: 'severity' },
  { title: 'rule' },
  { title: 'who' },
  { title: 'from where' },
  { title: 'events', align: 'right' },
  { title: 'what' },
];

/** Longer texts would push the other columns off the screen; `--full` and `--json` show more. */
const MAX_TEXT_LENGTH = 48;
const UNKNOWN = '-';

const RULE_COLUMNS: readonly Column[] = [
  { title: 'rule' },
  ...['threshold', 'matched', 'excluded', 'uncountable', 'alerts'].map((title): Column => ({
    title,
    align: 'right',
  })),
];

/** Reports the alerts that would have been raised. With `--json` each one is printed at once, as a line of its own. */
export class DetectionReport {
  readonly tally: DetectionTally;
  private readonly printed: AlertRecord[] = [];
  private readonly ruleIds: ReadonlySet<string>;

  constructor(
    private readonly terminal: Terminal,
    private readonly options: ReportOptions,
  ) {
    const ids = options.detection.rules.map(({ rule }) => rule.id);
    this.ruleIds = new Set(ids);
    this.tally = new DetectionTally(ids);
  }

  /** @param alerts all alerts of the hour, of any rule */
  add({ objects }: MatchedHour, alerts: readonly AlertRecord[]): void {
    for (const object of objects) this.tally.addObject(object);
    for (const alert of alerts.filter(({ rule_id: id }) => this.ruleIds.has(id)).sort(byTime)) {
      this.tally.addAlert(alert);
      this.terminal.json(alert);
      if (this.printed.length < MAX_PRINTED) this.printed.push(alert);
    }
  }

  /** Prints the alerts, the counts per rule, and the limitations of both. */
  show(): void {
    const { terminal, options, tally } = this;
    this.printAlerts();
    this.printRules();
    terminal.print(describeTuning(options.detection));
    for (const note of this.notes()) terminal.printMarked('note', note);
    for (const [ruleId, message] of tally.failures)
      terminal.printMarked(
        'bad',
        `${ruleId} itself failed at ${countOf(tally.rule(ruleId).failed, 'event')}: ${visibleText(message)}`,
      );
    this.printVerdict();
    terminal.json(this.forPrograms());
  }

  private printAlerts(): void {
    const { terminal, options, tally, printed } = this;
    if (options.isFull) for (const alert of printed) printAlertText(terminal, alert);
    else if (printed.length > 0) printAlertTable(terminal, printed);
    if (tally.alerts > printed.length)
      terminal.print(`  … ${formatCount(tally.alerts - printed.length)} more; --json tells them all.`);
    if (printed.length > 0 && !options.isFull) terminal.print();
  }

  private printRules(): void {
    const rows = this.options.detection.rules.map(({ rule, threshold }) => {
      const { matched, excluded, withoutGroupKey, alerts } = this.tally.rule(rule.id);
      return [rule.id, ...[threshold, matched, excluded, withoutGroupKey, alerts].map(formatCount)];
    });
    this.terminal.table(RULE_COLUMNS, rows);
    this.terminal.print();
  }

  private notes(): string[] {
    const { options, tally } = this;
    const withoutGroupKey = options.detection.rules.some(
      ({ rule }) => tally.rule(rule.id).withoutGroupKey > 0,
    );
    return [
      ...learningNotes({ ...options, learnFromHour: options.range.learnFromHour }),
      ...(withoutGroupKey
        ? ['Uncountable are events whose user Netskope hides, and that name no address to count them by.']
        : []),
      ...(tally.firstUnreadableKey === undefined
        ? []
        : [
            `${countOf(tally.unreadable, 'line')} of the archive cannot be read, the first of them in ${visibleText(tally.firstUnreadableKey)}: the detector would report its object as unfinished.`,
          ]),
      ...(tally.laterEditions === 0
        ? []
        : [
            `${countOf(tally.laterEditions, 'line')} skipped: later editions of events, which are evaluated once, as they came first.`,
          ]),
    ];
  }

  private printVerdict(): void {
    const { sourceId, range } = this.options;
    const { alerts, events } = this.tally;
    const place = `${sourceId}, ${formatHour(range.fromHour)} to ${formatHour(range.endHour)}`;
    this.terminal.print(`${place}: ${countOf(alerts, 'alert')} from ${countOf(events, 'event')}.`);
  }

  private forPrograms(): object {
    const { sourceId, range, detection } = this.options;
    const { events, alerts, unreadable: unreadableLines, laterEditions } = this.tally;
    return {
      sourceId,
      from: isoHour(range.fromHour),
      to: isoHour(range.endHour),
      learnFrom: isoHour(range.learnFromHour),
      settingsFile: detection.settingsFile ?? null,
      switchedOff: detection.switchedOff,
      events,
      alerts,
      unreadableLines,
      laterEditions,
      rules: detection.rules.map(({ rule, threshold }) => ({
        ruleId: rule.id,
        threshold,
        windowMinutes: rule.windowMinutes,
        ...this.tally.rule(rule.id),
      })),
      notes: this.notes(),
    };
  }
}

function byTime(one: AlertRecord, other: AlertRecord): number {
  return placeOf(one) < placeOf(other) ? -1 : 1;
}

function placeOf({ first_event_time: time, alert_id: id }: AlertRecord): string {
  return `${time} ${id}`;
}

function isoHour(hour: number): string {
  return new Date(hour * SECONDS_PER_HOUR * 1000).toISOString();
}

interface Learning {
  readonly detection: ChosenDetection;
  /** First hour that was read, in whole hours since 1970. */
  readonly learnFromHour: number;
  /** The first hour that has events; undefined if there are none. */
  readonly firstEventHour?: number;
}

/**
 * Notes what the rules that alert on new values have learned from. A detector deployed for longer has learned more.
 * @returns an empty list if no such rule is requested
 */
function learningNotes({ detection, learnFromHour, firstEventHour }: Learning): string[] {
  const first =
    firstEventHour === undefined ? 'there are none' : `the first is of ${formatHour(firstEventHour)}`;
  return detection.rules.flatMap(({ rule: { id, novelty } }) => {
    if (novelty === undefined) return [];
    return [
      `${id} has learned from events since ${formatHour(learnFromHour)}; ${first}. It learns for ${novelty.learningDays} days from a user's first event.`,
    ];
  });
}

/** Prints alerts, one per line. */
function printAlertTable(terminal: Terminal, alerts: readonly AlertRecord[]): void {
  terminal.table(
    ALERT_COLUMNS,
    alerts.map((alert) => [
      alertTime(alert.first_event_time),
      severityText(alert.severity, terminal),
      alert.rule_id,
      firstOf(alert.who),
      firstOf(alert.addresses),
      formatCount(alert.event_count),
      firstOf(alert.what),
    ]),
  );
}

/** The first of several texts, and the number of others. */
function firstOf([first, ...others]: readonly string[]): string {
  if (first === undefined) return UNKNOWN;
  const shown = shortened(first, MAX_TEXT_LENGTH);
  return others.length === 0 ? shown : `${shown} +${others.length}`;
}
