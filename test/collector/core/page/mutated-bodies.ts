import type { Envelope } from '../../../../lambdas/collector/core/page/envelope';
import { readEnvelope } from '../../../../lambdas/collector/core/page/envelope';
import type { KnownForm } from '../../../../lambdas/collector/core/page/form/known-forms';
import { KnownForms } from '../../../../lambdas/collector/core/page/form/known-forms';
import { PageMemory } from '../../../../lambdas/collector/core/page/page-memory';
import { AUDIT_FEED } from '../../../../lambdas/contract/feed/audit';
import { generateAuditEvents } from '../../../../lib/local/netskope-simulator/events/audit-events';
import { mulberry32, pick } from '../../../../lib/local/netskope-simulator/events/random';

/** Events of a body, of how many spellings they are, and of how many simulated events those. */
const EVENTS = 60;
const SPELLINGS = 12;
const ORIGINALS = 4;
/** Of all bodies, those in which bytes are damaged: many of them are no pages any more. */
const DAMAGED_SHARE = 0.2;
const HOUR_S = 1_760_000_400;

type Random = () => number;

/** JSON of texts of which some say something: what they hold, or where they stand. */
const TEXTS = [
  '""',
  '" "',
  '"x"',
  '"user"',
  '"Admin"',
  '"HOSTNAME"',
  '"to\u212aen"',
  '"a@b.example"',
  '"10.1.2.3"',
  '"::1"',
  '"fe80::1"',
  '"host.example"',
  '"C:/x"',
  '"{\\"a\\":\\"b@c.example\\"}"',
  '"[1]"',
  '"{}"',
  '"é"',
  '"\\u0041"',
  '"a\\nb"',
  '"\u0001"',
  '"\u007f"',
  '"\ud800"',
];
const VALUES = [
  'null',
  'true',
  '0',
  '-1',
  '01',
  '1.0',
  '1e3',
  '1708955663',
  '1708955663.5',
  '99999999999',
  '1234567890123456',
  '12345678901234567890',
  '[]',
  '{}',
  '[1,"a@b.example"]',
  '{"data_type":"user","data_values":["x"]}',
  '{"$oid":"65d4f0d20123456789abcdef"}',
  'tru',
  '',
  ...TEXTS,
];
const NAMES = [
  '_id',
  'timestamp',
  'count',
  'user',
  'supporting_data',
  'data_type',
  'data_values',
  'details',
  'p_row_id',
  'new',
  '__proto__',
];
const SPACES = [' ', '  ', '\n', '\t', '\r', '\u0001', '\u00a0'];
const BYTES = ['"', '\\', '{', '}', '[', ']', ',', ':', '1', 'a', '@', '.', '\u0000', 'é'];

type Mutation = (text: string, random: Random) => string;

