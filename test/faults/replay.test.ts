import type { SimulatedEvent } from '../../lib/local/netskope-simulator/event-log';
import { NOW_S, Pipeline } from '../pipeline';

let pipeline: Pipeline;
afterEach(() => pipeline.stop());

/** Seven events of the last minutes; the sixth has no `_id`, so that only its text identifies it. */
const EVENTS = Array.from({ length: 7 }, (_, place): SimulatedEvent => {
  const insertedAtS = NOW_S - 600 + place * 60;
  const id = place === 5 ? undefined : `event-${place}`;
  const text = JSON.stringify({
    ...(id === undefined ? {} : { _id: id }),
    timestamp: insertedAtS,
    type: 'admin_audit_logs',
    user: 'a@example.org',
    audit_log_event: 'Login Successful',
    supporting_data: { data_type: 'user', data_values: [place] },
  });
  return { text, timestampS: insertedAtS, insertedAtS, ...(id === undefined ? {} : { id }) };
});
const TEXTS = EVENTS.map(({ text }) => text);

test('a stream that was not read for 25 hours is replayed from an hour before its watermark, and nothing is stored twice', async () => {
  pipeline = await Pipeline.start({ pageSize: 2, forgetsIndexAfterMs: 24 * 3_600_000 });
  pipeline.simulator.add(EVENTS);
  await pipeline.catchUp();
  const { watermarkS } = await pipeline.checkpoint();
  const requestsBefore = pipeline.simulator.requests.length;
  pipeline.clock.pass(25 * 3_600_000);
  await pipeline.catchUp();
  const operations = pipeline.simulator.requests.slice(requestsBefore).map(({ operation }) => operation);
  expect(operations[0]).toBe(String((watermarkS ?? 0) - 3600));
  expect(operations.slice(1)).not.toContain('resend');
  expect((await pipeline.storedTexts()).sort()).toEqual([...TEXTS].sort());
  expect((await pipeline.checkpoint()).totals).toEqual({ archived: 6, quarantined: 1, drifted: 0 });
});

test('an index forgotten in the middle of a backlog is detected by the jump of the watermark, and nothing is lost', async () => {
  pipeline = await Pipeline.start({ pageSize: 2, waitTimeS: 1, forgetsIndexAfterMs: 5 * 60_000 });
  const days = EVENTS.map((event, place): SimulatedEvent => {
    const insertedAtS = NOW_S - 86_400 + place * 3 * 3600;
    return {
      ...event,
      insertedAtS,
      timestampS: insertedAtS,
      text: event.text.replace(/"timestamp":\d+/, `"timestamp":${insertedAtS}`),
    };
  });
  pipeline.simulator.add(days);
  await pipeline.run({ startLookbackHours: 48, timeoutMs: 151_000 });
  expect((await pipeline.checkpoint()).caughtUp).toBe(false);
  pipeline.nextSchedule();
  await pipeline.catchUp({ startLookbackHours: 48 });
  expect((await pipeline.storedTexts()).sort()).toEqual(days.map(({ text }) => text).sort());
});
