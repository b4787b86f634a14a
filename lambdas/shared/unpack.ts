import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const gunzipAsync = promisify(gunzip);

/** Each chunk is a trip to the thread pool and back; a full page has some 4 MB. */
const CHUNK_BYTES = 1 << 20;
/** Smallest chunk zlib accepts. */
const MIN_CHUNK_BYTES = 64;

/** What became of gzip that was unpacked. */
export type Unpacked =
  | { readonly kind: 'decoded'; readonly body: Buffer }
  /** The stream ends too early. */
  | { readonly kind: 'cut'; readonly reason: string }
  /** Wrong data, or more than the bound. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * Unpacks gzip, within a bound: of a bomb one chunk of 1 MiB more is unpacked, at most.
 * @param what begins the reason, such as `the body`
 */
export async function unpack(packed: Uint8Array, maxBytes: number, what: string): Promise<Unpacked> {
  const gzip = `${what} of ${packed.length} bytes`;
  try {
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
