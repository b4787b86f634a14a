import fc from 'fast-check';
import type { Change } from '../../lambdas/shared/changes';
import { changesIn } from '../../lambdas/shared/changes';
import { openAllTexts } from '../../lambdas/shared/json-text';

const RUNS = 500;

/** How one change is written into its record. */
interface Written {
  readonly keys: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
  /** How its keys are joined; `nested` builds a record for each. */
  readonly joinedBy: '.' | '/' | 'nested';
  readonly pairs: 'value1 and value2' | 'a list of two';
  readonly deletion: 'deleted' | 'removed';
}

interface WrittenRecord {
  readonly object: string;
  readonly changes: readonly Written[];
  /** Whether the record is a JSON text, or its `diff` is. */
  readonly asText: 'record' | 'diff' | 'no';
}

/** No key or name that means something to the reader, and no text that looks like JSON. */
const key = fc.stringMatching(/^k[a-z_]{0,6}$/);
const value = fc.oneof(
  fc.stringMatching(/^[^[{\s][^]{0,12}$/u),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const written: fc.Arbitrary<Written> = fc
  .record({
    keys: fc.array(key, { minLength: 1, maxLength: 4 }),
    values: fc.oneof(
      fc.record({ before: value, after: value }),
      fc.record({ before: value }),
      fc.record({ after: value }),
    ),
    joinedBy: fc.constantFrom('.', '/', 'nested'),
    pairs: fc.constantFrom('value1 and value2', 'a list of two'),
    deletion: fc.constantFrom('deleted', 'removed'),
  })
  .map(({ values, ...rest }) => ({ ...rest, ...values }));
const record: fc.Arbitrary<WrittenRecord> = fc.record({
  object: fc.stringMatching(/^[A-Z][A-Za-z -]{0,9}$/),
  changes: fc.uniqueArray(written, { maxLength: 5, selector: ({ keys }) => keys.join('.') }),
  asText: fc.constantFrom('record', 'diff', 'no'),
});
const records = fc.uniqueArray(record, { maxLength: 3, selector: ({ object }) => object });

/** A record of a change, nested or with its keys joined, and the part of `diff` that it belongs to. */
function leafOf({ keys, joinedBy, pairs, deletion, ...values }: Written) {
  const last = joinedBy === 'nested' ? keys.at(-1) : keys.join(joinedBy);
  if (!('after' in values)) return { part: deletion, leaf: { key: last, value: values.before } };
  if (!('before' in values)) return { part: 'added', leaf: { key: last, value: values.after } };
  const { before, after } = values;
  const pair = pairs === 'a list of two' ? { changed: [before, after] } : { value1: before, value2: after };
  return { part: 'changed', leaf: { key: last, ...pair } };
}

function partOf(change: Written): readonly [string, object] {
  const { part, leaf } = leafOf(change);
  const outer = change.joinedBy === 'nested' ? change.keys.slice(0, -1) : [];
  return outer.reduceRight<readonly [string, object]>(
    ([name, inner], outerKey) => ['changed', { key: outerKey, [name]: [inner] }],
    [part, leaf],
  );
}

function detailsOf(all: readonly WrittenRecord[]): unknown {
  return all.map(({ object, changes, asText }) => {
    const diff: Record<string, unknown> = { key: '', added: [], changed: [] };
    for (const [part, entry] of changes.map(partOf))
      diff[part] = [...((diff[part] ?? []) as object[]), entry];
    const whole = { name: object, diff: asText === 'diff' ? JSON.stringify(diff) : diff };
    return asText === 'record' ? JSON.stringify(whole) : whole;
  });
}

function changesOf(all: readonly WrittenRecord[]): Change[] {
  return all.flatMap(({ object, changes }) =>
    changes.map(({ keys, joinedBy: _joinedBy, pairs: _pairs, deletion: _deletion, ...values }) => ({
      object,
      path: keys.join('.'),
      ...values,
    })),
  );
}

const sorted = (changes: readonly Change[]): string[] =>
  changes.map(({ object, path, ...values }) => JSON.stringify([object, path, values])).sort();

test('whatever way changes are written in, they are read back, each once', () => {
  fc.assert(
    fc.property(records, fc.nat(2), (all, texts) => {
      let details = detailsOf(all);
      for (let text = 0; text < texts; text++) details = JSON.stringify(details);
      expect(sorted(changesIn(details))).toEqual(sorted(changesOf(all)));
    }),
    { numRuns: RUNS },
  );
});

/** A slow and obvious reader: it tries every text, and begins again from the top after each that holds JSON. */
function openedSlowly(whole: unknown): unknown {
  const parsed = (text: string): unknown => {
    try {
      const inner: unknown = JSON.parse(text);
      if (typeof inner === 'string') return typeof parsed(inner) === 'object' ? parsed(inner) : text;
      return typeof inner === 'object' && inner !== null ? inner : text;
    } catch {
      return text;
    }
  };
  const openOne = (part: unknown): unknown => {
    if (typeof part === 'string') return parsed(part);
    if (Array.isArray(part)) return part.map(openOne);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, openOne(inner)]));
  };
  const opened = openOne(whole);
  return JSON.stringify(opened) === JSON.stringify(whole) ? opened : openedSlowly(opened);
}

/** Values with texts of JSON in them, to any depth; no Python, which the slow reader does not know. */
const { nested } = fc.letrec<{ nested: unknown }>((tie) => ({
  nested: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.stringMatching(/^[^'[{]{0,8}$/u)),
    fc.array(tie('nested'), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie('nested'), { maxKeys: 3 }),
    tie('nested').map((inner) => JSON.stringify(inner)),
  ),
}));

test('texts are opened as a slow and obvious reader opens them', () => {
  fc.assert(
    fc.property(nested, (value) => {
      const text = JSON.stringify(value);
      expect(openAllTexts(JSON.parse(text))).toEqual(openedSlowly(JSON.parse(text)));
    }),
    { numRuns: RUNS },
  );
});
