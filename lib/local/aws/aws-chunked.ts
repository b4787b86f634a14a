import { AwsError } from './aws-error';

/** A decoded aws-chunked payload: the object's bytes, and the trailers by lower-case name. */
export interface ChunkedPayload {
  readonly body: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
}

const CRLF = '\r\n';

/**
 * Takes the aws-chunked framing off an unsigned payload: `hexlen CRLF bytes CRLF`, repeated, a chunk of length 0, then
 * the trailers (Amazon S3 API reference, "Signature calculations for trailing headers").
 * @throws AwsError IncompleteBody when the framing breaks off or is not well formed; MalformedTrailerError for a trailer.
 */
export function decodeAwsChunked(framed: Buffer): ChunkedPayload {
  const chunks: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const lineEnd = framed.indexOf(CRLF, offset);
    const lengthLine = lineEnd < 0 ? '' : framed.toString('latin1', offset, lineEnd);
    if (!/^[0-9a-f]{1,8}$/i.test(lengthLine)) {
      throw incompleteBody(`no chunk length in hexadecimal at byte ${offset}`);
    }
    const sizeBytes = Number.parseInt(lengthLine, 16);
    const start = lineEnd + CRLF.length;
    if (sizeBytes === 0) {
      return { body: Buffer.concat(chunks), trailers: readTrailers(framed.toString('latin1', start)) };
    }
    const end = start + sizeBytes;
    if (framed.toString('latin1', end, end + CRLF.length) !== CRLF) {
      throw incompleteBody(`the chunk of ${sizeBytes} bytes at byte ${start} does not end with CRLF`);
    }
    chunks.push(framed.subarray(start, end));
    offset = end + CRLF.length;
  }
}

function readTrailers(text: string): Record<string, string> {
  if (text !== CRLF && !text.endsWith(CRLF + CRLF)) {
    throw incompleteBody('the payload does not end with an empty line');
  }
  const trailers: Record<string, string> = {};
  for (const line of text.split(CRLF).filter((part) => part !== '')) {
    const [, name, value] = /^([a-z0-9-]+):\s*(\S+)\s*$/i.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw new AwsError(
        400,
        'MalformedTrailerError',
        `The request contained trailing data that was not well-formed: received ${line.length} characters, expected 'name:value'.`,
      );
    }
    trailers[name.toLowerCase()] = value;
  }
  return trailers;
}

function incompleteBody(reason: string): AwsError {
  return new AwsError(400, 'IncompleteBody', `The aws-chunked payload is broken: ${reason}.`);
}
