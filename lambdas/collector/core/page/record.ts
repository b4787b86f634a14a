import type { Source } from '../../../contract/deployment/collector-event';
import type { Feed } from '../../../contract/feed/feed';
import type { QuarantinedRecord } from '../../../contract/storage/event-record';
import { ADDED_FIELDS, athenaTimestamp } from '../../../contract/storage/event-record';
import { ByteBuilder } from '../../../shared/byte-builder';
import { escapeJson } from './content-fields';
import type { Page } from './envelope';
import { eventBytes } from './envelope';
import { EventTimeFormat } from './event-time';
import type { AcceptedEvent, RejectedEvent } from './read-event';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const CLOSE_BRACE = 0x7d;

/**
 * Writes records of one page: the event's own bytes, then the added fields. It runs for every event, so what is the same in
 * all records is encoded once and copied, with the event time written into it.
 */
export class RecordWriter {
  /** The added fields up to the row id's own part. */
  private readonly added: Buffer;
  private readonly timeAt: number;
  /** The event time that stands in `added`, unix seconds. */
  private timestampS = 0;
  private readonly times = new EventTimeFormat();

  /** @param validatedAtMs when this run validated the page */
  constructor(
    feed: Feed,
    source: Pick<Source, 'sourceId' | 'label'>,
    validatedAtMs: number,
    private readonly out = new ByteBuilder(),
  ) {
    const beforeTime = `${ADDED_PART_MARK}${feed.logType}","p_event_time":"`;
    const time = this.times.format(this.timestampS);
    const idPrefix = JSON.stringify(`${source.sourceId}:`).slice(0, -1);
    this.added = Buffer.from(
      `${beforeTime}${time}","p_parse_time":"${athenaTimestamp(validatedAtMs)}"` +
        `,"p_source_id":${JSON.stringify(source.sourceId)},"p_source_label":${JSON.stringify(source.label)},"p_row_id":${idPrefix}`,
    );
    this.timeAt = Buffer.byteLength(beforeTime);
  }

  /**
   * Some accepted events of a page as NDJSON, each line ending in a newline; valid until the next call.
   * @param events of `page`, written in this order
   */
  lines(page: Page, events: readonly AcceptedEvent[]): Buffer {
    const { out } = this;
    out.clear();
    for (const { index, id, timestampS, contentFrom, contentTo, edition } of events) {
      addOpenObject(out, page, index);
      out.addBytes(this.addedFields(timestampS));
      out.addText(escapeJson(id));
      out.addByte(QUOTE);
      out.addBytes(page.content, contentFrom, contentTo);
      if (edition !== undefined) out.addText(`,"p_edition":${edition}`);
      out.addByte(CLOSE_BRACE);
      out.addByte(NEWLINE);
    }
    return out.bytes;
  }

  private addedFields(timestampS: number): Buffer {
    if (timestampS === this.timestampS) return this.added;
    this.timestampS = timestampS;
    this.added.write(this.times.format(timestampS), this.timeAt, 'latin1');
    return this.added;
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
export function rawForm(
  page: Page,
  { index, unreadable }: Pick<RejectedEvent, 'index' | 'unreadable'>,
): Pick<QuarantinedRecord, 'raw' | 'raw_base64'> {
  const bytes = eventBytes(page, index);
  return unreadable?.isBinary === true
    ? { raw_base64: bytes.toString('base64') }
    : { raw: bytes.toString('utf8') };
}

/**
 * Adds an object's bytes without its closing brace. White space before that brace stays. Raw line breaks, which JSON
 * allows only between tokens, become spaces, because a record is one line.
 */
function addOpenObject(out: ByteBuilder, page: Page, index: number): void {
  const from = page.spans[2 * index] ?? 0;
  const to = (page.spans[2 * index + 1] ?? from) - 1;
  if (page.hasLineBreaks) out.addBytes(withSpaces(page.body.subarray(from, to)));
  else out.addBytes(page.body, from, to);
}

function withSpaces(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => (byte === NEWLINE || byte === CARRIAGE_RETURN ? SPACE : byte)));
}
