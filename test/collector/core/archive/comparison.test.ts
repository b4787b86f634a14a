import { compare } from '../../../../lambdas/collector/core/archive/comparison';
import { RunMemory } from '../../../../lambdas/collector/core/archive/run-memory';
import type { AlreadyStored } from '../../../../lambdas/collector/core/page/already-stored';
import type { ValidatedPage } from '../../../../lambdas/collector/core/page/validated-page';
import type { EventArchive, SearchScope } from '../../../../lambdas/collector/core/ports';
import type { Call } from '../../../../lambdas/collector/core/protocol/call';
import { newCheckpoint } from '../../../../lambdas/collector/core/protocol/checkpoint';
import { ITERATOR_PROTOCOL } from '../../../../lambdas/collector/core/protocol/iterator';
import type { Checkpoint } from '../../../../lambdas/contract/storage/checkpoint-table';
import { login, NOTHING_STORED, validated } from '../../audit-events';
import { StreamInMemory } from '../protocol/stream-in-memory';

/** 2026-11-18T12:00:00Z, and the hours since 1970 then. */
const NOON_S = 1_795_003_200;
const NOON_MS = 1_795_003_200_000;
const NOON_HOUR = 498_612;
const NEXT: Call = { operation: 'next' };
const RESEND: Call = { operation: 'resend' };
const EPOCH: Call = { operation: 'epoch', epochS: NOON_S - 3_600 };

/** A live feed that has read page 7 at noon, has been caught up since it began, and repeats nothing. */
const ORDINARY: Checkpoint = {
  ...newCheckpoint('netskope#audit', 'netskope', {
    startEpochS: NOON_S - 86_400,
    nowMs: NOON_MS - 9_000_000,
  }),
  phase: 'settled',
  sequence: 7,
  begunAtMs: NOON_MS - 9_000_000,
  begunAfterSequence: 3,
  caughtUpAtMs: NOON_MS - 8_000_000,
  watermarkS: NOON_S,
  settledBy: 'next',
  lastAdvance: { sequence: 7, settledAtMs: NOON_MS, isReplayed: false },
};
const BEGUN_AGAIN = { begunAtMs: NOON_MS - 1_000_000 };
const REPLAYING = { replayedToS: NOON_S };
const BACKFILL = {
  backfill: { fromEpochS: 0, toEpochS: NOON_S, filedAtMs: 0, state: 'open', alreadyHeld: 0 },
} as const;

/** An archive that says what it was asked for, and answers the same each time. */
class AskedArchive implements Pick<EventArchive, 'alreadyStored'> {
  readonly scopes: SearchScope[] = [];
  readonly pages: string[][] = [];

  constructor(private readonly answer: AlreadyStored) {}

  async alreadyStored(
    { accepted }: ValidatedPage,
    _origin: unknown,
    scope: SearchScope,
  ): Promise<AlreadyStored> {
    this.pages.push(accepted.map(({ id }) => id));
    this.scopes.push(scope);
    return this.answer;
  }
}

const E1 = login('e1', NOON_S);
const NEXT_HOUR = login('e2', NOON_S + 3_600);
/** For the quarantine: without a usable time, and without an `_id`. */
const TIMELESS = login('bad', NOON_S, { timestamp: 'soon' });
const NAMELESS = login('', NOON_S, { _id: undefined });

interface Circumstances {
  readonly checkpoint?: Partial<Checkpoint>;
  readonly call?: Call;
  readonly answer?: Partial<AlreadyStored>;
  readonly memory?: RunMemory;
}

/** One comparison: what was searched, what came of it, and what was logged. */
async function compared(
  page: ValidatedPage,
  { checkpoint, call = NEXT, answer, memory = new RunMemory() }: Circumstances = {},
) {
  const archive = new AskedArchive({ ...NOTHING_STORED, ...answer });
  const { stream, log } = new StreamInMemory({ ...ORDINARY, ...checkpoint });
  const deps = { archive: archive as unknown as EventArchive, protocol: ITERATOR_PROTOCOL, log };
  const received = { kind: 'page', page: page.page, bytes: Buffer.alloc(0), rateLimitPauseMs: 0 } as const;
  const found = await compare({ deps, stream, memory }, { ...received, call, askedAtMs: NOON_MS }, page);
  const scopes = archive.scopes.map(({ hours, ...scope }) => ({ hours: [...hours], ...scope }));
  return { scopes, pages: archive.pages, found, logged: log.lines };
}

/** A run that has written both hours of the page itself. */
function ownHours(): RunMemory {
  const memory = new RunMemory();
  memory.addPage(validated(), { ...NOTHING_STORED, emptyHours: new Set([NOON_HOUR, NOON_HOUR + 1]) });
  return memory;
}

