const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;

/** Position of the array `result` in a body, and of each of its elements. Byte offsets, ends exclusive. */
export interface ResultSplit {
  readonly resultSpan: readonly [number, number];
  /** Two offsets per element. */
  readonly spans: number[];
}

/**
 * Finds the elements of the top-level array `result` without parsing them, so that each can be stored with its exact
 * bytes. Only brackets, strings and commas matter: an element that is not valid JSON is still found. `"result":null`
 * has no elements, like `"result":[]`.
 * @param endOf is called with the offset of each element, in their order, and returns the offset of the comma or bracket after it
 * @returns undefined if the body is truncated, its brackets do not close, there is not exactly one `result` that is an
 * array or null, or a top-level key is written with escapes
 */
export function splitResult(
  body: Buffer,
  endOf: (from: number) => number = (from) => skipValue(body, from),
): ResultSplit | undefined {
  const end = body.length;
  let at = skipSpace(body, 0);
  if (body[at] !== OPEN_BRACE) return undefined;
  at = skipSpace(body, at + 1);
  let found: ResultSplit | undefined;
  while (at < end && body[at] === QUOTE) {
    const keyEnd = skipString(body, at);
    if (body.subarray(at, keyEnd).includes(BACKSLASH)) return undefined; // may mean `result`, too
    const isResult =
      keyEnd - at === RESULT_KEY.length && body.compare(RESULT_KEY, 0, RESULT_KEY.length, at, keyEnd) === 0;
    at = skipSpace(body, keyEnd);
    if (body[at] !== COLON) return undefined;
    at = skipSpace(body, at + 1);
    if (isResult) {
      if (found !== undefined) return undefined;
      const from = at;
      const spans: number[] = [];
      at = body[at] === OPEN_BRACKET ? splitArray(body, at, { spans, endOf }) : skipNull(body, at);
      found = { resultSpan: [from, at], spans };
    } else {
      at = skipValue(body, at);
    }
    at = skipSpace(body, at);
    if (body[at] === COMMA) at = skipSpace(body, at + 1);
  }
  return body[at] === CLOSE_BRACE && skipSpace(body, at + 1) === end ? found : undefined;
}

const RESULT_KEY = Buffer.from('"result"');

/** @returns the offset after the array's closing bracket, or one past the body's length if it never closes */
function splitArray(
  body: Buffer,
  open: number,
  { spans, endOf }: Pick<ResultSplit, 'spans'> & { readonly endOf: (from: number) => number },
): number {
  let at = skipSpace(body, open + 1);
  if (body[at] === CLOSE_BRACKET) return at + 1;
  while (at < body.length) {
    const to = endOf(at);
    spans.push(at, trimmedEnd(body, to));
    if (body[to] === CLOSE_BRACKET) return to + 1;
    if (body[to] !== COMMA) return body.length + 1;
    at = skipSpace(body, to + 1);
  }
  return body.length + 1;
}

const NULL = Buffer.from('null');

/** @returns the offset after `null`, or one past the body's length if the value is not null */
function skipNull(body: Buffer, from: number): number {
  const to = from + NULL.length;
  return body.subarray(from, to).equals(NULL) ? to : body.length + 1;
}

/** @returns the offset of the comma or closing bracket that ends the value, or the body's length */
export function skipValue(body: Buffer, from: number): number {
  const end = body.length;
  let depth = 0;
  for (let at = from; at < end; at++) {
    const byte = body[at];
    if (byte === QUOTE) {
      at = skipString(body, at) - 1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth++;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 0) return at;
      depth--;
    } else if (byte === COMMA && depth === 0) {
      return at;
    }
  }
  return end;
}

/** @returns the offset after the closing quote of the string that begins at `open`, or the body's length */
function skipString(body: Buffer, open: number): number {
  const end = body.length;
  let at = open + 1;
  while (at < end) {
    const byte = body[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return end;
}

function skipSpace(body: Buffer, from: number): number {
  let at = from;
  while (at < body.length && (body[at] ?? 0) <= SPACE) at++;
  return at;
}

export function trimmedEnd(body: Buffer, to: number): number {
  let at = to;
  while ((body[at - 1] ?? 0xff) <= SPACE) at--;
  return at;
}
