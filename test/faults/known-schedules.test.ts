import { play } from './play-schedule';
import type { Round, Schedule } from './schedule';
import { QUIET, SERVER } from './schedule';

/** Longer than any server in these schedules remembers an index. */
const DAYS = { pauseS: 26 * 3600, mishap: 'all indexes forgotten' } as const;

/** Schedules that once broke the promise, minimized. */
const SCHEDULES: Readonly<Record<string, Schedule>> = {
  'a connection is reset after the page was made': {
    server: SERVER,
    rounds: [QUIET, { ...QUIET, newEvents: ['plain'], faults: ['reset, page made'] }, QUIET],
  },
  'a page with an event for the quarantine is resent twice, since two calls in a row were lost': {
    server: SERVER,
    rounds: [
      QUIET,
      { ...QUIET, newEvents: ['without _id'], death: { when: 'before', awsCall: 1 } },
      { ...QUIET, faults: [null, 'reset, page not made'] },
      { ...QUIET, death: { when: 'before', awsCall: 1 } },
      { ...QUIET, faults: [null, 'reset, page not made'] },
    ],
  },
  'a page that repeats an event from the quarantine is itself resent': {
    server: { ...SERVER, resendGrows: true, overlaps: true },
    rounds: [
      QUIET,
      { ...QUIET, death: { when: 'before', awsCall: 6 } },
      { ...QUIET, newEvents: ['without _id'], death: { when: 'before', awsCall: 1 }, hasRival: true },
      { ...QUIET, death: { when: 'after', awsCall: 4 } },
      QUIET,
    ],
  },
  'an answer without a watermark makes the next one look like a jump of the cursor, and the time range is replayed':
    {
      server: SERVER,
      rounds: [
        { ...QUIET, death: { when: 'before', awsCall: 4 } },
        { ...QUIET, newEvents: ['late'], death: { when: 'before', awsCall: 1 } },
        { ...QUIET, newEvents: ['plain', 'plain', 'plain'] },
        { ...QUIET, faults: ['reset, page not made'] },
        { ...QUIET, newEvents: ['plain', 'plain', 'plain'] },
        { ...QUIET, newEvents: ['delivered again'], faults: [null, 'no watermark', 'token refused'] },
        { ...QUIET, newEvents: ['without _id'] },
        { ...QUIET, death: { when: 'before', awsCall: 1 }, hasRival: true },
      ],
    },
  'an event for the quarantine has the very second of the watermark, and the time range before it is replayed':
    {
      server: SERVER,
      rounds: [QUIET, { ...QUIET, newEvents: ['without _id'], ...DAYS }, QUIET, QUIET],
    },
  'a day passes twice, each time with a replay': {
    server: SERVER,
    rounds: [
      { ...QUIET, newEvents: ['without _id', 'plain'], hasRival: true, ...DAYS },
      { ...QUIET, hasRival: true },
      { ...QUIET, death: { when: 'before', awsCall: 9 }, ...DAYS },
    ],
  },
  'a replayed page is resent, whose event for the quarantine came long before': {
    server: SERVER,
    rounds: [
      { ...QUIET, newEvents: ['plain', 'late', 'plain', 'plain'] },
      { ...QUIET, newEvents: ['without _id'] },
      { ...QUIET, death: { when: 'before', awsCall: 1 }, hasRival: true, ...DAYS },
      { ...QUIET, death: { when: 'after', awsCall: 20 } },
      QUIET,
      QUIET,
    ],
  },
  'an event of a page that was given up is met again by the replay, and delivered again after it': {
    server: SERVER,
    rounds: [
      { ...QUIET, newEvents: ['plain'] },
      { ...QUIET, death: { when: 'before', awsCall: 7 } },
      { ...QUIET, faults: ['answer lost, page made'], ...DAYS },
      QUIET,
      { ...QUIET, newEvents: ['delivered again'] },
    ],
  },
  'a run dies over a page before it lists it, and the page is spoiled by an event that comes since': {
    server: {
      ...SERVER,
      watermarkTrailsS: 300,
      forgetsIndexAfterMs: 600_000,
      auditsItsOwnApi: true,
      windowS: 'none',
    },
    rounds: [
      { ...QUIET, newEvents: ['plain'], death: { when: 'before', awsCall: 9 }, pauseS: 300 },
      { ...QUIET, newEvents: ['unbalanced-quote'], pauseS: 1 },
      { ...QUIET, pauseS: 3600 },
      { ...QUIET, hasRival: true, pauseS: 300 },
    ],
  },
  'a run dies over an event ahead of the clock before it lists it, and the page is spoiled since': {
    server: {
      ...SERVER,
      watermarkTrailsS: 300,
      forgetsIndexAfterMs: 600_000,
      auditsItsOwnApi: true,
      windowS: 'none',
    },
    rounds: [
      { ...QUIET, newEvents: ['ahead by hours'], death: { when: 'before', awsCall: 9 }, pauseS: 300 },
      { ...QUIET, newEvents: ['unbalanced-quote'], pauseS: 1 },
      { ...QUIET, pauseS: 3600 },
      { ...QUIET, hasRival: true, pauseS: 300 },
    ],
  },
  'a run dies over a page that it keeps as it came, and the page comes in other bytes': {
    server: {
      ...SERVER,
      forgetsIndexAfterMs: 600_000,
      resendWithoutPage: 'empty',
      windowS: 'none',
      watermark: 'highest',
    },
    rounds: [
      { ...QUIET, newEvents: ['unbalanced-quote'], death: { when: 'before', awsCall: 1 }, pauseS: 300 },
      { ...QUIET, pauseS: 3600 },
      { ...QUIET, death: { when: 'before', awsCall: 8 }, pauseS: 300 },
      { ...QUIET, pauseS: 1 },
      { ...QUIET, newEvents: ['plain'], hasRival: true, pauseS: 300 },
    ],
  },
  'a run dies over a page that it keeps as it came, and the stream begins again over the same bytes': {
    server: {
      ...SERVER,
      watermarkTrailsS: 300,
      resendWithoutPage: 'empty',
      windowS: 'none',
      watermark: 'highest',
    },
    rounds: [
      { ...QUIET, newEvents: ['unbalanced-quote'], pauseS: 300 },
      { ...QUIET, hasRival: true, pauseS: 3600 },
      { ...QUIET, death: { when: 'before', awsCall: 8 }, pauseS: 300 },
      { ...QUIET, pauseS: 300, mishap: 'all indexes forgotten' },
      { ...QUIET, death: { when: 'before', awsCall: 1 }, pauseS: 300 },
      { ...QUIET, faults: ['408, page made'], pauseS: 600 },
    ],
  },
  'a run dies over a page that reaches further than a window, and a late event moves the last one to another page':
    {
      server: { ...SERVER, walksBy: 'event-time', windowS: 'none', watermark: 'highest' },
      rounds: [
        {
          ...QUIET,
          newEvents: ['without _id', 'plain', 'late'],
          death: { when: 'before', awsCall: 1 },
          pauseS: 300,
        },
        { ...QUIET, death: { when: 'before', awsCall: 11 }, pauseS: 300 },
        { ...QUIET, newEvents: ['late'], pauseS: 300 },
      ],
    },
  'a run dies over a page with an event ahead of the clock, after the stream began again on the other index':
    {
      server: { ...SERVER, walksBy: 'insertion', windowS: 'none', watermark: 'highest' },
      rounds: [
        { ...QUIET, newEvents: ['plain'], pauseS: 300 },
        { ...QUIET, newEvents: ['plain'], pauseS: 300, mishap: 'index broken for good' },
        {
          ...QUIET,
          newEvents: ['plain', 'ahead by hours'],
          death: { when: 'before', awsCall: 10 },
          hasRival: true,
          pauseS: 9_900,
        },
        { ...QUIET, death: { when: 'before', awsCall: 1 }, pauseS: 300 },
        { ...QUIET, death: { when: 'before', awsCall: 18 }, pauseS: 25_780 },
        { ...QUIET, hasRival: true, pauseS: 300 },
      ],
    },
  'a page is damaged for good, and the index is forgotten between two runs: good pages before it come again each time':
    {
      server: {
        ...SERVER,
        walksBy: 'insertion',
        windowS: 3600,
        watermark: 'position',
        deliveryDelayS: 120,
        forgetsIndexAfterMs: 600_000,
        resendWithoutPage: 'bad-request',
      },
      rounds: [
        {
          ...QUIET,
          newEvents: ['unbalanced-quote'],
          death: { when: 'before', awsCall: 1 },
          pauseS: 300,
        },
        { ...QUIET, hasRival: true, pauseS: 300 },
      ],
    },
  'two pages in a row are damaged for good, and the index is forgotten between two runs: the first comes again each time':
    {
      server: {
        ...SERVER,
        forgetsIndexAfterMs: 600_000,
        resendWithoutPage: 'empty-without-watermark',
      },
      rounds: [
        { ...QUIET, pauseS: 300 },
        { ...QUIET, newEvents: ['plain', 'unbalanced-quote', 'plain', 'unbalanced-quote'], pauseS: 3_600 },
      ],
    },
  'of five pages in a row that are damaged for good, those before it come again until each is given up': {
    server: { ...SERVER, forgetsIndexAfterMs: 600_000, resendWithoutPage: 'bad-request' },
    rounds: [
      { ...QUIET, pauseS: 300 },
      { ...QUIET, newEvents: Array<'unbalanced-quote'>(14).fill('unbalanced-quote'), pauseS: 3_600 },
    ],
  },
  'a run dies over a page before it lists it, and the index is forgotten, so that the page comes back empty':
    {
      server: {
        ...SERVER,
        deliveryDelayS: 120,
        forgetsIndexAfterMs: 600_000,
        resendWithoutPage: 'empty',
        deliversBeyondPresent: true,
        windowS: 3600,
        watermark: 'position',
      },
      rounds: [
        { ...QUIET, newEvents: ['plain'], pauseS: 3600 },
        { ...QUIET, death: { when: 'before', awsCall: 8 }, pauseS: 300, mishap: 'all indexes forgotten' },
        { ...QUIET, pauseS: 50 },
        { ...QUIET, pauseS: 300 },
        { ...QUIET, pauseS: 300 },
      ],
    },
  'a page before one that is damaged for good has an event ahead of the clock, and the index is forgotten between two runs':
    {
      server: {
        ...SERVER,
        forgetsIndexAfterMs: 600_000,
        resendWithoutPage: 'empty',
        windowS: 3600,
        watermark: 'position',
      },
      rounds: [
        {
          ...QUIET,
          newEvents: ['ahead by minutes', 'plain', 'plain', 'plain'],
          death: { when: 'before', awsCall: 1 },
          pauseS: 600,
        },
        { ...QUIET, newEvents: ['plain', 'plain', 'ahead by years', 'unbalanced-quote'], pauseS: 3600 },
        { ...QUIET, death: { when: 'before', awsCall: 1 }, hasRival: true, pauseS: 300 },
      ],
    },
  'good pages lie between pages that are damaged for good, and the index is forgotten between two runs': {
    server: { ...SERVER, forgetsIndexAfterMs: 600_000, resendWithoutPage: 'bad-request' },
    rounds: [
      {
        ...QUIET,
        newEvents: ['plain', 'unbalanced-quote', 'plain'],
        death: { when: 'before', awsCall: 1 },
        pauseS: 300,
      },
      { ...QUIET, newEvents: ['plain', 'plain', 'plain', 'unbalanced-quote'], pauseS: 3600 },
      { ...QUIET, pauseS: 300 },
      {
        ...QUIET,
        newEvents: ['plain', 'plain', 'unbalanced-quote'],
        death: { when: 'before', awsCall: 1 },
        pauseS: 300,
      },
    ],
  },
  'no run can write for hours, so that the feed begins behind an event of that time': {
    server: SERVER,
    rounds: [
      { ...QUIET, newEvents: ['plain'], death: { when: 'before', awsCall: 1 }, pauseS: 4 * 3_600 },
      { ...QUIET, newEvents: ['plain'], death: { when: 'before', awsCall: 1 } },
    ],
  },
};

