import fc from 'fast-check';
import type { RunEnd } from '../pipeline';
import { NOW_S, Pipeline } from '../pipeline';
import { login, simulatedLogin } from './audit-events';

const SEED = 20_261_122;
/** Number of tenants, and how often each of them sends garbage. */
const TENANTS = 15;
const PIECES = 4;

/** Errors that a run may end with when Netskope answers with garbage. */
const DOCUMENTED_ERRORS = ['UpstreamContractError', 'UpstreamUnavailableError', 'CredentialError'];

/** Valid events, two per page; the garbage replaces the second page, or comes between its events. */
const GOOD = [1, 2, 3, 4, 5, 6].map((number) =>
  simulatedLogin(`good ${number}`, NOW_S - 1_000 + number * 100),
);
const [, , neighborBefore, neighborBehind] = GOOD.map(({ text }) => text);
const ALL_GOOD = ['good 1', 'good 2', 'good 3', 'good 4', 'good 5', 'good 6'];

function pageAround(garbage: string | Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`{"ok":1,"wait_time":0,"result":[${neighborBefore},`),
    Buffer.from(garbage),
    Buffer.from(`,${neighborBehind}]}`),
  ]);
}

interface Aftermath {
  readonly end: RunEnd;
  /** Ids of the good events, as often as they are archived. */
  readonly good: readonly string[];
  /** All other content of archive and quarantine, in the form in which it is stored. */
  readonly others: readonly Buffer[];
  readonly received: Buffer;
}

/** The text that Netskope sent, from a line of archive or quarantine. */
function asReceived(line: string): Buffer {
  const { raw, raw_base64 } = JSON.parse(line) as { raw?: string; raw_base64?: string };
  if (raw_base64 !== undefined) return Buffer.from(raw_base64, 'base64');
  return Buffer.from(raw ?? `${line.slice(0, line.lastIndexOf(',"p_log_type":'))}}`);
}

/** Collects three pages; instead of the second one Netskope answers with these bodies, one after another. */
async function collectAround(...bodies: readonly Buffer[]): Promise<Aftermath> {
  const pipeline = await Pipeline.start({ pageSize: 2 });
  try {
    pipeline.simulator.add(GOOD);
    pipeline.interference = {
      netskope: ({ number }) => {
        const bytes = bodies[number - 2];
        return bytes === undefined ? undefined : { kind: 'body', bytes };
      },
    };
    const end = await pipeline.run({ startLookbackHours: 1 });
    pipeline.nextSchedule();
    await pipeline.run();
    const archived = (await pipeline.archived()).map(({ line }) => line);
    const ids = archived.map((line) => String((JSON.parse(line) as { _id: unknown })._id));
    const isGood = (id: string | undefined): boolean => id?.startsWith('good ') === true;
    const otherLines = archived.filter((_line, place) => !isGood(ids[place]));
    const quarantined = (await pipeline.quarantined()).map(({ line }) => line);
    return {
      end,
      good: ids.filter(isGood).sort(),
      others: [...otherLines, ...quarantined].map(asReceived),
      received: Buffer.concat(bodies),
    };
  } finally {
    await pipeline.stop();
  }
}

function expectUnharmed({ end, good, others, received }: Aftermath): void {
  if (end.kind === 'threw') expect(DOCUMENTED_ERRORS).toContain(end.error.name);
  else expect(end.kind).toBe('returned');
  expect(good).toEqual(ALL_GOOD);
  expect(others.filter((event) => !received.includes(event))).toEqual([]);
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(OWN_NAMES);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
}

const OWN_NAMES = Object.getOwnPropertyNames(Object.prototype);

/** JSON of any shape, with keys that break careless code. */
const anyValue = fc.object({
  key: fc.oneof(
    fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', '_id', 'timestamp', 'p_row_id'),
    fc.string({ maxLength: 8 }),
  ),
  maxDepth: 3,
  maxKeys: 4,
});

/** An event in which some fields have other values. */
const spoiledEvent = fc
  .record(
    {
      _id: fc.oneof(fc.jsonValue(), fc.string(), fc.constantFrom('a"b', '\\', '\n', '\ud800', 'é🎲')),
      timestamp: fc.oneof(fc.jsonValue(), fc.integer(), fc.double({ noNaN: true })),
      user: fc.jsonValue(),
      supporting_data: fc.oneof(fc.jsonValue(), anyValue),
      details: fc.oneof(fc.jsonValue(), anyValue),
      severity_level: fc.jsonValue(),
      p_log_type: fc.string(),
    },
    { requiredKeys: [] },
  )
  .map((spoiled) => JSON.stringify({ ...login('spoiled', NOW_S), ...spoiled }));

const eventGarbage = fc.oneof(
  spoiledEvent,
  anyValue.map((value) => JSON.stringify(value)),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc
    .tuple(spoiledEvent, fc.string({ maxLength: 4 }))
    .map(([event, tail]) => `${event}${JSON.stringify(tail)}`),
);

