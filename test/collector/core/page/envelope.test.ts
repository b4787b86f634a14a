import type { Envelope, Page } from '../../../../lambdas/collector/core/page/envelope';
import {
  eventBytes,
  eventText,
  otherTypeReason,
  pageOf as pageOfEvents,
  readEnvelope,
} from '../../../../lambdas/collector/core/page/envelope';
import { AUDIT_FEED } from '../../../../lambdas/contract/feed/audit';
import { pageOf } from '../../audit-events';

function read(body: string | Buffer): Envelope {
  return readEnvelope(AUDIT_FEED, Buffer.from(body), 'sha256-of-the-body');
}

/** Why an event cannot be read; undefined if it can. */
function reasonOf(event: Page['events'][number]): string | undefined {
  return event.kind === 'rejected' ? event.unreadable?.reason : undefined;
}

/** @throws Error where the body is not a page */
function readPage(body: string | Buffer): Page {
  const envelope = read(body);
  if (envelope.kind !== 'page') throw new Error(`expected a page, received ${JSON.stringify(envelope)}`);
  return envelope.page;
}

test('an answer as Netskope documents it is a page with its watermark and its waiting time', () => {
  const body = '{"ok":1,"result":[{"_id":"a"},{"_id":"b"}],"wait_time":5,"timestamp_hwm":1708955663}';
  const { events, ...page } = readPage(body);
  expect(events).toMatchObject([
    { kind: 'rejected', index: 0 },
    { kind: 'rejected', index: 1 },
  ]);
  expect(page).toEqual({
    body: Buffer.from(body),
    sha256: 'sha256-of-the-body',
    spans: [18, 29, 30, 41],
    content: Buffer.alloc(0),
    hasLineBreaks: false,
    isGarbled: false,
    rawWatermarkS: 1708955663,
    waitS: 5,
  });
});

test('events of a page that was pretty-printed keep their bytes, line breaks and all', () => {
  const page = readPage('{"ok": 1,\r\n "result": [\n  {\n  "_id": "a"\n  }\n ]}');
  expect(page.hasLineBreaks).toBe(true);
  expect(eventText(page, 0)).toBe('{\n  "_id": "a"\n  }');
});

test.each([
  ['missing', '{"ok":1,"result":[]}'],
  ['texts', '{"ok":1,"result":[],"wait_time":"5","timestamp_hwm":"1708955663"}'],
  ['fractions', '{"ok":1,"result":[],"wait_time":0.5,"timestamp_hwm":1708955663.5}'],
])('watermark and waiting time that are %s are taken as not told', (_what, body) => {
  expect(readPage(body)).toMatchObject({ rawWatermarkS: undefined, waitS: undefined });
});

test('keys nobody documented are tolerated', () => {
  expect(readPage('{"ok":1,"result":[],"analyze_result":true,"__proto__":{"ok":0}}').events).toEqual([]);
});

describe('one broken event among good ones is marked, and its neighbors stay what they are', () => {
  test.each<[string, string | Buffer, string]>([
    ['a bad escape', String.raw`{"_id":"\x41"}`, 'the event is not JSON'],
    ['a raw line break inside a string', '{"_id":"a\nb"}', 'the event is not JSON'],
    ['a missing value', '{"_id":}', 'the event is not JSON'],
    [
      'bytes that are not UTF-8',
      Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc3, 0x28, 0x22, 0x7d]),
      'the event is not UTF-8',
    ],
  ])('%s', (_what, broken, reason) => {
    const page = pageOf(['{"_id":"é"}', broken, '{"_id":"c"}']);
    expect(page.events.map((event) => reasonOf(event))).toEqual([undefined, reason, undefined]);
    expect(eventBytes(page, 1)).toEqual(Buffer.from(broken));
    expect(eventText(page, 2)).toBe('{"_id":"c"}');
  });

  test('only bytes that no text can hold are marked as binary', () => {
    const { events } = pageOf(['[tru]', Buffer.from([0x22, 0xff, 0x22])]);
    expect(events).toMatchObject([{ unreadable: { isBinary: false } }, { unreadable: { isBinary: true } }]);
  });
});

