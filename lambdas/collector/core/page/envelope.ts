import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Feed } from '../../../contract/feed/feed';
import { EVENT_TIME_S } from '../../../contract/feed/feed';
import { parsedJson } from '../../../shared/json-text';
import { PageMemory } from './page-memory';
import type { ReadEvent } from './read-event';
import { EventReader } from './read-event';
import { splitResult } from './result-splitter';
import { shown } from './shown';

/** One page as Netskope sent it: the bytes, the position of each event in them, and what was read in each event. */
export interface Page {
  /** The decoded body. */
  readonly body: Buffer;
  /** SHA-256 of the body as transferred, hex; of `body` in a page from `pageOf`. */
  readonly sha256: string;
  /** Byte offsets into `body`, two per event: its start and its end (exclusive). */
  readonly spans: readonly number[];
  /** One per event, in the order of the page. */
  readonly events: readonly ReadEvent[];
  /** Fields that the records of accepted events add because of what these say; UTF-8. */
  readonly content: Buffer;
  /** Whether a raw line break occurs between the tokens of the body. */
  readonly hasLineBreaks: boolean;
  /** Whether an event is not JSON or not UTF-8. The page may have been damaged in transfer and be intact when requested again. */
  readonly isGarbled: boolean;
  /** `timestamp_hwm`: unix seconds up to which Netskope has delivered; absent in some answers. */
  readonly rawWatermarkS?: number;
  /** `wait_time`: seconds to wait before the next call; absent in some answers. */
  readonly waitS?: number;
}

/** The result of reading the body of a 200. */
export type Envelope =
  | { readonly kind: 'page'; readonly page: Page }
  /** Cut, empty, not JSON, or not the documented envelope; `reason` says which. */
  | { readonly kind: 'undecodable'; readonly reason: string }
  /** `ok` is 0 and `status` is 401 or 403: the token is refused; `reason` holds Netskope's own text. */
  | { readonly kind: 'refused'; readonly status: 401 | 403; readonly reason: string }
  /** `ok` is neither 1 nor true: another error in a 200; `reason` holds Netskope's own text. */
  | { readonly kind: 'not-ok'; readonly reason: string };

/**
 * Reads the body of a 200: `{"ok":1,"result":[…],"wait_time":5,"timestamp_hwm":1708955663}`. The last two are optional,
 * other keys are ignored (Netskope's iterator documentation, Nov 2022, and published captures). `"ok":true` is
 * `"ok":1`, `"result":null` is an empty page, and a leading byte order mark is skipped.
 * An event that is not JSON or not UTF-8 is rejected; only a broken envelope is `undecodable`.
 * @param feed what the events are validated against
 * @param received the decoded body
 * @param sha256 of the body as transferred, hex
 * @param memory of the feed; the page is valid until it is used for the next one
 */
export function readEnvelope(
  feed: Feed,
  received: Buffer,
  sha256: string,
  memory = new PageMemory(feed.schema),
): Envelope {
  const body = withoutByteOrderMark(received);
  if (body.length === 0) return { kind: 'undecodable', reason: 'the body is empty' };
  const reader = new EventReader(feed, memory, body);
  const split = splitResult(body, (from) => reader.readElement(from));
  const envelope = split === undefined ? parseWhole(body) : parseAround(body, split.resultSpan);
  if (envelope === undefined)
    return { kind: 'undecodable', reason: `the body of ${received.length} bytes is not complete JSON` };
  if (!isObject(envelope)) return { kind: 'undecodable', reason: 'the body is JSON but not an object' };
  if (envelope.ok !== 1 && envelope.ok !== true) return readError(envelope);
  if (split === undefined) return { kind: 'undecodable', reason: '`result` is not one array' };
  const { events, content, isGarbled } = reader;
  if (isGarbled && events.some((event) => isTorn(event, body, split.spans)))
    return { kind: 'undecodable', reason: 'the events in `result` cannot be told apart: quotes do not pair' };
  return {
    kind: 'page',
    page: {
      body,
      sha256,
      spans: split.spans,
      events,
      content,
      isGarbled,
      hasLineBreaks: hasLineBreaks(body),
      rawWatermarkS: integerIn(EVENT_TIME_S, envelope.timestamp_hwm),
      waitS: integerIn(WAIT_S, envelope.wait_time),
    },
  };
}

