import { createHash } from 'node:crypto';
import type { ManifestEntry, ManifestStore } from '../../lambdas/shared/manifest';
import { Manifest } from '../../lambdas/shared/manifest';

const ENTRY: ManifestEntry = {
  writtenAt: '2026-11-18T12:00:00.000Z',
  runId: 'run-1',
  indexName: 'netskope-0123456789abcdef',
  sequence: 7,
  received: 2,
  objects: [{ key: 'netskope_audit/a.ndjson.gz', events: 2, bytes: 312, sha256: 'ab12' }],
};
const FIRST_LINE =
  '{"number":1,"previous":"0000000000000000000000000000000000000000000000000000000000000000",' +
  '"writtenAt":"2026-11-18T12:00:00.000Z","runId":"run-1","indexName":"netskope-0123456789abcdef","sequence":7,' +
  '"received":2,"objects":[{"key":"netskope_audit/a.ndjson.gz","events":2,"bytes":312,"sha256":"ab12"}]}\n';
/** Of the first line, by sha256sum. */
const FIRST_SHA256 = '1d597e6e0dd30d06f46b53bd40453037f5272cf7f17f7c7f53118aa44fe48f2b';

/** Keeps lines in memory, the first one of each number. */
class MemoryStore implements ManifestStore {
  readonly lines = new Map<number, string>();
  puts = 0;
  readonly reads: number[] = [];

  async put(number: number, text: string): Promise<string | undefined> {
    this.puts++;
    const found = this.lines.get(number);
    if (found === undefined) this.lines.set(number, text);
    return found;
  }

  async read(number: number): Promise<string> {
    this.reads.push(number);
    return this.lines.get(number) ?? '';
  }
}

let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore();
});

function previousOf(number: number): unknown {
  return (JSON.parse(store.lines.get(number) ?? '{}') as { previous?: unknown }).previous;
}

test('the first line has number 1, follows 64 zeros, and is one line of JSON', async () => {
  const manifest = new Manifest(store);
  await manifest.append(ENTRY);
  expect(store.lines.get(1)).toBe(FIRST_LINE);
  expect(manifest.head).toEqual({ number: 1, sha256: FIRST_SHA256, day: '2026-11-18' });
});

test('each line holds the hash of the line before it', async () => {
  const manifest = new Manifest(store);
  await manifest.append(ENTRY);
  await manifest.append({ ...ENTRY, sequence: 8 });
  expect(previousOf(2)).toBe(FIRST_SHA256);
  expect(manifest.head.number).toBe(2);
});

test('a run goes on behind the line that the checkpoint remembers', async () => {
  await new Manifest(store, { number: 41, sha256: 'fe98' }).append(ENTRY);
  expect([...store.lines.keys()]).toEqual([42]);
  expect(previousOf(42)).toBe('fe98');
});

test('lines of a run that died before it remembered them stay, and the new line follows the last of them', async () => {
  const dead = new Manifest(store);
  await dead.append(ENTRY);
  await dead.append({ ...ENTRY, sequence: 8 });
  const linesOfTheDead = [...store.lines];
  const manifest = new Manifest(store);
  await manifest.append({ ...ENTRY, runId: 'run-2', sequence: 9 });
  expect([...store.lines].slice(0, 2)).toEqual(linesOfTheDead);
  expect(previousOf(3)).toBe(dead.head.sha256);
  expect(manifest.head.number).toBe(3);
});

test('on the way over more lines than a run has time for, the head is remembered now and then', async () => {
  const earlier = new Manifest(store);
  for (let sequence = 1; sequence <= 1_200; sequence++) await earlier.append({ ...ENTRY, sequence });
  const manifest = new Manifest(store);
  const remembered: number[] = [];
  await manifest.append(
    { ...ENTRY, sequence: 1_201 },
    async () => void remembered.push(manifest.head.number),
  );
  expect(remembered).toEqual([500, 1_000]);
  expect(manifest.head.number).toBe(1_201);
});

test('a line whose answer was lost is found as it was written, and not written twice', async () => {
  await new Manifest(store).append(ENTRY);
  const again = new Manifest(store);
  await again.append(ENTRY);
  expect([...store.lines.keys()]).toEqual([1]);
  expect(again.head).toEqual({ number: 1, sha256: FIRST_SHA256, day: '2026-11-18' });
});

describe('a line of the same page, written by a run that died', () => {
  const OTHER = { key: 'netskope_audit/b.ndjson.gz', events: 1, bytes: 99, sha256: 'cd34' };
  const appendedBehind = async (dead: ManifestEntry, entry: ManifestEntry): Promise<unknown[]> => {
    await new Manifest(store).append({ ...dead, runId: 'run-0' });
    await new Manifest(store).append(entry);
    return [...store.lines.values()].map((text) => (JSON.parse(text) as ManifestEntry).objects);
  };

  test('is the page’s line where it lists all its objects', async () => {
    expect(await appendedBehind(ENTRY, ENTRY)).toEqual([ENTRY.objects]);
  });

  test('is followed by a line with the objects that it does not list', async () => {
    const both = { ...ENTRY, objects: [...ENTRY.objects, OTHER] };
    expect(await appendedBehind(ENTRY, both)).toEqual([ENTRY.objects, [OTHER]]);
  });

  test.each([
    ['another page', { sequence: 6 }],
    ['a page of another stream', { indexName: 'other' }],
  ])('does not stand for %s, although it lists all its objects', async (_what, other) => {
    expect(await appendedBehind({ ...ENTRY, ...other }, ENTRY)).toEqual([ENTRY.objects, []]);
  });
});

