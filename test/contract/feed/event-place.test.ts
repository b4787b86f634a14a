import { eventId, eventTimeS } from '../../../lambdas/contract/feed/event-place';

describe('the time of an event is read', () => {
  test.each<[string, unknown]>([
    ['as documented', 1_795_890_178],
    ['with a fraction', 1_795_890_178.75],
    ['as text', '1795890178'],
    ['as text with a fraction', '1795890178.750'],
    ['in milliseconds', 1_795_890_178_999],
    ['in milliseconds, as text', '1795890178999'],
    ['in microseconds', 1_795_890_178_999_999],
    ['in ISO 8601', '2026-11-28T18:22:58Z'],
    ['in ISO 8601 with a fraction', '2026-11-28T18:22:58.123456Z'],
    ['in ISO 8601 with a zone east of Greenwich', '2026-11-28T19:52:58+01:30'],
    ['in ISO 8601 with a zone west of Greenwich, without a colon', '2026-11-28T10:22:58-0800'],
    ['as date and time, which are UTC', '2026-11-28 18:22:58'],
    ['as date and time with a fraction', '2026-11-28 18:22:58.000'],
  ])('%s', (_spelling, value) => {
    expect(eventTimeS(value)).toBe(1_795_890_178);
  });

  test.each<[string, unknown, number]>([
    ['from the first second of 2000', 946_684_800, 946_684_800],
    ['to the last one of 2099', 4_102_444_799, 4_102_444_799],
    ['in milliseconds from 2000', 946_684_800_000, 946_684_800],
    ['in microseconds to 2099', 4_102_444_799_999_999, 4_102_444_799],
    ['on a leap day', '2028-02-29 00:00:00', 1_835_395_200],
  ])('%s', (_when, value, timeS) => {
    expect(eventTimeS(value)).toBe(timeS);
  });

  test.each<[string, unknown]>([
    ['a local time without a zone', '2026-11-28T18:22:58'],
    ['a time with a space and a zone', '2026-11-28 18:22:58Z'],
    ['a date alone', '2026-11-28'],
    ['a date with the day first', '28/11/2026 18:22:58'],
    ['a day that its month does not have', '2026-02-30T18:22:58Z'],
    ['an hour that no day has', '2026-11-28T24:22:58Z'],
    ['a zone that is none', '2026-11-28T18:22:58+24:00'],
    ['a second before 2000', 946_684_799],
    ['a second after 2099', 4_102_444_800],
    ['nanoseconds', '1795890178000000000'],
    ['a text around the number', ' 1795890178'],
    ['an empty text', ''],
    ['a word', 'yesterday'],
    ['true', true],
    ['null', null],
    ['a list', [1_795_890_178]],
    ['nothing', undefined],
  ])('but not %s', (_what, value) => {
    expect(eventTimeS(value)).toBeUndefined();
  });
});

describe('the id of an event is read', () => {
  test.each<[string, unknown, string]>([
    ['as documented', '3ba82fe1b67e4d6f8a86', '3ba82fe1b67e4d6f8a86'],
    ['from a number', 66_483, '66483'],
    ['from zero', 0, '0'],
    ['from an object id', { $oid: '5f43f8c2a1b2c3d4e5f60718' }, '5f43f8c2a1b2c3d4e5f60718'],
  ])('%s', (_spelling, value, id) => {
    expect(eventId(value)).toBe(id);
  });

  test.each<[string, unknown]>([
    ['white space', ' '],
    ['a number that a double rounds', 9_007_199_254_740_992],
    ['a fraction', 66_483.5],
    ['another object', { id: '5f43f8c2a1b2c3d4e5f60718' }],
    ['an object id of another length', { $oid: '5f43' }],
    ['null', null],
    ['nothing', undefined],
  ])('but not %s', (_what, value) => {
    expect(eventId(value)).toBeUndefined();
  });
});