describe('quotes that do not pair swallow what stands between events: such a page is not split', () => {
  test.each([
    ['two events that each lack one', '{_id":"a"},{"_id":"whole"},{_id":"b"}'],
    ['an event between quotes of nobody', '{"_id":"a"},"{"_id":"b"}"'],
    ['an event behind one, and one at its end', '"{"_id":"a"},{"_id":"b"}}"'],
    ['an event before one', '{"_id":"a"}"}",{"_id":"b"}'],
  ])('%s', (_what, events) => {
    expect(read(`{"ok":1,"result":[${events}]}`)).toEqual({
      kind: 'undecodable',
      reason: 'the events in `result` cannot be told apart: quotes do not pair',
    });
  });
});

test.each([
  ['\n', true],
  ['\r', true],
  ['\r\n', true],
  [' ', false],
])('%j between tokens is a line break: %s', (space, expected) => {
  expect(readPage(`{"ok":1,${space}"result":[]}`).hasLineBreaks).toBe(expected);
});

test('an event has an id where `_id` is a text, whatever else is wrong with it', () => {
  const page = pageOf(['{"_id":"a"}', '{"_id":""}', '{"_id":7}', '{}', 'null', '7', '{"_id":}']);
  expect(page.events.map((event) => event.kind === 'rejected' && event.hasId)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('events that were received before are hashed together', () => {
  expect(pageOfEvents(AUDIT_FEED, [Buffer.from('{"a":1}'), Buffer.from('{"b":2}')])).toMatchObject({
    sha256: 'dad3c0d0a4f2e21f5ca84ada2e897b9246b8a01aff36a0909a7ed0dd5d9774e6',
    spans: [0, 7, 7, 14],
  });
});

describe('numbers beyond reason are none', () => {
  test.each<[string, number | undefined, number | undefined]>([
    ['"timestamp_hwm":946684799', undefined, undefined],
    ['"timestamp_hwm":946684800', 946_684_800, undefined],
    ['"timestamp_hwm":4102444799', 4_102_444_799, undefined],
    ['"timestamp_hwm":4102444800', undefined, undefined],
    ['"timestamp_hwm":1708955663.5', undefined, undefined],
    ['"wait_time":-1', undefined, undefined],
    ['"wait_time":0', undefined, 0],
    ['"wait_time":86400', undefined, 86_400],
    ['"wait_time":86401', undefined, undefined],
  ])('%s', (member, watermarkS, waitS) => {
    expect(readPage(`{"ok":1,"result":[],${member}}`)).toMatchObject({ rawWatermarkS: watermarkS, waitS });
  });
});

test('a page that is cut at any byte is undecodable, never a shorter page', () => {
  const body = Buffer.from(
    String.raw`{"ok":1,"wait_time":5,"result":[{"_id":"a","x":[{"y":"]}\""}]},{"_id":"é🎲"}],"timestamp_hwm":1708955663}`,
  );
  const kinds = Array.from({ length: body.length }, (_, end) => read(body.subarray(0, end)).kind);
  expect(new Set(kinds)).toEqual(new Set(['undecodable']));
  expect(read(body).kind).toBe('page');
});

describe('a 200 that is no page says why', () => {
  test.each([
    ['no bytes', '', 'the body is empty'],
    ['a proxy page', '<html></html>', 'the body of 13 bytes is not complete JSON'],
    ['a byte order mark alone', '\ufeff', 'the body is empty'],
    ['two byte order marks', '\ufeff\ufeff{"ok":1,"result":[]}', 'the body of 26 bytes is not complete JSON'],
    ['a list', '[1]', 'the body is JSON but not an object'],
    ['a text', '"ok"', 'the body is JSON but not an object'],
    ['no result', '{"ok":1}', '`result` is not one array'],
    ['a result that is no array', '{"ok":1,"result":{}}', '`result` is not one array'],
    ['a result of a list and nothing', '{"ok":1,"result":[1],"result":null}', '`result` is not one array'],
    ['a result that is false', '{"ok":1,"result":false}', '`result` is not one array'],
    ['two results', '{"ok":1,"result":[],"result":[]}', '`result` is not one array'],
    ['a result whose key is escaped', String.raw`{"ok":1,"\u0072esult":[]}`, '`result` is not one array'],
  ])('%s', (_what, body, reason) => {
    expect(read(body)).toEqual({ kind: 'undecodable', reason });
  });

  test.each([
    ['Netskope says so in `result`', '{"ok":0,"result":"busy","status":500}', 'ok is 0: busy'],
    ['a refusal whose `ok` is missing', '{"message":"no","status":401}', 'ok is absent: no'],
    ['Netskope says so in `message`', '{"ok":0,"message":"busy"}', 'ok is 0: busy'],
    ['Netskope says so in `error`', '{"ok":false,"error":"busy"}', 'ok is false: busy'],
    ['without a word', '{"ok":0,"result":[]}', 'ok is 0'],
    ['`ok` is 2', '{"ok":2,"result":[]}', 'ok is 2'],
    ['`ok` is a text', '{"ok":"1","result":[]}', 'ok is "1"'],
    ['`ok` is missing', '{"result":[]}', 'ok is absent'],
  ])('it is not ok: %s', (_what, body, reason) => {
    expect(read(body)).toEqual({ kind: 'not-ok', reason });
  });
});

test.each([
  ['{"ok":0,"result":"Token has expired","status":401}', 401, 'ok is 0, status is 401: Token has expired'],
  ['{"ok":false,"message":"no scope","status":403}', 403, 'ok is false, status is 403: no scope'],
  ['{"ok":0,"status":403}', 403, 'ok is 0, status is 403'],
])('%s says that the token is refused', (body, status, reason) => {
  expect(read(body)).toEqual({ kind: 'refused', status, reason });
});

describe('what other servers and gateways write for the same is read as the same', () => {
  test.each([
    ['true for 1', '{"ok":true,"result":[{"_id":"a"}],"wait_time":5}', ['{"_id":"a"}']],
    ['null for no events', '{"ok":1,"result": null ,"wait_time":5}', []],
    ['both', '{"result":null,"ok":true,"wait_time":5}', []],
    ['a byte order mark in front', '\ufeff{"ok":1,"result":[{"_id":"a"}],"wait_time":5}', ['{"_id":"a"}']],
  ])('%s', (_what, body, texts) => {
    const page = readPage(body);
    expect(page).toMatchObject({ waitS: 5, isGarbled: false });
    expect(page.events.map(({ index }) => eventText(page, index))).toEqual(texts);
  });

  test('an event behind a byte order mark keeps its bytes', () => {
    const page = readPage('\ufeff{"ok":1,"result":[{"_id":"é"}]}');
    expect(eventText(page, 0)).toBe('{"_id":"é"}');
  });
});

describe('a page in which an event is unreadable is marked as garbled', () => {
  test.each<[string, (string | Buffer)[], boolean]>([
    ['no event', [], false],
    ['events in order', ['{"_id":"a"}', '7', 'null'], false],
    ['an event that is not JSON', ['{"_id":"a"}', '{"_id":}'], true],
    ['an event that is not UTF-8', [Buffer.from([0x22, 0xff, 0x22])], true],
    ['nothing between two commas', ['1', '', '2'], true],
  ])('%s', (_what, events, isGarbled) => {
    expect(pageOf(events).isGarbled).toBe(isGarbled);
    if (events.length > 0)
      expect(
        pageOfEvents(
          AUDIT_FEED,
          events.map((event) => Buffer.from(event)),
        ).isGarbled,
      ).toBe(isGarbled);
  });
});

test.each([
  ['text/html', 'the body is text/html, not JSON'],
  ['Text/HTML; charset=utf-8', 'the body is text/html, not JSON'],
  ['application/xml', 'the body is application/xml, not JSON'],
  [`text/${'x'.repeat(100)}`, `the body is text/${'x'.repeat(75)}, not JSON`],
  ['application/json', undefined],
  ['application/json; charset=utf-8', undefined],
  [' application/json ; charset=utf-8', undefined],
  ['application/problem+json', undefined],
  ['', undefined],
  [undefined, undefined],
])('an unreadable body of the type %j is described as %j', (contentType, reason) => {
  expect(otherTypeReason(contentType)).toBe(reason);
});
