import type { Source } from '../../../contract/deployment/collector-event';
import type { Feed } from '../../../contract/feed/feed';
import type { QuarantinedRecord } from '../../../contract/storage/event-record';
import { ADDED_FIELDS, athenaTimestamp } from '../../../contract/storage/event-record';
import type { Page } from './envelope';
import { eventBytes, Unreadable } from './envelope';
import { EVENT_TIME_LENGTH, EventTimeFormat } from './event-time';
import { IndicatorFinder } from './indicators';
import { ChangeFinder } from './stored-changes';
import type { AcceptedEvent } from './validated-page';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

/** UTF-8 takes at most three bytes for one UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3;

/** A buffer that is reused for the lines of each object and grows to the largest, which saves garbage collection. */
export class LineMemory {
  private bytes = Buffer.alloc(0);

  /** At least `size` bytes, shared with all earlier results. */
  take(size: number): Buffer {
    if (this.bytes.length < size) this.bytes = Buffer.allocUnsafe(size);
    return this.bytes;
  }
}

/**
 * Writes records of one page: the event's own bytes, then the added fields. It runs for every event, so what is the
 * same in all records is encoded once and copied.
 */
export class RecordWriter {
  private readonly beforeTime: Buffer;
  private readonly afterTime: Buffer;
  private readonly idPrefix: string;
  private readonly indicators: IndicatorFinder;
  private readonly changes: ChangeFinder;
  private readonly times = new EventTimeFormat();

  /** @param validatedAtMs when this run validated the page */
  constructor(
    feed: Feed,
    source: Pick<Source, 'sourceId' | 'label'>,
    validatedAtMs: number,
    private readonly memory = new LineMemory(),
  ) {
    this.indicators = new IndicatorFinder(feed.schema);
    this.changes = new ChangeFinder(feed.schema);
    this.beforeTime = Buffer.from(`${ADDED_PART_MARK}${feed.logType}","p_event_time":"`);
    this.afterTime = Buffer.from(
      `","p_parse_time":"${athenaTimestamp(validatedAtMs)}"` +
        `,"p_source_id":${JSON.stringify(source.sourceId)},"p_source_label":${JSON.stringify(source.label)},"p_row_id":"`,
    );
    this.idPrefix = JSON.stringify(`${source.sourceId}:`).slice(1, -1);
  }

  /**
   * Some accepted events of a page as NDJSON, each line ending in a newline; valid until the next call.
   * @param events of `page`, written in this order
   */
  lines(page: Page, events: readonly AcceptedEvent[]): Buffer {
    const endings = events.map((event) => this.ending(event));
    const out = this.memory.take(this.capacityFor(page, events, endings));
    let at = 0;
    for (const [place, { index, event }] of events.entries()) {
      at += copyOpenObject(page, index, out, at);
      at += this.beforeTime.copy(out, at);
      at += out.write(this.times.format(event.timestamp), at, 'latin1');
      at += this.afterTime.copy(out, at);
      at += out.write(endings[place] ?? '', at);
    }
    return out.subarray(0, at);
  }

  private capacityFor(page: Page, events: readonly AcceptedEvent[], endings: readonly string[]): number {
    const same = this.beforeTime.length + EVENT_TIME_LENGTH + this.afterTime.length;
    const own = events.reduce((sum, { index }) => sum + spanLength(page, index), 0);
    const units = endings.reduce((sum, ending) => sum + ending.length, 0);
    return own + events.length * same + units * MAX_BYTES_PER_UNIT;
  }

  /** The rest of `p_row_id`, the lists, the edition, the closing brace, the newline. */
  private ending({ event, edition }: AcceptedEvent): string {
    const { emails, usernames, ipAddresses, domainNames } = this.indicators.find(event);
    const changes = this.changes.find(event);
    return (
      `${this.idPrefix}${escapeJson(event._id)}"` +
      jsonList('p_any_emails', emails) +
      jsonList('p_any_usernames', usernames) +
      jsonList('p_any_ip_addresses', ipAddresses) +
      jsonList('p_any_domain_names', domainNames) +
      (changes.length === 0 ? '' : `,"p_changes":${JSON.stringify(changes)}`) +
      (edition === undefined ? '' : `,"p_edition":${edition}`) +
      '}\n'
    );
  }
}

const ADDED_PART_MARK = `,"${ADDED_FIELDS[0].name}":"`;

/**
 * The event's own text in an archived line.
 * Quotes inside strings are escaped, so the last mark is always the collector's, whatever the event contains.
 * @returns undefined if the collector did not write the line
 */
export function ownText(line: string): string | undefined {
  const end = line.lastIndexOf(ADDED_PART_MARK);
  return end === -1 ? undefined : `${line.slice(0, end)}}`;
}

/** One quarantined event as a line, ending in a newline. */
export function quarantineLine(record: QuarantinedRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** The raw part of a quarantined line: text, or base64 if the bytes are not UTF-8. */
export function rawForm(page: Page, index: number): Pick<QuarantinedRecord, 'raw' | 'raw_base64'> {
  const bytes = eventBytes(page, index);
  const value = page.values[index];
  return value instanceof Unreadable && value.isBinary
    ? { raw_base64: bytes.toString('base64') }
    : { raw: bytes.toString('utf8') };
}

function spanLength(page: Page, index: number): number {
  return (page.spans[2 * index + 1] ?? 0) - (page.spans[2 * index] ?? 0);
}

/**
 * Copies an object's bytes without its closing brace. White space before that brace stays. Raw line breaks, which JSON
 * allows only between tokens, become spaces, because a record is one line.
 */
function copyOpenObject(page: Page, index: number, out: Buffer, at: number): number {
  const from = page.spans[2 * index] ?? 0;
  const length = page.body.copy(out, at, from, (page.spans[2 * index + 1] ?? from) - 1);
  if (page.hasLineBreaks) {
    for (let i = at; i < at + length; i++)
      if (out[i] === NEWLINE || out[i] === CARRIAGE_RETURN) out[i] = SPACE;
  }
  return length;
}

function jsonList(name: string, values: readonly string[]): string {
  if (values.length === 0) return '';
  let text = `,"${name}":["${escapeJson(values[0] ?? '')}"`;
  for (let i = 1; i < values.length; i++) text += `,"${escapeJson(values[i] ?? '')}"`;
  return `${text}]`;
}

/** Nothing that JSON must escape, and nothing that UTF-8 cannot hold (lone surrogates). */
const NEEDS_NO_ESCAPE = /^[ !#-[\]-\u007e]*$/;

function escapeJson(text: string): string {
  return NEEDS_NO_ESCAPE.test(text) ? text : JSON.stringify(text).slice(1, -1);
}
