import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';

const gunzipAsync = promisify(gunzip);

/** What is no larger, such as a page without events, unpacks in less time than a round trip to the thread pool takes. */
const SMALL_BYTES = 1 << 12;
/** Each chunk is a round trip to the thread pool; a full page has about 4 MB. */
const CHUNK_BYTES = 1 << 20;
/** Smallest chunk zlib accepts. */
const MIN_CHUNK_BYTES = 64;

/** The result of decompressing gzip. */
export type Unpacked =
  | { readonly kind: 'decoded'; readonly body: Buffer }
  /** The stream ends too early. */
  | { readonly kind: 'cut'; readonly reason: string }
  /** Invalid data, or more than the limit. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * Decompresses gzip up to a limit. A decompression bomb yields at most one chunk of 1 MiB more.
 * @param what begins the reason, such as `the body`
 */
export async function unpack(packed: Uint8Array, maxBytes: number, what: string): Promise<Unpacked> {
  const gzip = `${what} of ${packed.length} bytes`;
  try {
    if (packed.length <= SMALL_BYTES)
      return { kind: 'decoded', body: gunzipSync(packed, { maxOutputLength: maxBytes }) };
    const chunkSize = Math.min(CHUNK_BYTES, Math.max(MIN_CHUNK_BYTES, maxBytes));
    return { kind: 'decoded', body: await gunzipAsync(packed, { chunkSize, maxOutputLength: maxBytes }) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') return { kind: 'cut', reason: `${gzip} is cut: ${message}` };
    if (code === 'ERR_BUFFER_TOO_LARGE')
      return { kind: 'unreadable', reason: `${gzip} unpacks to more than ${maxBytes} bytes` };
    return { kind: 'unreadable', reason: `${gzip} cannot be unpacked: ${message}` };
  }
}

/** Of a few kilobytes: decompressing them costs less than a round trip to the thread pool. @throws Error if it is no JSON */
export function unpackedJson(packed: Uint8Array): unknown {
  return JSON.parse(gunzipSync(packed).toString('utf8'));
}