describe('where the events of a page are searched', () => {
  test('an empty page: nowhere', async () => {
    const { scopes, found } = await compared(validated(), { call: RESEND });
    expect(scopes).toEqual([]);
    expect(found).toEqual(NOTHING_STORED);
  });

  test('a page that a run has died over: in all hours in which that run may have stored events, even if it comes empty', async () => {
    const checkpoint = { phase: 'requested', openHours: [490_000] } as const;
    for (const page of [validated(), validated(E1)]) {
      const { scopes } = await compared(page, { checkpoint, call: RESEND, memory: ownHours() });
      expect(scopes).toMatchObject([
        { quarantine: { sinceMs: NOON_MS - 3_600_000, repeatedFromSequence: 7, onlyWithId: false } },
      ]);
      expect(new Set(scopes[0]?.hours)).toEqual(
        new Set([490_000, NOON_HOUR - 1, NOON_HOUR, NOON_HOUR + 1, NOON_HOUR + 2]),
      );
    }
  });

  test('an ordinary page in hours that this run alone has written: nowhere', async () => {
    const { scopes, found } = await compared(validated(E1, NEXT_HOUR), { memory: ownHours() });
    expect(scopes).toEqual([]);
    expect(found).toEqual(NOTHING_STORED);
  });

  test('an ordinary page: in the hours in which other runs may have written', async () => {
    const memory = new RunMemory();
    memory.addPage(validated(), { ...NOTHING_STORED, emptyHours: new Set([NOON_HOUR]) });
    const { scopes } = await compared(validated(E1, NEXT_HOUR), { memory });
    expect(scopes).toEqual([{ hours: [NOON_HOUR + 1], quarantine: undefined }]);
  });

  test.each<[string, Circumstances]>([
    ['a page that was asked for again', { call: RESEND }],
    ['the page of an epoch', { call: EPOCH }],
    ['the page that follows a repeated one', { checkpoint: { settledBy: 'resend' } }],
    ['a page of a replay', { checkpoint: REPLAYING }],
    ['a page of a backfill', { checkpoint: BACKFILL }],
  ])('%s: in all its hours, whoever has written them', async (_what, circumstances) => {
    const { scopes } = await compared(validated(E1, NEXT_HOUR), { memory: ownHours(), ...circumstances });
    expect(scopes).toEqual([{ hours: [NOON_HOUR, NOON_HOUR + 1], quarantine: undefined }]);
  });

  test('a page that repeats an `_id` of this run: in all its hours', async () => {
    const memory = ownHours();
    memory.addPage(validated(E1), NOTHING_STORED);
    const { scopes } = await compared(validated(E1, NEXT_HOUR), { memory });
    expect(scopes).toEqual([{ hours: [NOON_HOUR, NOON_HOUR + 1], quarantine: undefined }]);
  });
});

