import { Manifest } from '../../../lambdas/collector/core/manifest';
import type { ManifestEntry } from '../../../lambdas/collector/core/manifest';
import type { ManifestStore } from '../../../lambdas/collector/core/ports';

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

  async put(number: number, text: string): Promise<string | undefined> {
    this.puts++;
    const found = this.lines.get(number);
    if (found === undefined) this.lines.set(number, text);
    return found;
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
  expect(manifest.head).toEqual({ number: 1, sha256: FIRST_SHA256 });
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
  await manifest.append({ ...ENTRY, runId: 'run-2' });
  expect([...store.lines].slice(0, 2)).toEqual(linesOfTheDead);
  expect(previousOf(3)).toBe(dead.head.sha256);
  expect(manifest.head.number).toBe(3);
});

test('on the way over more lines than a run has time for, the head is remembered now and then', async () => {
  const earlier = new Manifest(store);
  for (let sequence = 1; sequence <= 1_200; sequence++) await earlier.append({ ...ENTRY, sequence });
  const manifest = new Manifest(store);
  const remembered: number[] = [];
  await manifest.append({ ...ENTRY, runId: 'run-2' }, async () => void remembered.push(manifest.head.number));
  expect(remembered).toEqual([500, 1_000]);
  expect(manifest.head.number).toBe(1_201);
});

test('a line whose answer was lost is found as it was written, and not written twice', async () => {
  await new Manifest(store).append(ENTRY);
  const again = new Manifest(store);
  await again.append(ENTRY);
  expect([...store.lines.keys()]).toEqual([1]);
  expect(again.head).toEqual({ number: 1, sha256: FIRST_SHA256 });
});

test.each([
  ['of another chain', '{"number":8,"previous":"00ff"}\n'],
  ['that is not JSON', 'tampered\n'],
  ['that is no object', '7\n'],
  ['that is null', 'null\n'],
  ['that is empty', ''],
])('a line %s stops the run, and nothing is written behind it', async (_what, text) => {
  store.lines.set(8, text);
  const manifest = new Manifest(store, { number: 7, sha256: 'fe98' });
  await expect(manifest.append(ENTRY)).rejects.toMatchObject({
    name: 'ArchiveError',
    message:
      'line 8 of the manifest does not continue line 7; expected fe98 as its "previous". ' +
      'Somebody has changed the manifest: check it with netskope-audit verify --chain, and keep what is there as evidence',
  });
  expect([...store.lines]).toEqual([[8, text]]);
  expect(manifest.head).toEqual({ number: 7, sha256: 'fe98' });
});