test.each([
  ['of another chain', '{"number":8,"previous":"00ff"}\n'],
  ['that is not JSON', 'tampered\n'],
  ['that is no object', '7\n'],
  ['that is null', 'null\n'],
  ['that is empty', ''],
])('a line %s stays as it is and is passed over; the next line records its hash', async (_what, text) => {
  store.lines.set(8, text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const manifest = new Manifest(store, { number: 7, sha256: 'fe98' });
  expect(await manifest.append(ENTRY)).toEqual([{ number: 8, sha256 }]);
  expect(store.lines.get(8)).toBe(text);
  expect(JSON.parse(store.lines.get(9) ?? '')).toMatchObject({
    number: 9,
    previous: 'fe98',
    skipped: [{ number: 8, sha256 }],
  });
  expect(manifest.head.number).toBe(9);
});

describe('a line of a later format', () => {
  const REFUSED = 'line 2 of the manifest has format 2, and this version knows formats up to 1: update';
  const nextLine = (previous: unknown): string => `${JSON.stringify({ format: 2, number: 2, previous })}\n`;
  let manifest: Manifest;
  beforeEach(async () => {
    manifest = new Manifest(store);
    await manifest.append(ENTRY);
  });

  test('is refused where it continues the chain, and nothing is written behind it', async () => {
    store.lines.set(2, nextLine(FIRST_SHA256));
    await expect(manifest.append({ ...ENTRY, sequence: 8 })).rejects.toThrow(REFUSED);
    expect([...store.lines.keys()]).toEqual([1, 2]);
  });

  test('is passed over where it does not, as any other object', async () => {
    store.lines.set(2, nextLine('f'.repeat(64)));
    expect(await manifest.append({ ...ENTRY, sequence: 8 })).toMatchObject([{ number: 2 }]);
    expect([...store.lines.keys()]).toEqual([1, 2, 3]);
  });

  test('is refused where objects are looked for in it', async () => {
    await manifest.append({ ...ENTRY, sequence: 8 });
    store.lines.set(2, nextLine(FIRST_SHA256));
    const object = { key: 'netskope_audit/b.ndjson.gz', events: 2, bytes: 312, sha256: 'ab12' };
    const totals = { archived: 2, quarantined: 0, drifted: 0 };
    const left = { object, storedAtMs: Date.parse(ENTRY.writtenAt), totals, timestampsS: [] };
    await expect(manifest.unlisted([left])).rejects.toThrow(REFUSED);
  });
});

describe('objects that unfinished attempts have left behind', () => {
  const NOON_MS = Date.parse('2026-11-18T12:00:00Z');
  const object = { key: 'netskope_audit/a.ndjson.gz', events: 2, bytes: 312, sha256: 'ab12' };
  const left = (storedAtMs: number) => [
    { object, storedAtMs, totals: { archived: 2, quarantined: 0, drifted: 0 }, timestampsS: [] },
  ];

  test('are unlisted where no line names them', async () => {
    const manifest = new Manifest(store);
    await manifest.append({ ...ENTRY, objects: [] });
    expect(await manifest.unlisted(left(NOON_MS))).toEqual([object]);
  });

  test('are listed where a line names them that another stream went on behind', async () => {
    const manifest = new Manifest(store);
    await manifest.append(ENTRY);
    await manifest.append({ ...ENTRY, indexName: 'other', objects: [] });
    expect(await manifest.unlisted(left(NOON_MS))).toEqual([]);
  });

  test('are looked for in no line that is older than they are by more than clocks may differ', async () => {
    const manifest = new Manifest(store);
    await manifest.append(ENTRY);
    expect(await manifest.unlisted(left(NOON_MS + 900_001))).toEqual([object]);
    expect(await manifest.unlisted(left(NOON_MS + 900_000))).toEqual([]);
  });

  test('are looked for in lines as old as the oldest of them', async () => {
    const manifest = new Manifest(store);
    const old = { ...object, key: 'netskope_audit/old.ndjson.gz' };
    await manifest.append({ ...ENTRY, objects: [old] });
    await manifest.append({ ...ENTRY, sequence: 8, writtenAt: '2026-11-18T13:00:00.000Z' });
    const oldAndNew = [
      ...left(NOON_MS + 3_600_000),
      ...left(NOON_MS).map((one) => ({ ...one, object: old })),
    ];
    expect(await manifest.unlisted(oldAndNew)).toEqual([]);
  });

  test('are looked for from the newest line back to the one that names the last of them', async () => {
    const manifest = new Manifest(store);
    await manifest.append({ ...ENTRY, objects: [] });
    await manifest.append({ ...ENTRY, sequence: 8 });
    await manifest.append({ ...ENTRY, sequence: 9, objects: [] });
    expect(await manifest.unlisted(left(NOON_MS))).toEqual([]);
    expect(store.reads).toEqual([3, 2]);
  });

  test('are looked for in the first line at last, and behind what is no line', async () => {
    const manifest = new Manifest(store);
    await manifest.append({ ...ENTRY, objects: [] });
    await manifest.append({ ...ENTRY, sequence: 8, objects: [] });
    store.lines.set(2, '{}');
    expect(await manifest.unlisted(left(NOON_MS))).toEqual([object]);
    expect(store.reads).toEqual([2, 1]);
  });

  test('cost no read where there are none', async () => {
    expect(await new Manifest(store, { number: 7, sha256: 'fe98' }).unlisted([])).toEqual([]);
    expect(store.reads).toEqual([]);
  });
});
