import { FormReader } from '../../../../../lambdas/collector/core/page/form/event-form';
import { PageMemory } from '../../../../../lambdas/collector/core/page/page-memory';
import { AUDIT_FEED } from '../../../../../lambdas/contract/feed/audit';
import { CountedForms, readTwice } from '../mutated-bodies';

/** Fields of an event that come before the ones that a test adds. */
const FIRST =
  '"_id":"a1","timestamp":1708955663,"type":"admin_audit_logs","user":"kim@corp.example","audit_log_event":"Edited"';
const DATA = '"supporting_data":{"data_type":"policy","data_values":["x"]}';

/** Reads events of one page, and says how many were not parsed. */
function unparsedOf(...events: readonly string[]): number {
  const forms = new CountedForms(AUDIT_FEED.schema);
  const { withForms, parsed } = readTwice(
    Buffer.from(`{"ok":1,"result":[${events.join(',')}]}`),
    new PageMemory(AUDIT_FEED.schema, forms),
  );
  expect(JSON.parse(withForms)).toEqual(JSON.parse(parsed));
  return forms.unparsed;
}

describe('an event is known by an earlier one that differs from it only in', () => {
  test.each([
    ['its id', `{${FIRST},${DATA}}`, `{${FIRST.replace('a1', 'b 2')},${DATA}}`],
    ['its time', `{${FIRST},${DATA}}`, `{${FIRST.replace('708955663', '999999999')},${DATA}}`],
    ['a number that is documented', `{${FIRST},${DATA},"count":1}`, `{${FIRST},${DATA},"count":730}`],
    [
      'a text without addresses and hosts',
      `{${FIRST},${DATA}}`,
      `{${FIRST},${DATA.replace('"x"', '"trid=026232029c45b444"')}}`,
    ],
    [
      'several of them, with spaces between the tokens',
      `{ ${FIRST.replaceAll(',', ', ')} , ${DATA}}`,
      `{ ${FIRST.replaceAll(',', ', ').replace('a1', 'b2')} , ${DATA.replace('"x"', '"y"')}}`,
    ],
    [
      'its id, where it deviates from its documentation',
      `{${FIRST},${DATA},"severity_level":"2"}`,
      `{${FIRST.replace('a1', 'b2')},${DATA},"severity_level":"2"}`,
    ],
  ])('%s', (_what, first, second) => {
    expect(unparsedOf(first, second)).toBe(1);
  });
});

describe('an event is parsed, whatever came before it, because of', () => {
  test.each([
    ['another user', `{${FIRST},${DATA}}`, `{${FIRST.replace('kim@', 'lee@')},${DATA}}`],
    ['an address in a text', `{${FIRST},${DATA}}`, `{${FIRST},${DATA.replace('"x"', '"10.1.2.3"')}}`],
    ['an address in a text of IPv6', `{${FIRST},${DATA}}`, `{${FIRST},${DATA.replace('"x"', '"fe80::1"')}}`],
    ['JSON in a text', `{${FIRST},${DATA}}`, `{${FIRST},${DATA.replace('"x"', '"{}"')}}`],
    ['letters beyond ASCII in a text', `{${FIRST},${DATA}}`, `{${FIRST},${DATA.replace('"x"', '"é"')}}`],
    [
      'a text that is a user name as a whole',
      `{${FIRST},${DATA.replace('policy', 'Admin')}}`,
      `{${FIRST},${DATA.replace('policy', 'Admin').replace('"x"', '"y"')}}`,
    ],
    [
      'a text that may be one, for what it is comes after it',
      `{${FIRST},"supporting_data":{"data_values":["x"],"data_type":"policy"}}`,
      `{${FIRST},"supporting_data":{"data_values":["y"],"data_type":"policy"}}`,
    ],
    [
      'two texts that say what others are',
      `{${FIRST},"supporting_data":{"data_type":"policy","data_values":["x"],"data_type":"user"}}`,
      `{${FIRST},"supporting_data":{"data_type":"policy","data_values":["y"],"data_type":"user"}}`,
    ],
    [
      'a text in a change',
      `{${FIRST},${DATA},"details":{"name":"DLP","diff":{"changed":{"action":["x","y"]}}}}`,
      `{${FIRST},${DATA},"details":{"name":"SWG","diff":{"changed":{"action":["x","y"]}}}}`,
    ],
    ['two ids', `{${FIRST},${DATA},"_id":"c3"}`, `{${FIRST},${DATA},"_id":"d4"}`],
    ['two ids, one with an escape in its name', `{${FIRST},${DATA}}`, `{${FIRST},${DATA},"_i\\u0064":"d4"}`],
    ['two times', `{${FIRST},${DATA},"timestamp":1708955664}`, `{${FIRST},${DATA},"timestamp":1708955665}`],
    ['a time out of range', `{${FIRST},${DATA}}`, `{${FIRST.replace('1708955663', '7')},${DATA}}`],
    [
      'a time with a fraction',
      `{${FIRST},${DATA}}`,
      `{${FIRST.replace('1708955663', '1708955663.5')},${DATA}}`,
    ],
    ['a blank id', `{${FIRST},${DATA}}`, `{${FIRST.replace('a1', ' ')},${DATA}}`],
    ['an id with an escape', `{${FIRST},${DATA}}`, `{${FIRST.replace('a1', 'a\\u0031')},${DATA}}`],
    ['a zero before a number', `{${FIRST},${DATA},"count":11}`, `{${FIRST},${DATA},"count":01}`],
    [
      'a number beyond what a double holds',
      `{${FIRST},${DATA},"count":1}`,
      `{${FIRST},${DATA},"count":${'9'.repeat(400)}}`,
    ],
    [
      'a control character in place of a text',
      `{${FIRST},${DATA}}`,
      `{${FIRST},${DATA.replace('"x"', '\u0001')}}`,
    ],
    ['a control character in a text', `{${FIRST},${DATA}}`, `{${FIRST},${DATA.replace('x', '\u0001')}}`],
    ['something behind it', `{${FIRST},${DATA}}`, `{${FIRST},${DATA}} x`],
    ['a missing end', `{${FIRST},${DATA}}`, `[${FIRST},${DATA}]`],
  ])('%s', (_what, first, second) => {
    expect(unparsedOf(first, second, second)).toBeLessThanOrEqual(1);
    expect(unparsedOf(first, second)).toBe(0);
  });
});

