import type { Readable } from 'node:stream';

/** Receiving an answer stops here. A documented page of 10,000 events has about 5 MB. */
export const MAX_RECEIVED_BYTES = 64 * 2 ** 20;

/** A larger body is copied into its place at once: chunks that are joined at the end take its memory twice. */
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

/** Reads a body to its end, or until the signal. */
export async function readBody(stream: Readable, signal: AbortSignal): Promise<ReceivedBody> {
  const abort = (): void => void stream.destroy(new Error('the body did not end in time'));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  const received = new ReceivedBytes();
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      received.add(chunk);
      if (received.length > MAX_RECEIVED_BYTES) return { bytes: received.bytes, isTooLong: true };
    }
    return { bytes: received.bytes, isTooLong: false };
  } catch (error) {
    return { bytes: received.bytes, cutBy: (error as Error).message, isTooLong: false };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Keeps the first `MAX_RECEIVED_BYTES` of what is added. */
class ReceivedBytes {
  /** Of all that was added. */
  length = 0;
  private chunks: Buffer[] = [];
  /** Reserved for the largest body; the system gives memory only to what is written. */
  private large: Buffer | undefined;

  add(chunk: Buffer): void {
    if (this.large === undefined && this.length + chunk.length > LARGE_BYTES) {
      this.large = Buffer.allocUnsafeSlow(MAX_RECEIVED_BYTES);
      Buffer.concat(this.chunks).copy(this.large);
      this.chunks = [];
    }
    if (this.large === undefined) this.chunks.push(chunk);
    else chunk.copy(this.large, this.length);
    this.length += chunk.length;
  }

  get bytes(): Buffer {
    return this.large?.subarray(0, this.length) ?? Buffer.concat(this.chunks);
  }
}
