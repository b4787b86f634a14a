import { createHash } from 'node:crypto';
import type { AwsCall } from '../wire/aws-call';
import { AwsError, notImplemented } from '../wire/aws-call';
import { CHECKSUM_ALGORITHMS, CHECKSUM_HEADERS, checksumOf } from './checksums';
import type { ObjectAttributes } from './object-files';

/** The unframed bytes of an object, with the checksum that the client sent, if any. */
interface VerifiedPayload {
  readonly body: Buffer;
  readonly checksum?: ObjectAttributes['checksum'];
}

interface ReceivedPayload {
  readonly body: Buffer;
  /** Request headers and trailers; a trailer never replaces a header. */
  readonly fields: Readonly<Record<string, string>>;
}

const STREAMED = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/**
 * Removes the framing from the payload of a PutObject call and verifies every digest and length it was sent with.
 * @throws AwsError with S3's own codes (Amazon S3 API reference, "Error responses") if anything disagrees.
 */
export function verifyPayload(call: AwsCall): VerifiedPayload {
  const payload = call.headers['x-amz-content-sha256'] === STREAMED ? chunked(call) : plain(call);
  verifyMd5(payload);
  return { body: payload.body, ...verifyChecksum(payload) };
}

function plain({ headers, body }: AwsCall): ReceivedPayload {
  const declared = headers['x-amz-content-sha256'];
  if (declared === undefined) {
    throw invalidRequest('Missing required header for this request: x-amz-content-sha256');
  }
  if (headers['content-length'] === undefined) {
    throw new AwsError(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  for (const name of ['x-amz-trailer', 'x-amz-decoded-content-length']) {
    if (name in headers) throw notImplemented(`the header '${name}' without ${STREAMED}`);
  }
  if (contentEncodings(headers).includes('aws-chunked')) {
    throw notImplemented(`aws-chunked content without ${STREAMED}`);
  }
  if (declared !== 'UNSIGNED-PAYLOAD') verifySha256(declared, body);
  return { body, fields: headers };
}

function chunked({ headers, body: framed }: AwsCall): ReceivedPayload {
  if (!contentEncodings(headers).includes('aws-chunked')) {
    throw invalidRequest(`Received ${STREAMED}, expected Content-Encoding to contain aws-chunked.`);
  }
  const { body, trailers } = decodeAwsChunked(framed);
  const declared = headers['x-amz-decoded-content-length'];
  if (declared !== String(body.length)) {
    throw new AwsError(
      400,
      'IncompleteBody',
      `Received ${body.length} bytes, expected x-amz-decoded-content-length: ${declared ?? 'none given'}.`,
    );
  }
  const expected = headers['x-amz-trailer']?.toLowerCase() ?? '';
  const received = Object.keys(trailers).join(',');
  if (received !== expected) {
    throw new AwsError(
      400,
      'MalformedTrailerError',
      `Received the trailers '${received}', expected '${expected}'.`,
    );
  }
  return { body, fields: { ...trailers, ...headers } };
}

/** Content encodings in the order they were applied; `aws-chunked` is framing, not a property of the object. */
export function contentEncodings(headers: Readonly<Record<string, string>>): string[] {
  const encodings = headers['content-encoding']?.split(',') ?? [];
  return encodings.map((encoding) => encoding.trim()).filter((encoding) => encoding !== '');
}

function verifySha256(declared: string, body: Buffer): void {
  if (!/^[0-9a-f]{64}$/.test(declared)) throw notImplemented(`x-amz-content-sha256: ${declared}`);
  if (createHash('sha256').update(body).digest('hex') !== declared) {
    throw new AwsError(
      400,
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
}

function verifyMd5({ body, fields }: ReceivedPayload): void {
  const declared = fields['content-md5'];
  if (declared === undefined) return;
  if (!/^[A-Za-z0-9+/]{22}==$/.test(declared)) {
    throw new AwsError(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.');
  }
  if (createHash('md5').update(body).digest('base64') !== declared) {
    throw new AwsError(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
}

function verifyChecksum({ body, fields }: ReceivedPayload): Pick<VerifiedPayload, 'checksum'> {
  const sent = CHECKSUM_ALGORITHMS.filter((algorithm) => CHECKSUM_HEADERS[algorithm] in fields);
  const [algorithm] = sent;
  if (sent.length > 1) {
    throw invalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const announced = fields['x-amz-sdk-checksum-algorithm'];
  if (announced !== undefined && announced.toUpperCase() !== algorithm) {
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  if (algorithm === undefined) return {};
  const value = fields[CHECKSUM_HEADERS[algorithm]] ?? '';
  if (checksumOf(algorithm, body) !== value) {
    throw new AwsError(
      400,
      'BadDigest',
      `The ${algorithm} you specified did not match the calculated checksum.`,
    );
  }
  return { checksum: { algorithm, value } };
}

function invalidRequest(message: string): AwsError {
  return new AwsError(400, 'InvalidRequest', message);
}

/** A decoded aws-chunked payload: the object's bytes, and the trailers by lower-case name. */
interface ChunkedPayload {
  readonly body: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
}

const CRLF = '\r\n';

/**
 * Removes the aws-chunked framing from an unsigned payload: `hexlen CRLF bytes CRLF`, repeated, a chunk of length 0,
 * then the trailers (Amazon S3 API reference, "Signature calculations for trailing headers").
 * @throws AwsError IncompleteBody if the framing is cut off or malformed; MalformedTrailerError for a trailer.
 */
function decodeAwsChunked(framed: Buffer): ChunkedPayload {
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
