/** UTF-8 takes at most three bytes for one UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3;
const SMALLEST_CAPACITY = 1 << 16;

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
    this.used = 0;
  }

  /** As UTF-8. */
  addText(text: string): void {
    if (text === '') return;
    this.makeRoomFor(text.length * MAX_BYTES_PER_UNIT);
    this.used += this.buffer.write(text, this.used);
  }

  addByte(byte: number): void {
    this.makeRoomFor(1);
    this.buffer[this.used++] = byte;
  }

  /** @param to exclusive */
  addBytes(bytes: Buffer, from = 0, to = bytes.length): void {
    this.makeRoomFor(to - from);
    this.used += bytes.copy(this.buffer, this.used, from, to);
  }

  private makeRoomFor(length: number): void {
    const needed = this.used + length;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(SMALLEST_CAPACITY, needed, 2 * this.buffer.length));
    this.buffer.copy(larger, 0, 0, this.used);
    this.buffer = larger;
  }
}