test('two forms that share a hash are told apart, and the later one is known', () => {
  const events = ['u013ve', 'u018pl'].map((user) => `{${FIRST.replace('kim', user)},${DATA}}`);
  const reader = new FormReader(AUDIT_FEED.schema);
  const hashes = events.map((event) => (reader.read(Buffer.from(`${event},`), 0) ? reader.hash : undefined));
  expect(hashes).toEqual([781_526_452, 781_526_452]);
  const [one = '', other = ''] = events;
  expect([unparsedOf(one, other, one), unparsedOf(one, other, other)]).toEqual([0, 1]);
});

test('an event that was rejected makes no form known', () => {
  const rejected = `{${FIRST},${DATA},"p_row_id":"x"}`;
  expect(unparsedOf(rejected, rejected)).toBe(0);
});

test('an event with more than 256 kinds of fields before it is parsed', () => {
  const fields = Array.from({ length: 300 }, (_, number) => `"field_${number}":true`);
  const many = `{${FIRST},${DATA},${fields.join(',')}}`;
  expect(unparsedOf(many, many)).toBe(0);
});

test('an event that is longer than a form may be is parsed', () => {
  const long = `{${FIRST},${DATA},"new":"${'x'.repeat(20_000)}"}`;
  expect(unparsedOf(long, long)).toBe(0);
});

test('forms are known from page to page, and forgotten when they are four megabytes', () => {
  const forms = new CountedForms(AUDIT_FEED.schema);
  const read = (events: readonly string[]): void => {
    const { withForms, parsed } = readTwice(
      Buffer.from(`{"ok":1,"result":[${events.join(',')}]}`),
      new PageMemory(AUDIT_FEED.schema, forms),
    );
    expect(withForms === parsed).toBe(true);
  };
  const ofUser = (number: number): string => `{${FIRST.replace('kim', `user-${number}`)},${DATA}}`;
  read([ofUser(0), ofUser(1)]);
  read([ofUser(1), ofUser(0), ofUser(1)]);
  expect(forms.unparsed).toBe(3);
  const long = (number: number): string => `{${FIRST},${DATA},"new":"${number}${'x'.repeat(1_600)}"}`;
  read(Array.from({ length: 2_000 }, (_, number) => long(1_000 + number)));
  read([ofUser(1)]);
  expect(forms.unparsed).toBe(4);
  read(Array.from({ length: 500 }, (_, number) => long(4_000 + number)));
  read([ofUser(1)]);
  expect(forms.unparsed).toBe(4);
});
