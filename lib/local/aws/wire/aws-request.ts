import type { IncomingMessage } from 'node:http';
import type { AwsRequest } from './aws-call';
import { AwsError } from './aws-error';

/** Largest payload held in memory. S3 accepts 5 GB in one PutObject (Amazon S3 user guide); objects here are small. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Everything of a request but its payload. The path stays as it was sent: a URL parser would resolve `..` in it. */
export function readRequestHead({
  method = '',
  url = '/',
  headers,
}: IncomingMessage): Omit<AwsRequest, 'body'> {
  const queryStart = url.indexOf('?');
  return {
    method,
    path: queryStart < 0 ? url : url.slice(0, queryStart),
    query: new URLSearchParams(queryStart < 0 ? '' : url.slice(queryStart + 1)),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    ),
  };
}

/**
 * The whole payload. One that is too large is still read to its end: clients read an answer only after sending all.
 * @throws AwsError EntityTooLarge; Error if the client disconnects.
 */
export async function readRequestBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (sizeBytes > MAX_BODY_BYTES) {
    throw new AwsError(
      400,
      'EntityTooLarge',
      `Received a payload of ${sizeBytes} bytes, expected at most ${MAX_BODY_BYTES}.`,
    );
  }
  return Buffer.concat(chunks);
}
