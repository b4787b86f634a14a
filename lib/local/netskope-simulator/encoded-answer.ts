import { promisify } from 'node:util';
import { constants, gzip, gzipSync } from 'node:zlib';
import type { Answer } from './answer';

const gzipBytes = promisify(gzip);

/** A 200 with the body as it is. */
export function plainAnswer(body: Buffer, contentType = 'application/json'): Answer {
  return { kind: 'answer', status: 200, headers: { 'content-type': contentType }, body };
}

/** A 200 with the body in gzip. @param contentEncoding the exact value of the header */
export async function gzipAnswer(
  body: Buffer,
  contentType?: string,
  contentEncoding = 'gzip',
): Promise<Answer> {
  // Fastest level: on one machine the simulator takes its time from the collector it is measured with.
  const zipped = await gzipBytes(body, { level: constants.Z_BEST_SPEED });
  const plain = plainAnswer(zipped, contentType);
  return { ...plain, headers: { ...plain.headers, 'content-encoding': contentEncoding } };
}

/** A 200 with some 70 kB of gzip that unpack to 65 MiB of spaces and then the body. */
export async function gzipBombAnswer(body: Buffer): Promise<Answer> {
  const answer = await gzipAnswer(body);
  spaces ??= spacesAsGzip();
  return { ...answer, body: Buffer.concat([spaces, answer.body ?? Buffer.alloc(0)]) };
}

let spaces: Buffer | undefined;

/** A gzip stream may have many members (RFC 1952): one is packed, and repeated. */
function spacesAsGzip(): Buffer {
  const member = gzipSync(Buffer.alloc(1024 * 1024, ' '));
  return Buffer.concat(Array.from({ length: 65 }, () => member));
}