describe('where the rejected events of a page are searched', () => {
  const SINCE_PAGE_7 = { sinceMs: NOON_MS - 3_600_000, repeatedFromSequence: 7 };
  const SINCE_BEGINNING = { sinceMs: NOON_MS - 86_400_000, repeatedFromSequence: 7 };

  test.each<[string, Circumstances, SearchScope['quarantine']]>([
    [
      'a repeated page: what the page before it has quarantined',
      { call: RESEND },
      { ...SINCE_PAGE_7, onlyWithId: false },
    ],
    [
      'a repeated page that may itself repeat an earlier one: from that one on',
      {
        call: RESEND,
        checkpoint: {
          lastAdvance: {
            sequence: 7,
            settledAtMs: NOON_MS,
            isReplayed: false,
            repeatsFrom: { sequence: 5, settledAtMs: NOON_MS - 600_000 },
          },
        },
      },
      { sinceMs: NOON_MS - 4_200_000, repeatedFromSequence: 5, onlyWithId: false },
    ],
    [
      'the page of an epoch: all since the stream began',
      { call: EPOCH },
      { ...SINCE_BEGINNING, anewToSequence: Infinity, onlyWithId: false },
    ],
    [
      'a page of a backfill: all since its beginning',
      { call: RESEND, checkpoint: BACKFILL },
      { ...SINCE_BEGINNING, anewToSequence: Infinity, onlyWithId: false },
    ],
    [
      'a repeated first page of a stream: all',
      { call: RESEND, checkpoint: { lastAdvance: undefined } },
      { ...SINCE_BEGINNING, repeatedFromSequence: 0, anewToSequence: Infinity, onlyWithId: false },
    ],
    [
      'a repeated page of a stream that began again: pages from before that, too',
      { call: RESEND, checkpoint: BEGUN_AGAIN },
      { ...SINCE_BEGINNING, anewToSequence: 3, onlyWithId: false },
    ],
    [
      'the same, of an earlier version that does not say after which page it began',
      { call: RESEND, checkpoint: { ...BEGUN_AGAIN, begunAfterSequence: undefined } },
      { ...SINCE_BEGINNING, anewToSequence: Infinity, onlyWithId: false },
    ],
    [
      'a page of a replay: pages from before the beginning, too',
      { call: RESEND, checkpoint: REPLAYING },
      { ...SINCE_BEGINNING, anewToSequence: 3, onlyWithId: false },
    ],
    [
      'a page after one of a replay: pages from before the beginning, too',
      {
        call: RESEND,
        checkpoint: { lastAdvance: { sequence: 7, settledAtMs: NOON_MS, isReplayed: true } },
      },
      { ...SINCE_BEGINNING, anewToSequence: 3, onlyWithId: false },
    ],
  ])('%s', async (_what, circumstances, quarantine) => {
    const { scopes } = await compared(validated(E1, NAMELESS), { memory: ownHours(), ...circumstances });
    expect(scopes).toEqual([{ hours: [NOON_HOUR], quarantine }]);
  });

  test('an ordinary page whose rejected events have no `_id`: nowhere, for what looks alike is another event', async () => {
    const { scopes } = await compared(validated(E1, NAMELESS), { memory: ownHours() });
    expect(scopes).toEqual([]);
  });

  test('an ordinary page without rejected events, of a stream that began again: nowhere', async () => {
    const { scopes } = await compared(validated(E1), { memory: ownHours(), checkpoint: BEGUN_AGAIN });
    expect(scopes).toEqual([]);
  });

  test('an ordinary page with a rejected event that has an `_id`: for such events alone', async () => {
    const { scopes } = await compared(validated(E1, NAMELESS, TIMELESS), { memory: ownHours() });
    expect(scopes).toEqual([{ hours: [], quarantine: { ...SINCE_PAGE_7, onlyWithId: true } }]);
  });

  test.each<[string, number, readonly unknown[]]>([
    ['not caught up since', NOON_MS - 1, [{ ...SINCE_BEGINNING, anewToSequence: 3, onlyWithId: true }]],
    ['caught up in the moment it began', NOON_MS, []],
  ])('an ordinary page of a stream that began again, %s', async (_what, caughtUpAtMs, quarantines) => {
    const checkpoint = { begunAtMs: NOON_MS, caughtUpAtMs };
    const { scopes } = await compared(validated(E1, NAMELESS), { memory: ownHours(), checkpoint });
    expect(scopes.map(({ quarantine }) => quarantine)).toEqual(quarantines);
  });

  test('an ordinary page in hours of other runs: those hours, and the quarantine for events with an `_id`', async () => {
    const { scopes } = await compared(validated(E1, TIMELESS));
    expect(scopes).toEqual([{ hours: [NOON_HOUR], quarantine: { ...SINCE_PAGE_7, onlyWithId: true } }]);
  });

  test('a page that turns out to repeat another: once more, with the events that have no `_id`', async () => {
    const { scopes } = await compared(validated(E1, NAMELESS), { answer: { earlier: new Set([0]) } });
    expect(scopes).toEqual([
      { hours: [NOON_HOUR], quarantine: undefined },
      { hours: [NOON_HOUR], quarantine: { ...SINCE_PAGE_7, onlyWithId: false } },
    ]);
  });

  test('a page that repeats another and has no rejected event: not once more', async () => {
    const { scopes } = await compared(validated(E1), { answer: { earlier: new Set([0]) } });
    expect(scopes).toHaveLength(1);
  });
});

test('a backfill searches for each event once a run, and knows it from then on', async () => {
  const memory = new RunMemory();
  const circumstances = { checkpoint: BACKFILL, memory };
  const first = await compared(validated(E1, NEXT_HOUR), {
    ...circumstances,
    answer: { earlier: new Set([1]) },
  });
  expect(first.pages).toEqual([['e1', 'e2']]);
  expect([...first.found.earlier]).toEqual([1]);
  const again = await compared(validated(NEXT_HOUR, E1), circumstances);
  expect(again.pages).toEqual([]);
  expect(again.found).toEqual({ ...NOTHING_STORED, earlier: new Set([0, 1]) });
  const partly = await compared(validated(E1, login('e3', NOON_S)), {
    ...circumstances,
    answer: { earlier: new Set([1]), standings: new Map([[1, { isConflicting: true }]]) },
  });
  expect(partly.pages).toEqual([['e3']]);
  expect(partly.found).toEqual({
    ...NOTHING_STORED,
    earlier: new Set([0, 1]),
    standings: new Map([[1, { isConflicting: true }]]),
  });
});

test('a backfill looks for rejected events although it knows all others', async () => {
  const circumstances = { checkpoint: BACKFILL, memory: new RunMemory() };
  await compared(validated(E1), circumstances);
  const { pages } = await compared(validated(E1, NAMELESS), circumstances);
  expect(pages).toEqual([[]]);
});

test('the live feed searches for an event each time', async () => {
  const circumstances = { memory: new RunMemory(), call: RESEND };
  await compared(validated(E1), circumstances);
  expect((await compared(validated(E1), circumstances)).pages).toEqual([['e1']]);
});

test('objects that the collector has not written are reported once a run', async () => {
  const memory = new RunMemory();
  const answer = { foreign: ['netskope_audit/notes.txt'] };
  const first = await compared(validated(E1), { memory, answer });
  expect(first.logged).toEqual([
    [
      'warn',
      'passed over objects that the collector has not written',
      { keys: ['netskope_audit/notes.txt'] },
    ],
  ]);
  expect((await compared(validated(E1), { memory, answer })).logged).toEqual([]);
});
