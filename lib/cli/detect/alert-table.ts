import type { AlertRecord, Severity } from '../../../lambdas/contract/storage/alert-record';
import { formatCount } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import type { Column, Terminal } from '../terminal/terminal';

const COLUMNS: readonly Column[] = [
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
const TIME_LENGTH = 'YYYY-MM-DD HH:MM:SS'.length;
const UNKNOWN = '-';

/** Prints alerts, one per line. */
export function printAlertTable(terminal: Terminal, alerts: readonly AlertRecord[]): void {
  terminal.table(
    COLUMNS,
    alerts.map((alert) => [
      alert.first_event_time.slice(0, TIME_LENGTH),
      severityText(alert.severity, terminal),
      alert.rule_id,
      firstOf(alert.who),
      firstOf(alert.addresses),
      formatCount(alert.event_count),
      firstOf(alert.what),
    ]),
  );
}

function severityText(severity: Severity, { colors }: Terminal): string {
  if (severity === 'critical' || severity === 'high') return colors.red(severity);
  return severity === 'medium' ? colors.yellow(severity) : severity;
}

/** The first of several texts, and the number of others. */
function firstOf([first, ...others]: readonly string[]): string {
  if (first === undefined) return UNKNOWN;
  const text = visibleText(first);
  const shown = text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH - 1)}…` : text;
  return others.length === 0 ? shown : `${shown} +${others.length}`;
}
