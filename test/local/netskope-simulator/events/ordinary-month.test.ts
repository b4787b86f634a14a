import { eventsOf } from '../../../../lib/local/netskope-simulator/events/audit-event-draft';
import { ordinaryMonth } from '../../../../lib/local/netskope-simulator/events/ordinary-month';
import { intrusion } from '../../../../lib/local/netskope-simulator/events/scripted-acts';

/** 2026-11-02 00:00 UTC, a Monday. */
const monthS = 1_793_577_600;
const DAY_S = 86_400;

const eventsFor = (seed: number) => eventsOf(ordinaryMonth({ seed, monthS }), seed);

test('an ordinary month is the same to the byte for the same seed, and another for another', () => {
  const texts = (seed: number) => eventsFor(seed).map(({ text }) => text);
  expect(texts(1)).toEqual(texts(1));
  expect(texts(2)).not.toEqual(texts(1));
});

test('its events come in the order of insertion, with ids of their own', () => {
  const events = eventsFor(1);
  const times = events.map(({ insertedAtS }) => insertedAtS);
  expect(times).toEqual([...times].sort((one, other) => one - other));
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
});

test('it has a few hundred events a day, fewer at the weekend', () => {
  const counts = new Map<number, number>();
  for (const { timestampS } of eventsFor(1)) {
    const day = Math.floor((timestampS - monthS) / DAY_S);
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  const [wednesday = 0, saturday = 0] = [counts.get(2), counts.get(5)];
  expect([wednesday > 400, wednesday < 700, saturday > 200, saturday < 350]).toEqual([
    true,
    true,
    true,
    true,
  ]);
});

test('twenty administrators log in, one after the other has left and come', () => {
  const users = ordinaryMonth({ seed: 1, monthS }).flatMap(({ kindName, user, fromNetskope }) =>
    kindName.endsWith('Login Successful') && fromNetskope === undefined ? [user] : [],
  );
  expect(new Set(users).size).toBe(21);
});

test('an intrusion is thirty guesses, and what follows', () => {
  expect(intrusion(monthS).map(({ kindName }) => kindName)).toEqual([
    ...Array.from({ length: 30 }, () => 'Login Failed'),
    'Login Successful',
    'Created REST API v2 token',
    'Exception Configuration',
    'Edited inline policy',
    'Events were cleared',
    'Logout Successful',
  ]);
});
