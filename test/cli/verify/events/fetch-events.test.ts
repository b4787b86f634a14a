import type { EventsPage, EventsQuery } from '../../../../lib/cli/netskope/events-data-client';
import { fetchEvents } from '../../../../lib/cli/verify/events/reconciliation';

interface Stored {
  readonly timestampS: number;
  readonly text: string;
}

/** Netskope as far as it is known; otherwise both possible behaviors can be chosen. */
interface Rules {
  readonly events: readonly Stored[];
  /** Most events in a page. @default 5000 */
  readonly cap?: number;
  /** @default true */
  readonly includesStart?: boolean;
  /** @default true */
  readonly includesEnd?: boolean;
  readonly ignoresOffset?: boolean;
  /** The stated number of events; undefined for none. @default - the real number */
  readonly total?: (found: number) => number | undefined;
}

class FakeNetskope {
  readonly queries: EventsQuery[] = [];

  constructor(private readonly rules: Rules) {}

  async page(query: EventsQuery): Promise<EventsPage> {
    this.queries.push(query);
    const { cap = 5_000, includesStart = true, includesEnd = true, ignoresOffset = false } = this.rules;
    const { total = (found: number) => found } = this.rules;
    const found = this.rules.events.filter(
      ({ timestampS }) =>
        timestampS >= query.startS + (includesStart ? 0 : 1) &&
        timestampS <= query.endS - (includesEnd ? 0 : 1),
    );
    const offset = ignoresOffset ? 0 : query.offset;
    return { texts: found.slice(offset, offset + cap).map(({ text }) => text), total: total(found.length) };
  }
}

function event(id: string, timestampS: number): Stored {
  return { timestampS, text: JSON.stringify({ _id: id, timestamp: timestampS, user: 'a' }) };
}

/** So many events, one per second from 1,795,001,000 on. */
const oneASecond = (count: number): Stored[] =>
  Array.from({ length: count }, (_, place) => event(`e${place}`, 1_795_001_000 + place));

const sameSecond = (count: number): Stored[] =>
  Array.from({ length: count }, (_, place) => event(`e${place}`, 1_795_002_000));

async function idsOf(
  netskope: FakeNetskope,
  fromEpochS: number,
  toEpochS: number,
): Promise<(string | undefined)[]> {
  return (await fetchEvents(netskope, { fromEpochS, toEpochS })).map(({ id }) => id);
}

test.each([
  [true, true],
  [true, false],
  [false, true],
  [false, false],
])(
  'a range includes its start and not its end, whether Netskope includes its own bounds (%s, %s) or not',
  async (includesStart, includesEnd) => {
    const events = [
      event('before', 1_795_000_999),
      event('first', 1_795_001_000),
      event('last', 1_795_001_999),
      event('after', 1_795_002_000),
    ];
    const netskope = new FakeNetskope({ events, includesStart, includesEnd });
    expect(await idsOf(netskope, 1_795_001_000, 1_795_002_000)).toEqual(['first', 'last']);
    expect(netskope.queries).toHaveLength(1);
  },
);

test('a range with a full page is halved until no page is full, and no event is returned twice', async () => {
  const netskope = new FakeNetskope({ events: oneASecond(12_000) });
  const ids = await idsOf(netskope, 1_795_001_000, 1_795_013_000);
  expect(ids).toHaveLength(12_000);
  expect(new Set(ids).size).toBe(12_000);
  expect(netskope.queries.every(({ offset }) => offset === 0)).toBe(true);
  expect(netskope.queries).toHaveLength(7);
});

test('a single second with more than a page is paged by offset', async () => {
  const netskope = new FakeNetskope({ events: [...sameSecond(12_345), event('later', 1_795_002_001)] });
  expect(await idsOf(netskope, 1_795_002_000, 1_795_002_001)).toHaveLength(12_345);
  expect(netskope.queries.map(({ offset }) => offset)).toEqual([0, 5_000, 10_000, 12_346]);
});

test('an event that a shifting page repeats is recognized by id and content', async () => {
  const events = [
    ...sameSecond(5_001),
    ...sameSecond(1),
    { timestampS: 1_795_002_000, text: '{"_id":"e0","timestamp":1795002000,"user":"b"}' },
  ];
  expect(await idsOf(new FakeNetskope({ events }), 1_795_002_000, 1_795_002_001)).toHaveLength(5_002);
});

test('events without an id are never treated as one', async () => {
  const text = '{"timestamp":1795002000}';
  const events = [
    { timestampS: 1_795_002_000, text },
    { timestampS: 1_795_002_000, text },
  ];
  expect(await idsOf(new FakeNetskope({ events }), 1_795_002_000, 1_795_002_001)).toHaveLength(2);
});

test('an endpoint that ignores offset is detected, and nothing is counted', async () => {
  const netskope = new FakeNetskope({ events: sameSecond(5_001), ignoresOffset: true });
  await expect(idsOf(netskope, 1_795_002_000, 1_795_002_001)).rejects.toMatchObject({
    message:
      'Netskope has more than 5000 events between 2026-11-18T11:39:59.000Z and 2026-11-18T11:40:01.000Z, and gives the first 5000 again when asked for the next: it ignores offset.',
  });
});

test('an endpoint with a lower page limit than documented is paged on, as long as it states the total', async () => {
  const netskope = new FakeNetskope({ events: oneASecond(2_500), cap: 1_000 });
  expect(await idsOf(netskope, 1_795_001_000, 1_795_013_000)).toHaveLength(2_500);
});

test('a total that counts something else costs one more call, and no more', async () => {
  const netskope = new FakeNetskope({ events: oneASecond(10), total: () => 1_000_000 });
  expect(await idsOf(netskope, 1_795_001_000, 1_795_013_000)).toHaveLength(10);
  expect(netskope.queries).toHaveLength(2);
});

test('without a total a page that is not full is the last', async () => {
  const netskope = new FakeNetskope({ events: oneASecond(10), total: () => undefined });
  expect(await idsOf(netskope, 1_795_001_000, 1_795_013_000)).toHaveLength(10);
  expect(netskope.queries).toHaveLength(1);
});
