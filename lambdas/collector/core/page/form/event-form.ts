import type { FeedSchema } from '../../../../contract/feed/feed';
import { EVENT_TIME_S } from '../../../../contract/feed/feed';
import type { Lead } from './lead-table';
import { LeadTable } from './lead-table';
import type { NameInTexts, Varying } from './varying';
import { maySay, varyingOf } from './varying';

/** Stands in a form for a value that was left out. Like the numbers of leads, it is a byte that no JSON text holds. */
const LEFT_OUT = 0x01;
/** The two bytes of a lead's number in a form, each with four of its bits. */
const LEAD = 0x10;

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const LAST_PRINTABLE = 0x7e;
/** A whole number of so many digits is exact as a double. */
const MAX_DIGITS = 15;
/** An event with a longer form is parsed: it hardly comes again. */
const MAX_FORM_BYTES = 1 << 11;
const WORD_BYTES = 4;
/** Odd, and its bits in no order: 2^32 divided by the golden ratio. */
const FACTOR = 0x9e3779b1;

/** By byte, whether it is printable ASCII and no part of what is searched for: e-mail addresses, hosts, JSON in texts. */
const SAYS_NOTHING = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= SPACE && byte <= LAST_PRINTABLE && !'"\\@.:{['.includes(String.fromCharCode(byte)) ? 1 : 0,
);

/**
 * Finds the form of an event: its text without its id, its numbers, and texts that say nothing, such as the id of a
 * request. Whether an event is JSON, whether it is valid, its drift and what its record adds are the same for all events of
 * a form, so that only the first of them has to be parsed. Ajv stays the judge.
 *
 * This is no parser: it walks the bytes once and knows only where a value begins and ends. Where one is left out, any
 * other of its kind would do, so if one text of a form is JSON, all are. What is unusual has no form: escapes, raw line
 * breaks in a value, a field twice, an id or a time in another spelling.
 */
