import type { Readable } from 'node:stream';
import type { ByteBuilder } from '../../shared/byte-builder';

/** Receiving an answer stops here. A documented page of 10,000 events has about 5 MB. */
export const MAX_RECEIVED_BYTES = 64 * 2 ** 20;

/** For a larger body, all the memory it may take is reserved: while memory grows, the body takes it twice. */
const LARGE_BYTES = 8 * 2 ** 20;

/** A body as far as it was received. */
export interface ReceivedBody {
  /** At most `MAX_RECEIVED_BYTES`. */
  readonly bytes: Buffer;
  /** Why receiving failed; undefined if it did not. */
  readonly cutBy?: string;
  /** Whether the body has more than `MAX_RECEIVED_BYTES`; the rest is not read. */
  readonly isTooLong: boolean;
}

/**
 * Reads a body to its end, or until the signal.
 * @param memory for the body, which is valid until it is used again
 */
export async function readBody(
  stream: Readable,
  signal: AbortSignal,
  memory: ByteBuilder,
): Promise<ReceivedBody> {
  const abort = (): void => void stream.destroy(new Error('the body did not end in time'));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  memory.clear();
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const rest = MAX_RECEIVED_BYTES - memory.length;
      if (memory.length + chunk.length > LARGE_BYTES) memory.reserve(rest);
      if (chunk.length > rest) {
        memory.addBytes(chunk, 0, rest);
        return { bytes: memory.bytes, isTooLong: true };
      }
      memory.take(chunk);
    }
    return { bytes: memory.bytes, isTooLong: false };
  } catch (error) {
    return { bytes: memory.bytes, cutBy: (error as Error).message, isTooLong: false };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