const ID = /(?<="_id":)"[^"]*"/g;
const TIME = /(?<="timestamp":)\d+/g;
const NUMBER = /(?<=:)\d+(?=[,}])/g;
const TEXT = /(?<=[:[,])"(?:[^"\\]|\\.)*"(?=[,\]}])/g;
const VALUE = /(?<=":)(?:"(?:[^"\\]|\\.)*"|[\w.+-]+|\[[^[\]]*\]|\{[^{}]*\})/g;

/** In what the events of a form may differ, and a little more. */
const OTHER_VALUES: readonly Mutation[] = [
  (text, random) => replaced(text, random, ID, () => pick([`"${random()}"`, '" "', '"é"'], random)),
  (text, random) => replaced(text, random, TIME, () => String(HOUR_S + Math.floor(random() * HOUR_S * 2))),
  (text, random) => replaced(text, random, NUMBER, () => String(Math.floor(random() * 1e6))),
  (text, random) => replaced(text, random, TEXT, () => pick(TEXTS, random)),
];

/** Other spellings of an event; some no longer are events. */
const SPELLED_OTHERWISE: readonly Mutation[] = [
  (text, random) => replaced(text, random, VALUE, () => pick(VALUES, random)),
  (text, random) => replaced(text, random, /"\w+"(?=:)/g, () => `"${pick(NAMES, random)}"`),
  (text, random) =>
    replaced(
      text,
      random,
      /(?<=")\w(?=\w*":)/g,
      ([letter = '']) => `\\u00${letter.charCodeAt(0).toString(16)}`,
    ),
  (text, random) =>
    replaced(
      text,
      random,
      /[{,](?=")/g,
      ([separator = '']) => `${separator}"${pick(NAMES, random)}":${pick(VALUES, random)},`,
    ),
  (text, random) =>
    replaced(
      text,
      random,
      /"data_type":("[^"]*"),"data_values":(\[[^[\]]*\])/g,
      ([, type = '', values = '']) => `"data_values":${values},"data_type":${type}`,
    ),
  (text, random) =>
    replaced(text, random, /[{}[\],:]/g, ([mark = '']) =>
      random() < 0.5 ? `${mark}${pick(SPACES, random)}` : `${pick(SPACES, random)}${mark}`,
    ),
];

const DAMAGES: readonly Mutation[] = [
  (text, random) => replaced(text, random, /[^]/g, () => ''),
  (text, random) => replaced(text, random, /[^]/g, () => pick(BYTES, random)),
  (text, random) => replaced(text, random, /[^]/g, ([byte = '']) => `${byte}${pick(BYTES, random)}`),
];

/** A text after none to `most` of some mutations. */
function mutated(text: string, random: Random, mutations: readonly Mutation[], most: number): string {
  let changed = text;
  for (let left = Math.floor(random() * (most + 1)); left > 0; left--)
    changed = pick(mutations, random)(changed, random);
  return changed;
}

/** Replaces one of the matches, if there is any. */
function replaced(
  text: string,
  random: Random,
  pattern: RegExp,
  by: (match: RegExpMatchArray) => string,
): string {
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return text;
  const match = pick(matches, random);
  return `${text.slice(0, match.index)}${by(match)}${text.slice(match.index + match[0].length)}`;
}

/** A body whose events resemble each other, many of them spelled in unusual ways or damaged. */
function mutatedBody(seed: number): Buffer {
  const random = mulberry32(seed);
  const span = { count: ORIGINALS, fromEpochS: HOUR_S, toEpochS: HOUR_S + 3600 };
  const originals = generateAuditEvents({ ...span, seed, anomalyShare: 0.3 }).map(({ text }) => text);
  const spellings = Array.from({ length: SPELLINGS }, () =>
    mutated(pick(originals, random), random, SPELLED_OTHERWISE, 2),
  );
  const damages = random() < DAMAGED_SHARE ? 1 : 0;
  const texts = Array.from({ length: EVENTS }, () =>
    mutated(mutated(pick(spellings, random), random, OTHER_VALUES, 2), random, DAMAGES, damages),
  );
  return Buffer.from(`{"ok":1,"result":[${texts.join(',')}]}`);
}

/** Knows no form, so that each event is parsed. */
class NoForms extends KnownForms {
  override find(): undefined {
    return undefined;
  }

  override add(): void {
    // Nothing is remembered.
  }
}

/** Counts the events that were not parsed. */
export class CountedForms extends KnownForms {
  unparsed = 0;

  override find(body: Buffer, from: number): KnownForm | undefined {
    const known = super.find(body, from);
    if (known !== undefined) this.unparsed += 1;
    return known;
  }
}

/** What was read of a body, once with the memory of earlier ones and once by parsing each event. */
export function readTwice(
  body: Buffer,
  memory: PageMemory,
): { readonly withForms: string; readonly parsed: string } {
  const withoutForms = new PageMemory(AUDIT_FEED.schema, new NoForms(AUDIT_FEED.schema));
  const [withForms, parsed] = [memory, withoutForms].map((one) =>
    described(readEnvelope(AUDIT_FEED, body, '', one)),
  );
  return { withForms: withForms ?? '', parsed: parsed ?? '' };
}

/** As JSON, with the added fields of each event in place of where they stand. */
function described(envelope: Envelope): string {
  if (envelope.kind !== 'page') return JSON.stringify(envelope);
  const { events, content, spans, isGarbled } = envelope.page;
  const described = events.map((event) =>
    event.kind === 'rejected'
      ? event
      : {
          ...event,
          contentFrom: 0,
          contentTo: 0,
          content: content.toString('utf8', event.contentFrom, event.contentTo),
        },
  );
  return JSON.stringify({ spans, isGarbled, events: described });
}

/**
 * Reads bodies with the forms of earlier events, and each again without.
 * @param onProgress is called after each
 * @returns the first difference, if there is one, and how many events were known by their forms
 */
export function differenceAmong(
  bodies: number,
  firstSeed: number,
  onProgress: () => void = () => undefined,
): { readonly difference?: string; readonly unparsed: number } {
  const forms = new CountedForms(AUDIT_FEED.schema);
  const memory = new PageMemory(AUDIT_FEED.schema, forms);
  for (let seed = firstSeed; seed < firstSeed + bodies; seed++) {
    const { withForms, parsed } = readTwice(mutatedBody(seed), memory);
    if (withForms !== parsed)
      return {
        difference: `seed ${seed}: read as ${withForms}, parsed as ${parsed}`,
        unparsed: forms.unparsed,
      };
    onProgress();
  }
  return { unparsed: forms.unparsed };
}
