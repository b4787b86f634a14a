import { daysWithIntrusion } from '../../../../lib/local/netskope-simulator/events/days-with-intrusion';

/** 2026-11-22 10:00 UTC, a Sunday. */
const NOW_S = 1_795_341_600;
const WEEK = { fromEpochS: NOW_S - 7 * 86_400, toEpochS: NOW_S };

const eventsFor = (seed: number) => daysWithIntrusion({ ...WEEK, seed });

test('a week of days with an intrusion is the same to the byte for the same seed, and another for another', () => {
  const texts = (seed: number) => eventsFor(seed).map(({ text }) => text);
  expect(texts(1)).toEqual(texts(1));
  expect(texts(2)).not.toEqual(texts(1));
});

test('its events lie within the week, in the order of insertion, a few hundred a day', () => {
  const events = eventsFor(1);
  const times = events.map(({ insertedAtS }) => insertedAtS);
  expect(times).toEqual([...times].sort((one, other) => one - other));
  expect([(times[0] ?? 0) >= WEEK.fromEpochS, (times.at(-1) ?? 0) < NOW_S]).toEqual([true, true]);
  expect([events.length > 1_500, events.length < 4_500]).toEqual([true, true]);
});

test('the intrusion is over for an hour when the week ends', () => {
  const story = eventsFor(1)
    .map(({ text }) => JSON.parse(text) as { audit_log_event: string; user: string; timestamp: number })
    .filter(({ timestamp }) => timestamp >= NOW_S - 2 * 3_600)
    .filter(({ user }) => user === 'contractor.iam@partner.example');
  const minutesBefore = (timestamp: number) => Math.floor((NOW_S - timestamp) / 60);
  expect(story.map(({ audit_log_event: what, timestamp }) => [minutesBefore(timestamp), what])).toEqual([
    [90, 'Login Successful'],
    [85, 'Created REST API v2 token'],
    [78, 'Exception Configuration'],
    [75, 'Edited inline policy'],
    [61, 'Events were cleared'],
    [60, 'Logout Successful'],
  ]);
});
