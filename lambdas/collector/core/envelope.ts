import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import schema from '../../contract/netskope-audit.schema.json';
import { splitResult } from './result-splitter';
import { shown } from './shown';

/** An element of `result` that is not JSON or not UTF-8. It takes the place of the value it should have been. */
export class Unreadable {
  /** @param isBinary whether the bytes are not UTF-8, so that no text can hold them */
  constructor(
    readonly reason: string,
    readonly isBinary = false,
  ) {}
}

/** One page as Netskope sent it: the bytes, where each event lies in them, and what each event says. */
export interface Page {
  /** The decoded body. */
  readonly body: Buffer;
  /** SHA-256 of the body as it was transferred, hex. */
  readonly sha256: string;
  /** Byte offsets into `body`, two for each event: where it begins and where it ends (exclusive). */
  readonly spans: readonly number[];
  /**
   * The events, parsed: for judging only. Integers above 2^53 are rounded here, which is why only `body` is ever stored.
   */
  readonly values: readonly unknown[];
  /** Whether a raw line break occurs between the tokens of the body. */
  readonly hasLineBreaks: boolean;
  /** `timestamp_hwm`: unix seconds up to which Netskope has delivered; absent in some answers. */
  readonly watermarkS?: number;
  /** `wait_time`: seconds to leave before the next call; absent in some answers. */
  readonly waitS?: number;
}

/** What the body of a 200 turned out to be. */
export type Envelope =
  | { readonly kind: 'page'; readonly page: Page }
  /** Cut, empty, not JSON, or not the documented envelope; `reason` says which. */
  | { readonly kind: 'undecodable'; readonly reason: string }
  /** `ok` is not 1: an error in the clothes of a 200; `reason` is Netskope's own text. */
  | { readonly kind: 'not-ok'; readonly reason: string };

/**
 * Reads the body of a 200: `{"ok":1,"result":[…],"wait_time":5,"timestamp_hwm":1708955663}`, the last two optional and
 * other keys tolerated (Netskope's iterator documentation, Nov 2022, and published captures).
 * A single event that is not JSON or not UTF-8 is a value of the page; only a broken envelope is `undecodable`.
 * @param sha256 of the body as it was transferred, hex
 */
export function readEnvelope(body: Buffer, sha256: string): Envelope {
  if (body.length === 0) return { kind: 'undecodable', reason: 'the body is empty' };
  const whole = parseWhole(body);
  const split = splitResult(body);
  const envelope = whole === undefined ? split && parseAround(body, split.resultSpan) : whole;
  if (envelope === undefined)
    return { kind: 'undecodable', reason: `the body of ${body.length} bytes is not complete JSON` };
  if (!isObject(envelope)) return { kind: 'undecodable', reason: 'the body is JSON but not an object' };
  if (envelope.ok !== 1) return { kind: 'not-ok', reason: describeRefusal(envelope) };
  if (!Array.isArray(envelope.result) || split === undefined) {
    return { kind: 'undecodable', reason: '`result` is not one array' };
  }
  const values = whole === undefined ? parseEach(body, split.spans) : (envelope.result as unknown[]);
  return {
    kind: 'page',
    page: {
      body,
      sha256,
      spans: split.spans,
      values,
      hasLineBreaks: hasLineBreaks(body),
      watermarkS: integerIn(EVENT_TIME_S, envelope.timestamp_hwm),
      waitS: integerIn(WAIT_S, envelope.wait_time),
    },
  };
}

/** Events that were received before, one after the other, as a page. */
export function pageOf(events: readonly Buffer[]): Page {
  const body = Buffer.concat(events);
  let at = 0;
  const spans = events.flatMap(({ length }) => [at, (at += length)]);
  return {
    body,
    sha256: createHash('sha256').update(body).digest('hex'),
    spans,
    values: parseEach(body, spans),
    hasLineBreaks: hasLineBreaks(body),
  };
}

/** The exact bytes of one event, a view into the page. */
export function eventBytes(page: Page, index: number): Buffer {
  return page.body.subarray(page.spans[2 * index], page.spans[2 * index + 1]);
}

/** The exact text of one event that is UTF-8. */
export function eventText(page: Page, index: number): string {
  return page.body.toString('utf8', page.spans[2 * index], page.spans[2 * index + 1]);
}

function hasLineBreaks(body: Buffer): boolean {
  return body.includes('\n') || body.includes('\r');
}

function parseWhole(body: Buffer): unknown {
  if (!isUtf8(body)) return undefined;
  return parseJson(body.toString('utf8'));
}

/** The envelope without its events, for a page in which one of them is broken. */
function parseAround(body: Buffer, [from, to]: readonly [number, number]): unknown {
  return parseJson(`${body.toString('utf8', 0, from)}[]${body.toString('utf8', to)}`);
}

function parseEach(body: Buffer, spans: readonly number[]): unknown[] {
  const values: unknown[] = [];
  for (let i = 0; i < spans.length; i += 2) {
    values.push(parseOne(body.subarray(spans[i], spans[i + 1])));
  }
  return values;
}

function parseOne(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) return new Unreadable('the event is not UTF-8', true);
  const value = parseJson(bytes.toString('utf8'));
  return value === undefined ? new Unreadable('the event is not JSON') : value;
}

/** `undefined` where the text is not JSON: JSON itself has no such value. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Seen: `{"ok":0,"result":"<text>","status":401}`, and texts under `message` or `error`. */
function describeRefusal(envelope: Record<string, unknown>): string {
  const text = [envelope.result, envelope.message, envelope.error].find((value) => typeof value === 'string');
  return `ok is ${shown(envelope.ok)}${text === undefined ? '' : `: ${text}`}`;
}

/** A number beyond reason is worth no more than none: a watermark in milliseconds would send a replay into the future. */
function integerIn(
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
  value: unknown,
): number | undefined {
  const isUsable =
    Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
  return isUsable ? (value as number) : undefined;
}

const EVENT_TIME_S = schema.properties.timestamp;
const WAIT_S = { minimum: 0, maximum: 86_400 };

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