const SOUND = {
  lost: [],
  doubled: [],
  totalsAreExact: true,
  manifestFaults: [],
  unexpectedErrors: [],
  stuck: [],
};

test.each(Object.keys(SCHEDULES))('every event is stored exactly once when %s', async (name) => {
  expect(await play(SCHEDULES[name] as Schedule)).toMatchObject(SOUND);
});

/** Calls to AWS up to the commit of the first page, which goes with the intent of the second. */
const STEPS_OF_FIRST_PAGE = 11;

test.each(Array.from({ length: STEPS_OF_FIRST_PAGE }, (_, step) => step + 1))(
  'an event without an _id is stored once when a run dies before step %i of its first page, and late events move it to the third',
  async (awsCall) => {
    const first: Round = {
      ...QUIET,
      newEvents: ['without _id', 'late', 'late'],
      death: { when: 'before', awsCall },
    };
    const server = { ...SERVER, walksBy: 'event-time', windowS: 'none' } as const;
    const rounds: readonly Round[] = [
      first,
      { ...QUIET, newEvents: ['late', 'late', 'late', 'late'] },
      QUIET,
    ];
    expect(await play({ server, rounds })).toMatchObject(SOUND);
  },
);

/** A run that reaches Netskope and is refused: what happens meanwhile is left to a later one. */
const REFUSED: Round = {
  ...QUIET,
  newEvents: ['plain'],
  faults: ['token refused', 'token refused'],
  pauseS: 4_000,
};