/** A page made of events that were received before. */
export function pageOf(feed: Feed, received: readonly Buffer[]): Page {
  const body = Buffer.concat(received);
  const reader = new EventReader(feed, new PageMemory(feed.schema), body);
  const spans: number[] = [];
  let at = 0;
  for (const { length } of received) {
    spans.push(at, at + length);
    reader.parse(at, (at += length));
  }
  const { events, content, isGarbled } = reader;
  const sha256 = createHash('sha256').update(body).digest('hex');
  return { body, sha256, spans, events, content, isGarbled, hasLineBreaks: hasLineBreaks(body) };
}

/**
 * Says that an unreadable body is not JSON, according to its `Content-Type`.
 * @returns for example `the body is text/html, not JSON`; undefined if the type is JSON or absent
 */
export function otherTypeReason(contentType: string | undefined): string | undefined {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === '' || type.endsWith('/json') || type.endsWith('+json')) return undefined;
  return `the body is ${type.slice(0, SHOWN_TYPE_LENGTH)}, not JSON`;
}

const SHOWN_TYPE_LENGTH = 80;

/** The exact bytes of one event, a view into the page. */
export function eventBytes({ body, spans }: Page, index: number): Buffer {
  return spanOf(body, spans, index);
}

function spanOf(body: Buffer, spans: readonly number[], index: number): Buffer {
  return body.subarray(spans[2 * index], spans[2 * index + 1]);
}

/**
 * Whether an element that is not JSON is a part of an event, or spans several: if two quotes are missing, what
 * separates the events looks like text inside a string.
 */
function isTorn(event: ReadEvent, body: Buffer, spans: readonly number[]): boolean {
  if (event.kind === 'accepted' || event.unreadable === undefined || event.unreadable.isBinary) return false;
  const element = spanOf(body, spans, event.index);
  const isWhole = element.at(0) === OPEN_BRACE && element.at(-1) === CLOSE_BRACE;
  return element.includes('"') && (!isWhole || element.includes('},{'));
}

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** The exact text of one event, which must be UTF-8. */
export function eventText(page: Page, index: number): string {
  return page.body.toString('utf8', page.spans[2 * index], page.spans[2 * index + 1]);
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function withoutByteOrderMark(body: Buffer): Buffer {
  const { length } = BYTE_ORDER_MARK;
  return body.subarray(0, length).equals(BYTE_ORDER_MARK) ? body.subarray(length) : body;
}

function hasLineBreaks(body: Buffer): boolean {
  return body.includes('\n') || body.includes('\r');
}

function parseWhole(body: Buffer): unknown {
  if (!isUtf8(body)) return undefined;
  return parsedJson(body.toString('utf8'));
}

/** The envelope without its events. */
function parseAround(body: Buffer, [from, to]: readonly [number, number]): unknown {
  return parsedJson(`${body.toString('utf8', 0, from)}[]${body.toString('utf8', to)}`);
}

/** Seen: `{"ok":0,"result":"Token has expired","status":401}`, and texts under `message` or `error`. */
function readError(envelope: Record<string, unknown>): Envelope {
  const { ok, status, result, message, error } = envelope;
  const text = [result, message, error].find((value) => typeof value === 'string');
  const ownText = text === undefined ? '' : `: ${text}`;
  if ((ok === 0 || ok === false) && (status === 401 || status === 403))
    return { kind: 'refused', status, reason: `ok is ${shown(ok)}, status is ${status}${ownText}` };
  return { kind: 'not-ok', reason: `ok is ${shown(ok)}${ownText}` };
}

/** Implausible numbers count as absent: a watermark in milliseconds would start a replay in the future. */
function integerIn(
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
  value: unknown,
): number | undefined {
  const isUsable =
    Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
  return isUsable ? (value as number) : undefined;
}

const WAIT_S = { minimum: 0, maximum: 86_400 };

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
