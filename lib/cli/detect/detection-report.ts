import type { AlertRecord } from '../../../lambdas/contract/storage/alert-record';
import { countOf, formatCount } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import { alertTime, printAlertText, severityText, shortened } from '../alerts/alert-words';
import type { ChosenDetection } from '../detection/chosen-detection';
import { describeTuning } from '../detection/chosen-detection';
import type { Cell, Column } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';
import type { DetectionRange } from './detection-range';
import { formatHour, SECONDS_PER_HOUR } from './detection-range';
import type { MatchedHour } from './detection-tally';
import { DetectionTally } from './detection-tally';
import type { ShownAlertsOptions } from './shown-alerts';
import { byFirstEvent, ShownAlerts } from './shown-alerts';

export interface ReportOptions {
  readonly sourceId: string;
  readonly range: DetectionRange;
  /** The first hour that has events, in whole hours since 1970; undefined if there are none. */
  readonly firstEventHour?: number;
  readonly detection: ChosenDetection;
  readonly shown: ShownAlertsOptions;
  /** What else limits the result, as sentences that are safe for a terminal. @default - nothing */
  readonly notes?: readonly string[];
  /** Whether each alert is shown as the message that would have been sent. */
  readonly isFull: boolean;
}

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

const RULE_COLUMNS: readonly Column[] = [
  { title: 'rule' },
  ...['threshold', 'matched', 'excluded', 'uncountable', 'alerts'].map((title): Column => ({
    title,
    align: 'right',
  })),
];

/** Reports the alerts that would have been raised. With `--json` each one is a line of its own. */
export class DetectionReport {
  readonly tally: DetectionTally;
  private readonly shown: ShownAlerts;
  private readonly ruleIds: ReadonlySet<string>;

  constructor(
    private readonly terminal: Terminal,
    private readonly options: ReportOptions,
  ) {
    const ids = options.detection.rules.map(({ rule }) => rule.id);
    this.ruleIds = new Set(ids);
    this.tally = new DetectionTally(ids);
    this.shown = new ShownAlerts(terminal, options.shown);
  }

  /** @param alerts all alerts of the hour, of any rule */
  add({ objects }: MatchedHour, alerts: readonly AlertRecord[]): void {
    for (const object of objects) this.tally.addObject(object);
    const wanted = alerts.filter(({ rule_id: id }) => this.ruleIds.has(id)).sort(byFirstEvent);
    for (const alert of wanted) this.tally.addAlert(alert);
    this.shown.add(wanted);
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
    const { terminal, options, shown } = this;
    const printed = shown.end();
    const rows = printed.map((alert) => alertRow(alert, terminal));
    if (options.isFull) {
      terminal.csv(ALERT_COLUMNS, rows);
      for (const alert of printed) printAlertText(terminal, alert);
    } else terminal.table(ALERT_COLUMNS, rows);
    const rest = options.shown.limit === undefined ? '--json tells them all' : '--limit leaves them out';
    if (shown.left > 0) terminal.print(`  … ${formatCount(shown.left)} more; ${rest}.`);
    if (shown.lessSevere > 0)
      terminal.print(`  … ${formatCount(shown.lessSevere)} less severe than ${options.shown.severity}.`);
    if (printed.length > 0 && !options.isFull) terminal.print();
  }

  private printRules(): void {
    const rows = this.options.detection.rules.map(({ rule, threshold }) => {
      const { matched, excluded, withoutGroupKey, alerts } = this.tally.rule(rule.id);
      return [rule.id, threshold, matched, excluded, withoutGroupKey, alerts];
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
      ...(options.notes ?? []),
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
      alertsShown: this.shown.count,
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

function alertRow(alert: AlertRecord, terminal: Terminal): Cell[] {
  return [
    alertTime(alert.first_event_time),
    severityText(alert.severity, terminal),
    alert.rule_id,
    firstOf(alert.who),
    firstOf(alert.addresses),
    alert.event_count,
    firstOf(alert.what),
  ];
}

/** The first of several texts, and the number of others; in CSV all. */
function firstOf(texts: readonly string[]): Cell {
  const [first, ...others] = texts;
  if (first === undefined) return undefined;
  const shown = shortened(first, MAX_TEXT_LENGTH);
  return { shown: others.length === 0 ? shown : `${shown} +${others.length}`, value: texts.join('; ') };
}
