const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
/** More fields than any event has; their numbers fit into a byte. */
const MAX_LEADS = 256;
/** Leads that are tried before a new one is looked for. */
const MAX_GUESSES = 8;
/** Bytes are compared four at a time. */
const WORD_BYTES = 4;

/** What stands before a value of an object: a brace or a comma, the name and a colon, such as `,"user":`. */
export interface Lead<Meaning> {
  /** In bytes; five at least. */
  readonly length: number;
  /** Its bytes, four at a time. */
  readonly words: readonly number[];
  /** Its last four bytes. */
  readonly lastWord: number;
  readonly number: number;
  readonly name: string;
  readonly meaning: Meaning;
  /** Leads that have followed it. */
  readonly followers: Lead<Meaning>[];
}

/**
 * The leads that were seen, each with a number. Events have their fields in a few orders, so a lead is guessed from the one
 * before it, and to compare its bytes is all that reading it takes. A body comes with a view of it, which reads four bytes at
 * a time.
 */
export class LeadTable<Meaning> {
  private readonly leads = new Map<string, Lead<Meaning>>();
  private readonly firstLeads: Lead<Meaning>[] = [];

  /** @param meaningOf what the name of a field means to the reader */
  constructor(private readonly meaningOf: (name: string) => Meaning) {}

  /** The lead with which an object begins. @returns undefined if there is none, or its name has to be parsed */
  first(body: Buffer, view: DataView, at: number): Lead<Meaning> | undefined {
    return this.guessed(this.firstLeads, view, at) ?? this.found(this.firstLeads, body, at, OPEN_BRACE);
  }

  /** The lead that follows the value behind another lead. @returns undefined if there is none, or its name has to be parsed */
  after({ followers }: Lead<Meaning>, body: Buffer, view: DataView, at: number): Lead<Meaning> | undefined {
    return this.guessed(followers, view, at) ?? this.found(followers, body, at, COMMA);
  }

  private guessed(guesses: readonly Lead<Meaning>[], view: DataView, at: number): Lead<Meaning> | undefined {
    for (const guess of guesses) if (isAt(view, at, guess)) return guess;
    return undefined;
  }

  private found(
    guesses: Lead<Meaning>[],
    body: Buffer,
    at: number,
    separator: number,
  ): Lead<Meaning> | undefined {
    const lead = this.read(body, at, separator);
    if (lead !== undefined && guesses.length < MAX_GUESSES) guesses.push(lead);
    return lead;
  }

  private read(body: Buffer, from: number, separator: number): Lead<Meaning> | undefined {
    let at = skipSpaces(body, from);
    if (body[at] !== separator) return undefined;
    at = skipSpaces(body, at + 1);
    if (body[at] !== QUOTE) return undefined;
    const nameFrom = at + 1;
    const nameTo = body.indexOf(QUOTE, nameFrom);
    // With an escape in it, a name may be written as another one.
    if (nameTo === -1 || body.subarray(nameFrom, nameTo).includes(BACKSLASH)) return undefined;
    at = skipSpaces(body, nameTo + 1);
    if (body[at] !== COLON) return undefined;
    at = skipSpaces(body, at + 1);
    return this.leadOf(body.subarray(from, at), body.toString('utf8', nameFrom, nameTo));
  }

  private leadOf(bytes: Buffer, name: string): Lead<Meaning> | undefined {
    const text = bytes.toString('latin1');
    const known = this.leads.get(text);
    if (known !== undefined || this.leads.size === MAX_LEADS) return known;
    const lead: Lead<Meaning> = {
      length: bytes.length,
      words: Array.from({ length: Math.floor(bytes.length / WORD_BYTES) }, (_, place) =>
        bytes.readInt32LE(WORD_BYTES * place),
      ),
      lastWord: bytes.readInt32LE(bytes.length - WORD_BYTES),
      number: this.leads.size,
      name,
      meaning: this.meaningOf(name),
      followers: [],
    };
    this.leads.set(text, lead);
    return lead;
  }
}

function skipSpaces(body: Buffer, from: number): number {
  let at = from;
  while (body[at] === SPACE) at++;
  return at;
}

function isAt(view: DataView, from: number, { length, words, lastWord }: Lead<unknown>): boolean {
  if (from + length > view.byteLength) return false;
  for (let i = 0; i < words.length; i++)
    if (view.getInt32(from + WORD_BYTES * i, true) !== words[i]) return false;
  return view.getInt32(from + length - WORD_BYTES, true) === lastWord;
}
