import type { PageDescription } from '../../../lambdas/collector/adapters/s3-quarantine';
import { decodeBody, MAX_BODY_BYTES } from '../../../lambdas/collector/core/page/decode-body';
import type { KeptPage, QuarantinedPage } from '../../../lambdas/collector/core/ports';
import type { QuarantinedRecord } from '../../../lambdas/contract/storage/event-record';
import { formatCount } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import type { Session } from '../session';
import type { Terminal } from '../terminal/terminal';
import type { QuarantinedEvent } from './quarantine-days';
import { firstDay, QuarantineDays } from './quarantine-days';

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
/** Bytes of a page that are shown: enough to tell a web page from JSON. */
const SHOWN_BYTES = 500;

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

/** A page and its metadata. */
interface DescribedPage {
  readonly page: QuarantinedPage;
  readonly description: PageDescription;
}

/** Reads days backwards until there are enough pages, without loading any. @returns oldest first */
async function newestPages(
  quarantine: QuarantineDays,
  fromDay: string,
  { lines, reason = '' }: ShowOptions,
): Promise<DescribedPage[]> {
  let newest: DescribedPage[] = [];
  for (const day of (await quarantine.days(fromDay)).reverse()) {
    if (newest.length >= lines) break;
    const ofDay: DescribedPage[] = [];
    for await (const page of quarantine.pages(day)) {
      const description = await quarantine.describePage(page);
      if (includesText(description.reason, reason)) ofDay.push({ page, description });
    }
    ofDay.sort((one, other) => one.description.keptAtMs - other.description.keptAtMs);
    newest = [...ofDay, ...newest].slice(-lines);
  }
  return newest;
}

/** Whether a text contains another, ignoring case. */
function includesText(text: string, wanted: string): boolean {
  return text.toLowerCase().includes(wanted.toLowerCase());
}

/** Prints one page: why it could not be read, how it arrived, and its first bytes. Only this page is loaded. */
async function showPage(
  terminal: Terminal,
  quarantine: QuarantineDays,
  { page, description }: DescribedPage,
): Promise<void> {
  const beginning =
    page.bytes > MAX_BODY_BYTES ? undefined : await pageBeginning(await quarantine.readPage(page));
  const { colors } = terminal;
  const redriven = page.isRedriven ? `  ${terminal.marked('good')} redriven since` : '';
  const time = new Date(description.keptAtMs).toISOString();
  terminal.print(`${colors.bold(`${time.slice(0, TIME_LENGTH).replace('T', ' ')} UTC`)}${redriven}`);
  terminal.print(colors.dim(`  ${page.key}`));
  terminal.print(`  ${terminal.marked('bad')} ${visibleText(description.reason)}`);
  terminal.print(`  ${sizesOf(page, description, beginning)}`);
  terminal.print(
    `  ${beginning === undefined ? 'too large to be read here' : visibleBytes(beginning.bytes)}`,
  );
  terminal.json({
    quarantineKey: page.key,
    arrivedOn: page.day,
    keptAt: time,
    runId: description.runId,
    sequence: description.sequence,
    reason: description.reason,
    contentEncoding: description.contentEncoding,
    receivedBytes: page.bytes,
    unpackedBytes: beginning?.unpackedBytes,
    beginningBase64: beginning?.bytes.toString('base64'),
    isRedriven: page.isRedriven,
  });
}

/** For example `gzip, 1,234 bytes received, 5,678 bytes unpacked`. */
function sizesOf(
  { bytes }: QuarantinedPage,
  { contentEncoding = 'no encoding' }: PageDescription,
  beginning: PageBeginning | undefined,
): string {
  const received = `${visibleText(contentEncoding)}, ${formatCount(bytes)} bytes received`;
  if (beginning === undefined) return received;
  const { unpackedBytes, problem = '' } = beginning;
  return unpackedBytes === undefined
    ? `${received}, not unpacked: ${visibleText(problem)}`
    : `${received}, ${formatCount(unpackedBytes)} bytes unpacked`;
}

/** The beginning of a page that could not be read. */
interface PageBeginning {
  /** Size without its encoding; absent if it cannot be unpacked. */
  readonly unpackedBytes?: number;
  /** Why it cannot be unpacked; absent if it can. */
  readonly problem?: string;
  /** The first bytes, unpacked if that is possible, else as received. */
  readonly bytes: Buffer;
}

/** Unpacks a page in memory, up to a limit, and takes its first 500 bytes. */
async function pageBeginning(received: KeptPage): Promise<PageBeginning> {
  const decoded = await decodeBody(received.bytes, received.contentEncoding);
  if (decoded.kind !== 'decoded')
    return { problem: decoded.reason, bytes: received.bytes.subarray(0, SHOWN_BYTES) };
  return { unpackedBytes: decoded.body.length, bytes: decoded.body.subarray(0, SHOWN_BYTES) };
}

/** Bytes in a form that is safe for a terminal: as text, or base64 if they are not UTF-8. */
function visibleBytes(bytes: Buffer): string {
  try {
    // A character that is cut at the end is left out, and a byte order mark is shown.
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return visibleText(decoder.decode(bytes, { stream: true }));
  } catch {
    return `not UTF-8, base64: ${bytes.toString('base64')}`;
  }
}