/** Bytes that are not a page: noise, other JSON, a page that is cut anywhere or has one byte changed at its end. */
const envelopeGarbage = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
  fc.jsonValue().map((result) => Buffer.from(JSON.stringify({ ok: 0, result }))),
  fc.string().map((result) => Buffer.from(JSON.stringify({ ok: 1, result }))),
  fc.nat({ max: pageAround('{}').length - 1 }).map((length) => pageAround('{}').subarray(0, length)),
  fc
    .constantFrom('}', ']', ',', '"', '{', '\ufeff')
    .map((tail) => Buffer.concat([pageAround('{}'), Buffer.from(tail)])),
);

async function checkTenants<T>(garbage: fc.Arbitrary<T>, bodiesOf: (pieces: T[]) => Buffer[]): Promise<void> {
  const pieces = fc.array(garbage, { minLength: PIECES, maxLength: PIECES });
  const property = fc.asyncProperty(pieces, async (sent) =>
    expectUnharmed(await collectAround(...bodiesOf(sent))),
  );
  await fc.assert(property, { seed: SEED, numRuns: TENANTS, endOnFailure: true });
}

test(`any body that is not a page costs only one more request (${TENANTS * PIECES} bodies, seed ${SEED})`, async () => {
  await checkTenants(envelopeGarbage, (bodies) => bodies);
});

test(`any event among good ones harms none of them (${TENANTS * PIECES} events, seed ${SEED})`, async () => {
  await checkTenants(eventGarbage, (events) => [pageAround(events.join(','))]);
});

describe('malicious input', () => {
  const NESTED = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const LONG = 'x'.repeat(5_000_000);
  const event = (different: Readonly<Record<string, unknown>>): string =>
    JSON.stringify(login('bad', NOW_S, different));

  test.each<[string, string | Buffer, number]>([
    ['100,000 nested arrays for an event', NESTED, 1],
    ['100,000 nested arrays inside an event', event({}).replace('{', `{"details":${NESTED},`), 1],
    ['a text of 5 MB', event({ user: LONG }), 1],
    ['a text of 5 MB for an event time', event({ timestamp: LONG }), 1],
    ['a text of 5 MB for an `_id`', event({ _id: LONG }), 1],
    ['an `_id` of quotes and backslashes', event({ _id: '"\\\n' }), 1],
    [
      'the prototype of everything',
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
      1,
    ],
    ['an event that is its own prototype', event({}).replace('{', '{"__proto__":{"polluted":true},'), 1],
    ['one name three times', event({}).replace('{', '{"_id":1,"_id":null,'), 1],
    ['an event twice', `${event({})},${event({})}`, 1],
    ['two events of one `_id`', `${event({})},${event({ user: 'mallory@example.org' })}`, 2],
  ])('%s is stored as received, and harms no neighbor', async (_what, garbage, stored) => {
    const aftermath = await collectAround(pageAround(garbage));
    expectUnharmed(aftermath);
    expect(aftermath.end.kind).toBe('returned');
    expect(aftermath.others).toHaveLength(stored);
  });

  describe('an event that is not JSON may have been damaged in transit', () => {
    const damaged: readonly (readonly [string, string | Buffer])[] = [
      [
        'bytes that are not UTF-8',
        Buffer.concat([Buffer.from('{"_id":"'), Buffer.from([0xff, 0xc0, 0x80]), Buffer.from('"}')]),
      ],
      ['an accepted event but for its bytes', Buffer.from(event({ user: 'caf\u00e9' }), 'latin1')],
      ['a raw control character', '{"_id":"\u0001"}'],
      ['nothing between two commas', ''],
    ];

    test.each(damaged)(
      '%s: the page is requested again, and its undamaged events are stored',
      async (_what, garbage) => {
        const page = pageAround(garbage);
        const aftermath = await collectAround(page, page);
        expectUnharmed(aftermath);
        expect(aftermath.end.kind).toBe('returned');
        expect(aftermath.others).toEqual([]);
      },
    );

    test.each(damaged)(
      '%s: it is accepted the third time, stored as received, and harms no neighbor',
      async (_what, garbage) => {
        const page = pageAround(garbage);
        const aftermath = await collectAround(page, page, page);
        expectUnharmed(aftermath);
        expect(aftermath.end.kind).toBe('returned');
        expect(aftermath.others).toEqual([Buffer.from(garbage)]);
      },
    );
  });

  test.each([
    ['two `result` arrays', `{"ok":1,"result":[${neighborBefore}],"result":[${neighborBehind}]}`],
    ['an envelope in a list', `[${pageAround('{}').toString('utf8')}]`],
    ['a text of 5 MB for `ok`', JSON.stringify({ ok: LONG, result: [] })],
    ['100,000 nested arrays for a body', NESTED],
    ['5 MB of opening brackets', '['.repeat(5_000_000)],
    ['5 MB of opening braces in a page', `{"ok":1,"result":[${'{"a":'.repeat(1_000_000)}`],
  ])('%s: the page is requested again', async (_what, body) => {
    const aftermath = await collectAround(Buffer.from(body));
    expectUnharmed(aftermath);
    expect(aftermath.others).toEqual([]);
  });
});
