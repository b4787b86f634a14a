import type { PageDescription } from '../../../lambdas/collector/adapters/s3-quarantine';
import { decodeBody, MAX_BODY_BYTES } from '../../../lambdas/collector/core/page/decode-body';
import type { QuarantinedPage } from '../../../lambdas/collector/core/ports';
import { formatCount } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import type { Terminal } from '../terminal/terminal';
import type { QuarantineDays } from './quarantine-days';

export interface PageChoice {
  /** How many of the newest pages. */
  readonly lines: number;
  /** Only those whose reason contains this text, ignoring case. @default - all */
  readonly reason?: string;
}

/** A page and its metadata. */
export interface DescribedPage {
  readonly page: QuarantinedPage;
  readonly description: PageDescription;
}

const TIME_LENGTH = 'YYYY-MM-DDTHH:MM:SS'.length;

/** Reads days backwards until there are enough pages, without loading any. @returns oldest first */
export async function newestPages(
  quarantine: QuarantineDays,
  fromDay: string,
  { lines, reason = '' }: PageChoice,
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
export function includesText(text: string, wanted: string): boolean {
  return text.toLowerCase().includes(wanted.toLowerCase());
}

/** Prints one page: why it could not be read, how it arrived, and its first bytes. Only this page is loaded. */
export async function showPage(
  terminal: Terminal,
  quarantine: QuarantineDays,
  { page, description }: DescribedPage,
): Promise<void> {
  const beginning = page.bytes > MAX_BODY_BYTES ? undefined : await readBeginning(quarantine, page);
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

async function readBeginning(quarantine: QuarantineDays, page: QuarantinedPage): Promise<PageBeginning> {
  return pageBeginning(await quarantine.readPage(page));
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

/** Bytes of a page that are shown: enough to tell a web page from JSON. */
const SHOWN_BYTES = 500;

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
async function pageBeginning(received: {
  readonly bytes: Buffer;
  readonly contentEncoding?: string;
}): Promise<PageBeginning> {
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
