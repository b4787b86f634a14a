import type { AlertRecord } from '../../../lambdas/contract/storage/alert-record';
import { countOf } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import { ExitCode, OperatorError } from '../operator-error';
import type { Session } from '../session';
import { alertHistories } from './alert-history';
import { alertTime, printAlertText } from './alert-words';
import { AlertObjects } from './stored-alerts';

/** For example `many-deletes-20261122T090000Z-0123456789abcdef`; the time is that of the first event. */
const ALERT_ID = /^[a-z0-9-]{1,100}-(\d{4})(\d\d)(\d\d)T\d{6}Z-[0-9a-f]{16}$/;
const SHOWN_LENGTH = 140;

/**
 * Prints an alert as in its message, and its updates.
 * @throws OperatorError if there is no such alert
 */
export async function showAlert(session: Session, alertId: string): Promise<void> {
  const { terminal } = session;
  const day = dayOfId(alertId);
  const deployment = await session.deployment();
  const objects = new AlertObjects(deployment);
  const alerts = alertHistories(await objects.ofAlert(alertId, day));
  const [alert] = alerts;
  if (alert === undefined)
    throw new OperatorError({
      what: `Bucket ${deployment.outputs.ArchiveBucket} has no alert ${alertId}.`,
      whatToDo: 'npx netskope-audit alerts list shows the ids of those it has.',
    });
  const { first, records } = alert;
  printAlertText(terminal, first.record, objects.addressOf(first));
  if (first.record.incident_id !== '') terminal.print(`Incident: ${visibleText(first.record.incident_id)}`);
  for (const { record } of records.slice(1)) terminal.print(updateText(record));
  for (const { line } of records) terminal.jsonText(line);
}

/** For example `Update, grown: 120 events, the last at 2026-11-22 09:40:12 UTC, severity high`. */
function updateText({ update, event_count: count, last_event_time: last, severity }: AlertRecord): string {
  return `Update, ${update}: ${countOf(count, 'event')}, the last at ${alertTime(last)} UTC, severity ${severity}`;
}

/** The day in an alert's id, as in a key: `2026-11-22`. @throws OperatorError */
function dayOfId(alertId: string): string {
  const [, year, month, day] = ALERT_ID.exec(alertId) ?? [];
  if (year !== undefined) return `${year}-${month}-${day}`;
  throw new OperatorError({
    what: `The alert id is ${JSON.stringify(alertId.slice(0, SHOWN_LENGTH))}; expected one such as many-deletes-20261122T090000Z-0123456789abcdef.`,
    whatToDo: 'npx netskope-audit alerts list shows the ids.',
    exitCode: ExitCode.WrongUsage,
  });
}
