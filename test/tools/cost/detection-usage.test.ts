import { MUTES_ID } from '../../../lambdas/contract/storage/detection-table';
import { generateAuditEvents } from '../../../lib/local/netskope-simulator/events/audit-events';
import * as profile from '../../../lib/tools/cost/detection-usage';
import { archivedRecord } from '../../detector/archived';
import { Detection, TEN_MS } from '../../detector/detection';

const EVENTS = 1000;
const RUN_S = 300;
const SECONDS_PER_DAY = 86_400;
const BYTES_PER_WRITE_UNIT = 1024;
/** An item is longer as DynamoDB's JSON than as billed: its binary part by a third. */
const ITEM_AS_JSON = 4 / 3;

/** The events of a day, by the run that would have archived them. */
function runsOfADay(): (readonly [run: number, records: readonly object[]])[] {
  const toEpochS = TEN_MS / 1000;
  const fromEpochS = toEpochS - SECONDS_PER_DAY;
  const byRun = new Map<number, object[]>();
  for (const { text, insertedAtS } of generateAuditEvents({
    seed: EVENTS,
    count: EVENTS,
    anomalyShare: 0,
    fromEpochS,
    toEpochS,
  })) {
    const event = JSON.parse(text) as { readonly _id: string };
    const run = Math.floor(insertedAtS / RUN_S);
    const record = archivedRecord({ ...event, p_row_id: `netskope:${event._id}` });
    byRun.set(run, [...(byRun.get(run) ?? []), record]);
  }
  return [...byRun].sort(([one], [other]) => one - other);
}

/** The detector's AWS calls of a whole day. */
async function replayDay() {
  const detection = await Detection.start();
  const day = {
    objects: 0,
    reads: 0,
    mutesRead: 0,
    statesRead: 0,
    statesWritten: 0,
    largestItemBytes: 0,
    logBytes: 0,
  };
  try {
    detection.interference = {
      before: ({ operation, body }) => {
        if (operation === 'GetObject') day.reads++;
        if (operation === 'BatchGetItem' && body.includes(MUTES_ID)) day.mutesRead++;
        else if (operation === 'BatchGetItem') day.statesRead += keysIn(body);
        if (operation === 'PutItem') {
          day.statesWritten++;
          const { Item } = JSON.parse(body.toString('utf8')) as { readonly Item: unknown };
          day.largestItemBytes = Math.max(day.largestItemBytes, JSON.stringify(Item).length);
        }
        return undefined;
      },
    };
    for (const [run, records] of runsOfADay()) {
      const key = await detection.archive(`run-${run}`, records);
      const end = await detection.deliver([key]);
      if (end.kind !== 'returned') throw new Error(`object ${key} ${end.kind}; expected it to be evaluated`);
      day.objects++;
    }
    day.logBytes = JSON.stringify(detection.logged).length;
  } finally {
    await detection.stop();
  }
  return day;
}

function keysIn(body: Buffer): number {
  const { RequestItems } = JSON.parse(body.toString('utf8')) as {
    readonly RequestItems: Readonly<Record<string, { readonly Keys: readonly unknown[] }>>;
  };
  return Object.values(RequestItems).reduce((sum, { Keys }) => sum + Keys.length, 0);
}

describe(`a day with ${EVENTS} events`, () => {
  let day: Awaited<ReturnType<typeof replayDay>>;

  beforeAll(async () => {
    day = await replayDay();
  });

  it('reads each object once', () => {
    expect(day.objects).toBeGreaterThan(200);
    expect(day.reads).toBe(day.objects * profile.CALLS_OF_AN_OBJECT.GetObject);
  });

  it('reads the mutes once for each', () => {
    expect(day.mutesRead).toBe(day.objects * profile.MUTES_READ_PER_OBJECT);
  });

  it.each([
    { states: 'statesRead', perEvent: profile.STATES_READ_PER_EVENT },
    { states: 'statesWritten', perEvent: profile.STATES_WRITTEN_PER_EVENT },
  ] as const)(
    'needs no more $states than the profile says, and at least half of that',
    ({ states, perEvent }) => {
      expect(day[states]).toBeLessThanOrEqual(EVENTS * perEvent);
      expect(day[states]).toBeGreaterThanOrEqual((EVENTS * perEvent) / 2);
    },
  );

  it('writes states that fit into six write units, the largest with the events of its alert', () => {
    expect(day.largestItemBytes).toBeLessThan(6 * BYTES_PER_WRITE_UNIT * ITEM_AS_JSON);
  });

  it('logs no more than the profile says', () => {
    expect(day.logBytes / day.objects).toBeLessThan(profile.LOG_BYTES_OF_AN_OBJECT);
  });
});
