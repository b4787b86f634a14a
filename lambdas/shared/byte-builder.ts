/** UTF-8 takes at most three bytes for one UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3;
const SMALLEST_CAPACITY = 1 << 16;
/** A larger buffer is given up when it is cleared: it was needed for an unusual page. */
const MOST_KEPT_BYTES = 1 << 24;

/** Bytes put together piece by piece. Its buffer grows to the largest result and is used again, which saves garbage. */
export class ByteBuilder {
  private buffer = Buffer.alloc(0);
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** All bytes added since `clear`; valid until the next call of another method. */
  get bytes(): Buffer {
    return this.buffer.subarray(0, this.used);
  }

  clear(): void {
    if (this.buffer.length > MOST_KEPT_BYTES) this.buffer = Buffer.alloc(0);
    this.used = 0;
  }

  /** As UTF-8. */
  addText(text: string): void {
    if (text === '') return;
    this.reserve(text.length * MAX_BYTES_PER_UNIT);
    this.used += this.buffer.write(text, this.used);
  }

  addByte(byte: number): void {
    this.reserve(1);
    this.buffer[this.used++] = byte;
  }

  /** @param to exclusive */
  addBytes(bytes: Buffer, from = 0, to = bytes.length): void {
    this.reserve(to - from);
    this.used += bytes.copy(this.buffer, this.used, from, to);
  }

  /**
   * Adds a chunk of a stream, which is empty after that: its memory is freed at once. V8 counts memory outside of its heap,
   * too, and makes full collections of the heap for it. Node.js 20 leaves it to them.
   */
  take(chunk: Buffer): void {
    this.addBytes(chunk);
    const buffer: { readonly byteLength: number; readonly transfer?: (length: number) => unknown } =
      chunk.buffer;
    // What is a part of its buffer may share it with the next chunk.
    if (chunk.byteLength === buffer.byteLength) buffer.transfer?.(0);
  }

  /** Makes room for so many bytes more. */
  reserve(length: number): void {
    const needed = this.used + length;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(SMALLEST_CAPACITY, needed, 2 * this.buffer.length));
    this.buffer.copy(larger, 0, 0, this.used);
    this.buffer = larger;
  }
}