export class FormReader {
  private readonly fields: LeadTable<Varying | undefined>;
  private body: Buffer = Buffer.alloc(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  /** Offset of the next byte in the body. */
  private at = 0;
  private readonly bytes = Buffer.alloc(MAX_FORM_BYTES + WORD_BYTES);
  /** The same, four bytes at a time. Behind the form are zeros. */
  private readonly words = new Int32Array(this.bytes.buffer, this.bytes.byteOffset);
  /** Bytes of the form so far. */
  private length = 0;

  /** What the last event that has a form says, and the offset of its end. */
  id = '';
  timestampS = 0;
  end = 0;

  constructor({ properties }: FeedSchema) {
    this.fields = new LeadTable((name) => varyingOf(name, properties[name]));
  }

  /**
   * Reads the event that begins at an offset of a body.
   * @returns whether it has a form; if not, it has to be parsed
   */
  read(body: Buffer, from: number): boolean {
    if (body !== this.body) {
      this.body = body;
      this.view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    }
    this.at = from;
    this.length = 0;
    this.id = '';
    this.timestampS = 0;
    if (!this.readFields() || this.id === '' || this.timestampS === 0) return false;
    if (this.length > MAX_FORM_BYTES || !endsElement(body[this.at])) return false;
    this.end = this.at;
    for (let at = 0; at < WORD_BYTES; at++) this.bytes[this.length + at] = 0;
    return true;
  }

  /** A copy of the form that was read, four bytes at a time: it only serves to be compared. */
  get form(): Int32Array {
    return this.words.slice(0, Math.ceil(this.length / WORD_BYTES));
  }

  /** Whether the form that was read is this one. */
  hasRead(form: Int32Array): boolean {
    if (form.length !== Math.ceil(this.length / WORD_BYTES)) return false;
    for (let at = 0; at < form.length; at++) if (form[at] !== this.words[at]) return false;
    return true;
  }

  /** A hash of 30 bits of the form that was read. */
  get hash(): number {
    let hash = this.length;
    for (let at = 0; WORD_BYTES * at < this.length; at++) {
      hash = Math.imul(hash ^ (this.words[at] ?? 0), FACTOR);
      hash ^= hash >>> 15;
    }
    return hash >>> 2;
  }

  /** This and what follows move on over what they read, add it to the form, and say whether there is one still. */
  private readFields(): boolean {
    let lead = this.fields.first(this.body, this.view, this.at);
    while (lead !== undefined) {
      this.take(lead);
      if (!(lead.meaning === undefined ? this.copyValue() : this.readVarying(lead.meaning))) return false;
      if (this.body[this.at] === CLOSE_BRACE) {
        this.copyByte(CLOSE_BRACE);
        return true;
      }
      lead = this.fields.after(lead, this.body, this.view, this.at);
    }
    return false;
  }

  private readVarying(varying: Varying): boolean {
    switch (varying.kind) {
      case 'id':
        return this.readId();
      case 'time':
        return this.readTime();
      case 'number':
        return this.leaveOutNumber() !== undefined || this.copyValue();
      case 'texts':
        return this.body[this.at] === OPEN_BRACE ? this.readTexts(varying.names) : this.copyValue();
    }
  }

  private readId(): boolean {
    const from = this.at + 1;
    if (this.id !== '' || this.body[this.at] !== QUOTE) return false;
    let isBlank = true;
    let at = from;
    for (let byte = this.body[at] ?? 0; byte !== QUOTE; byte = this.body[++at] ?? 0) {
      if (byte < SPACE || byte > LAST_PRINTABLE || byte === BACKSLASH) return false;
      isBlank &&= byte === SPACE;
    }
    this.id = this.body.toString('latin1', from, at);
    this.leaveOut(at + 1);
    return !isBlank;
  }

  private readTime(): boolean {
    if (this.timestampS !== 0) return false;
    this.timestampS = this.leaveOutNumber() ?? 0;
    return this.timestampS >= EVENT_TIME_S.minimum && this.timestampS <= EVENT_TIME_S.maximum;
  }

  /** @returns the whole number; undefined if there is another value, or one that needs a parser */
  private leaveOutNumber(): number | undefined {
    const { body } = this;
    let at = this.at;
    let value = 0;
    for (let byte = body[at] ?? 0; byte >= ZERO && byte <= NINE; byte = body[++at] ?? 0)
      value = 10 * value + byte - ZERO;
    const digits = at - this.at;
    const isWhole = body[at] === COMMA || body[at] === CLOSE_BRACE;
    if (!isWhole || digits === 0 || digits > MAX_DIGITS || (digits > 1 && body[this.at] === ZERO))
      return undefined;
    this.leaveOut(at);
    return value;
  }

  /** Of an object, leaves out the texts that are its values, or in a list that is one, as far as they say nothing. */
  private readTexts(names: LeadTable<NameInTexts>): boolean {
    let decided: Map<string, string> | undefined;
    let lead = names.first(this.body, this.view, this.at);
    while (lead !== undefined) {
      this.take(lead);
      const { decides, positions } = lead.meaning;
      const from = this.at;
      const isCopied = decides || positions.some((position) => maySay(position, decided));
      if (!(isCopied ? this.copyValue() : this.readTextOrList())) return false;
      if (decides) {
        if (decided?.has(lead.name) === true) return false;
        (decided ??= new Map()).set(lead.name, this.body.toString('utf8', from, this.at).toLowerCase());
      }
      if (this.body[this.at] === CLOSE_BRACE) {
        this.copyByte(CLOSE_BRACE);
        return true;
      }
      lead = names.after(lead, this.body, this.view, this.at);
    }
    return false;
  }

  private readTextOrList(): boolean {
    if (this.body[this.at] === QUOTE) return this.readText();
    if (this.body[this.at] !== OPEN_BRACKET) return this.copyValue();
    this.copyByte(OPEN_BRACKET);
    while (this.body[this.at] !== CLOSE_BRACKET) {
      if (!(this.body[this.at] === QUOTE ? this.readText() : this.copyValue())) return false;
      if (this.body[this.at] === COMMA) this.copyByte(COMMA);
      else if (this.body[this.at] !== CLOSE_BRACKET) return false;
    }
    this.copyByte(CLOSE_BRACKET);
    return true;
  }

  private readText(): boolean {
    const { body } = this;
    let at = this.at + 1;
    while (SAYS_NOTHING[body[at] ?? 0] === 1) at++;
    if (body[at] !== QUOTE) return this.copyText();
    this.leaveOut(at + 1);
    return true;
  }

  /** Of any kind, as it is. */
  private copyValue(): boolean {
    if (this.body[this.at] === QUOTE) return this.copyText();
    let depth = 0;
    for (;;) {
      const byte = this.body[this.at] ?? 0;
      if (byte === QUOTE) {
        if (!this.copyText()) return false;
        continue;
      }
      if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        if (depth === 0) return true;
        depth--;
      } else if (byte === COMMA && depth === 0) return true;
      else if (byte < SPACE) return false;
      this.copyByte(byte);
    }
  }

  private copyText(): boolean {
    const { body, bytes } = this;
    let { at, length } = this;
    do {
      const byte = body[at++] ?? 0;
      if (byte < SPACE || byte === BACKSLASH) return false;
      bytes[length++] = byte;
    } while (body[at] !== QUOTE);
    bytes[length++] = QUOTE;
    this.at = at + 1;
    this.length = length;
    return true;
  }

  private copyByte(byte: number): void {
    this.bytes[this.length++] = byte;
    this.at++;
  }

  private take({ length, number }: Lead<unknown>): void {
    this.bytes[this.length++] = LEAD | (number >> 4);
    this.bytes[this.length++] = LEAD | (number & 15);
    this.at += length;
  }

  /** @param to offset of what follows */
  private leaveOut(to: number): void {
    this.bytes[this.length++] = LEFT_OUT;
    this.at = to;
  }
}

/** Whether a byte that follows a value shows that it was a whole element of a list. */
function endsElement(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_BRACKET;
}
