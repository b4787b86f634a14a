import type { QuarantinedRecord } from '../../../lambdas/contract/storage/event-record';
import { visibleText } from '../../format/visible-text';
import type { Session } from '../session';
import type { Terminal } from '../terminal/terminal';
import { firstDay } from './list-quarantine';
import type { QuarantinedEvent } from './quarantine-days';
import { QuarantineDays } from './quarantine-days';
import { includesText, newestPages, showPage } from './show-pages';

export interface ShowOptions {
  /** How many of the newest events are shown, and of the newest pages. */
  readonly lines: number;
  /** Days of arrival, today included. */
  readonly days: number;
  /** Only events and pages one of whose reasons contains this text, ignoring case. */
  readonly reason?: string;
}

/** Only the beginning of a longer event is shown: an event may have megabytes. */
const MAX_SHOWN_LENGTH = 2_000;
const TIME_LENGTH = 'YYYY-MM-DD HH:MM:SS'.length;

/**
 * Prints the newest quarantined events, exactly as received, with the reasons; then the newest pages that could not be
 * read.
 */
export async function showQuarantine(
  session: Session,
  options: ShowOptions,
  sourceId?: string,
): Promise<void> {
  const { terminal } = session;
  const deployment = await session.deployment();
  const source = deployment.source(sourceId);
  const fromDay = firstDay(session.nowMs(), options.days);
  const quarantine = new QuarantineDays(deployment, source.sourceId);
  const events = await newestEvents(quarantine, fromDay, options);
  for (const event of events) {
    printEvent(terminal, event);
    terminal.json(forPrograms(event));
  }
  const pages = await newestPages(quarantine, fromDay, options);
  for (const page of pages) await showPage(terminal, quarantine, page);
  if (events.length + pages.length === 0)
    terminal.print(`No such event or page of ${source.sourceId} since ${fromDay}.`);
}

/** Reads days backwards, each as a whole, until there are enough events. @returns oldest first */
async function newestEvents(
  quarantine: QuarantineDays,
  fromDay: string,
  { lines, reason = '' }: ShowOptions,
): Promise<QuarantinedEvent[]> {
  let newest: QuarantinedEvent[] = [];
  for (const day of (await quarantine.days(fromDay)).reverse()) {
    if (newest.length >= lines) break;
    const ofDay: QuarantinedEvent[] = [];
    for await (const event of quarantine.events(day)) if (isAskedFor(event, reason)) ofDay.push(event);
    newest = [...ofDay.sort(byArrival), ...newest].slice(-lines);
  }
  return newest;
}

function isAskedFor({ record }: QuarantinedEvent, reason: string): boolean {
  return reason === '' || record.errors.some((error) => includesText(error, reason));
}

function byArrival({ record: one }: QuarantinedEvent, { record: other }: QuarantinedEvent): number {
  return one.arrived_at < other.arrived_at ? -1 : Number(one.arrived_at > other.arrived_at);
}

function printEvent(terminal: Terminal, { key, line, record, isRedriven }: QuarantinedEvent): void {
  const archived = isRedriven ? `  ${terminal.marked('good')} archived since` : '';
  terminal.print(
    `${terminal.colors.bold(`${visibleText(record.arrived_at.slice(0, TIME_LENGTH))} UTC`)}${archived}`,
  );
  terminal.print(terminal.colors.dim(`  ${visibleText(key)}, line ${line}`));
  for (const error of record.errors) terminal.print(`  ${terminal.marked('bad')} ${visibleText(error)}`);
  terminal.print(`  ${shownText(record)}`);
}

function shownText({ raw, raw_base64 = '' }: QuarantinedRecord): string {
  const text = raw === undefined ? `not UTF-8, base64: ${raw_base64}` : raw;
  if (text.length <= MAX_SHOWN_LENGTH) return visibleText(text);
  return `${visibleText(text.slice(0, MAX_SHOWN_LENGTH))}… (${text.length} characters; --json has them all)`;
}

function forPrograms({ key, line, record, isRedriven }: QuarantinedEvent): object {
  return {
    quarantineKey: key,
    line,
    arrivedAt: record.arrived_at,
    runId: record.run_id,
    errors: record.errors,
    raw: record.raw,
    rawBase64: record.raw_base64,
    isRedriven,
  };
}
