import { createGunzip, gunzipSync } from 'node:zlib';
import { ByteBuilder } from './byte-builder';

/** What is no larger, such as a page without events, unpacks in less time than a round trip to the thread pool takes. */
const SMALL_BYTES = 1 << 12;
/** Each chunk is a round trip to the thread pool; a full page has about 4 MB. */
const CHUNK_BYTES = 1 << 18;

/** The result of decompressing gzip. */
export type Unpacked =
  | { readonly kind: 'decoded'; readonly body: Buffer }
  /** The stream ends too early. */
  | { readonly kind: 'cut'; readonly reason: string }
  /** Invalid data, or more than the limit. */
  | { readonly kind: 'unreadable'; readonly reason: string };

interface UnpackOptions {
  /** Limit on what comes out. Of a decompression bomb, one or two chunks more are made. */
  readonly maxBytes: number;
  /** Begins the reason, for example `the body`. */
  readonly what: string;
  /** For the body, which is valid until it is used again. @default - memory of its own */
  readonly memory?: ByteBuilder;
}

/** Decompresses gzip up to a limit. */
export async function unpack(
  packed: Uint8Array,
  { maxBytes, what, memory = new ByteBuilder() }: UnpackOptions,
): Promise<Unpacked> {
  const gzip = `${what} of ${packed.length} bytes`;
  const tooLong: Unpacked = { kind: 'unreadable', reason: `${gzip} unpacks to more than ${maxBytes} bytes` };
  try {
    if (packed.length <= SMALL_BYTES)
      return { kind: 'decoded', body: gunzipSync(packed, { maxOutputLength: maxBytes }) };
    memory.clear();
    const chunks = createGunzip({ chunkSize: CHUNK_BYTES });
    chunks.end(packed);
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      if (memory.length + chunk.length > maxBytes) return tooLong;
      memory.take(chunk);
    }
    return { kind: 'decoded', body: memory.bytes };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') return { kind: 'cut', reason: `${gzip} is cut: ${message}` };
    if (code === 'ERR_BUFFER_TOO_LARGE') return tooLong;
    return { kind: 'unreadable', reason: `${gzip} cannot be unpacked: ${message}` };
  }
}

/** Of a few kilobytes: decompressing them costs less than a round trip to the thread pool. @throws Error if it is no JSON */
export function unpackedJson(packed: Uint8Array): unknown {
  return JSON.parse(gunzipSync(packed).toString('utf8'));
}
