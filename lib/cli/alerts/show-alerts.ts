import type { AlertRecord, Severity } from '../../../lambdas/contract/storage/alert-record';
import { RULES } from '../../../lambdas/detector/rules/index';
import { countOf } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import type { Deployment } from '../deployment/deployment';
import { ExitCode, OperatorError } from '../operator-error';
import type { Session } from '../session';
import type { Cell, Column } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';
import type { TypedRange } from '../terminal/time-range';
import { formatRange, readTimeRange } from '../terminal/time-range';
import type { AlertHistory } from './alert-history';
import { alertHistories } from './alert-history';
import { alertTime, MAX_HEADLINE_LENGTH, printAlertText, severityText, shortened } from './alert-words';
import { newestAlerts } from './newest-alerts';
import { AlertObjects } from './stored-alerts';

export interface ListAlertsOptions extends TypedRange {
  /** The least severity. @default - any */
  readonly severity?: Severity;
  /** Ids of rules. @default - any */
  readonly rule?: readonly string[];
  /** A part of a user's name, ignoring case. @default - any */
  readonly user?: string;
  /** How many of the newest alerts are shown. */
  readonly limit: number;
}

const DEFAULT_LENGTH_S = 30 * 86_400;

const COLUMNS: readonly Column[] = [
  { title: 'first event, UTC' },
  { title: 'severity' },
  { title: 'events', align: 'right' },
  { title: 'update' },
  { title: 'alert' },
  { title: 'headline' },
];

/** Prints the newest alerts of a source, each once, with the counts of its newest update. */
export async function listAlerts(
  session: Session,
  options: ListAlertsOptions,
  askedSourceId?: string,
): Promise<void> {
  const { terminal } = session;
  const nowS = Math.floor(session.nowMs() / 1000);
  const range = readTimeRange(options, {
    nowMs: session.nowMs(),
    defaultFromEpochS: nowS - DEFAULT_LENGTH_S,
    latest: { toEpochS: nowS, what: 'in the future.', whatToDo: 'Leave --to out: the range then ends now.' },
  });
  const deployment = await session.deployment();
  const { sourceId } = deployment.source(askedSourceId);
  // Without --to nothing is too new: an event may carry a time that is ahead of this machine's.
  const toEpochS = options.to === undefined ? Number.POSITIVE_INFINITY : range.toEpochS;
  const filter = { ...options, ...range, toEpochS };
  // One more than is shown tells whether there are others.
  const found = await newestAlerts(new AlertObjects(deployment), sourceId, {
    filter,
    count: options.limit + 1,
  });
  const shown = found.slice(0, options.limit);
  for (const { records } of shown) for (const { line } of records) terminal.jsonText(line);
  terminal.table(
    COLUMNS,
    shown.map((alert) => row(alert, terminal)),
  );
  if (found.length > shown.length) terminal.printMarked('note', 'There are older ones; --limit shows more.');
  terminal.print(`${sourceId}, ${formatRange(range)}: ${countOf(shown.length, 'alert')}.`);
  for (const note of notes(options, { deployment, isEmpty: shown.length === 0 }))
    terminal.printMarked('note', note);
}

function row({ alertId, first, newest, severity }: AlertHistory, terminal: Terminal): Cell[] {
  const { first_event_time: time, headline } = first.record;
  return [
    alertTime(time),
    severityText(severity, terminal),
    newest.record.event_count,
    newest.record.update,
    visibleText(alertId),
    { shown: shortened(headline, MAX_HEADLINE_LENGTH), value: headline },
  ];
}

function notes(
  { rule = [] }: ListAlertsOptions,
  { deployment, isEmpty }: { readonly deployment: Deployment; readonly isEmpty: boolean },
): string[] {
  const known = RULES.map(({ id }) => id);
  const unknown = isEmpty ? rule.filter((id) => !known.includes(id)) : [];
  return [
    ...unknown.map(
      (id) =>
        `The pack has no rule ${JSON.stringify(id)}; npx --no -- netskope-audit detect --list shows its rules.`,
    ),
    ...(isEmpty && deployment.outputs.DetectorFunction === undefined
      ? ['No detector is deployed here, so nothing raises alerts; detect shows which there would be.']
      : []),
  ];
}

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
      whatToDo: 'npx --no -- netskope-audit alerts list shows the ids of those it has.',
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
    whatToDo: 'npx --no -- netskope-audit alerts list shows the ids.',
    exitCode: ExitCode.WrongUsage,
  });
}
