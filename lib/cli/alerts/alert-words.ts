import type { AlertRecord, Severity } from '../../../lambdas/contract/storage/alert-record';
import { alertText } from '../../../lambdas/detector/core/alert/alert-text';
import { visibleText } from '../../format/visible-text';
import type { Terminal } from '../terminal/terminal';

const TIME_LENGTH = 'YYYY-MM-DD HH:MM:SS'.length;

/** A longer headline is whole in `alerts show`. */
export const MAX_HEADLINE_LENGTH = 120;

/** A time of a record as people read it, without its zone: `2026-11-22 09:00:00`. */
export function alertTime(time: string): string {
  return time.replace('T', ' ').slice(0, TIME_LENGTH);
}

/** A severity, colored where it is urgent. */
export function severityText(severity: Severity, { colors }: Terminal): string {
  if (severity === 'critical' || severity === 'high') return colors.red(severity);
  return severity === 'medium' ? colors.yellow(severity) : severity;
}

/** Text from outside on one line, safe for a terminal and of limited length. */
export function shortened(text: string, maxLength: number): string {
  const shown = visibleText(text);
  return shown.length > maxLength ? `${shown.slice(0, maxLength - 1)}…` : shown;
}

/**
 * Prints an alert as a message tells it.
 * @param evidence where to find the events
 */
export function printAlertText(terminal: Terminal, alert: AlertRecord, evidence?: string): void {
  for (const line of alertText(alert, evidence).split('\n')) terminal.print(visibleText(line));
}