test.each([6, 7, 8, 9, 10, 11, 12, 13, 14])(
  'the live feed loses nothing when a run dies before step %i while hours are outstanding, and the index is forgotten after the next one',
  async (awsCall) => {
    const rounds: readonly Round[] = [
      QUIET,
      ...Array.from({ length: 6 }, () => REFUSED),
      { ...QUIET, death: { when: 'before', awsCall }, pauseS: 1_200 },
      {
        ...QUIET,
        faults: [null, null, 'token refused', 'token refused'],
        mishap: 'all indexes forgotten',
        pauseS: 300,
      },
      QUIET,
      QUIET,
    ];
    const server = { ...SERVER, windowS: 3600, watermark: 'position' } as const;
    expect(await play({ server, rounds }, { dailyRecheck: false })).toMatchObject(SOUND);
  },
);

test('a page that is spoiled is kept with its events, though the answer with which it would be given up is empty', async () => {
  const rounds: readonly Round[] = [
    { ...QUIET, newEvents: ['plain', 'unbalanced-quote'], pauseS: 300 },
    { ...QUIET, pauseS: 3_600 },
    { ...QUIET, faults: ['204, page made', 'body empty', '204, page made'], pauseS: 840 },
    ...Array.from({ length: 6 }, (): Round => ({ ...QUIET, newEvents: ['plain'], pauseS: 840 })),
  ];
  const server = { ...SERVER, windowS: 'none' } as const;
  expect(await play({ server, rounds }, { dailyRecheck: false })).toMatchObject(SOUND);
});
