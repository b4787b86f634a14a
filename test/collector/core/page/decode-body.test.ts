import { brotliCompressSync, gzipSync } from 'node:zlib';
import { decodeBody, MAX_BODY_BYTES } from '../../../../lambdas/collector/core/page/decode-body';

const PAGE = '{"ok":1,"result":[]}';
const PACKED = gzipSync(PAGE);

test.each<[string | undefined, Buffer]>([
  [undefined, Buffer.from(PAGE)],
  ['', Buffer.from(PAGE)],
  ['identity', Buffer.from(PAGE)],
  ['Identity', Buffer.from(PAGE)],
  ['gzip', PACKED],
  ['GZIP', PACKED],
  [' gzip ', PACKED],
  ['x-gzip', PACKED],
  ['X-GZip', PACKED],
])('content encoding %j is undone', async (contentEncoding, bytes) => {
  expect(await decodeBody(bytes, contentEncoding)).toEqual({ kind: 'decoded', body: Buffer.from(PAGE) });
});

describe.each([
  ['the longest that is unpacked at once', 4_073, 4_096],
  ['one byte more', 4_074, 4_097],
])('a gzip stream of %s', (_what, length, packedLength) => {
  const packed = gzipSync(Buffer.alloc(length, 'x'), { level: 0 });

  test('is undone', async () => {
    expect(packed.length).toBe(packedLength);
    const body = Buffer.alloc(length, 'x');
    expect(await decodeBody(packed, 'gzip')).toEqual({ kind: 'decoded', body });
  });

  test('is cut without its last byte', async () => {
    expect(await decodeBody(packed.subarray(0, -1), 'gzip')).toMatchObject({ kind: 'cut' });
  });
});

test('a gzip stream that is cut at any byte is cut, never a shorter body', async () => {
  const kinds = new Set<string>();
  for (let end = 0; end < PACKED.length; end++)
    kinds.add((await decodeBody(PACKED.subarray(0, end), 'gzip')).kind);
  expect(kinds).toEqual(new Set(['cut']));
  expect(await decodeBody(PACKED.subarray(0, 12), 'gzip')).toEqual({
    kind: 'cut',
    reason: 'the gzip body of 12 bytes is cut: unexpected end of file',
  });
});

describe('a whole body that cannot be unpacked says why, with its numbers', () => {
  test.each<[string, Buffer, string, string]>([
    [
      'no gzip',
      Buffer.from(PAGE),
      'gzip',
      'the gzip body of 20 bytes cannot be unpacked: incorrect header check',
    ],
    [
      'a wrong check sum',
      Buffer.concat([gzipSync('').subarray(0, -8), Buffer.alloc(8, 1)]),
      'gzip',
      'the gzip body of 20 bytes cannot be unpacked: incorrect data check',
    ],
    [
      'an unknown encoding',
      brotliCompressSync(PAGE),
      'br',
      'the body of 24 bytes has the content encoding "br", expected gzip or none',
    ],
    [
      'two encodings',
      Buffer.from(PAGE),
      'gzip, gzip',
      'the body of 20 bytes has the content encoding "gzip, gzip", expected gzip or none',
    ],
  ])('%s', async (_what, bytes, contentEncoding, reason) => {
    expect(await decodeBody(bytes, contentEncoding)).toEqual({ kind: 'unreadable', reason });
  });
});

describe('the bound', () => {
  test('is 32 MiB', () => {
    expect(MAX_BODY_BYTES).toBe(33_554_432);
  });

  test.each([
    ['as long as the bound', 1_000, 'decoded'],
    ['one byte longer', 1_001, 'unreadable'],
  ])('a body that unpacks to %s', async (_what, length, kind) => {
    const bytes = gzipSync('x'.repeat(length));
    expect((await decodeBody(bytes, 'gzip', { maxBytes: 1_000 })).kind).toBe(kind);
    expect((await decodeBody(Buffer.alloc(length), undefined, { maxBytes: 1_000 })).kind).toBe(kind);
  });

  test('ends a bomb of 256 MiB', async () => {
    const bomb = gzipSync(Buffer.alloc(256 * 2 ** 20));
    const decoded = await decodeBody(bomb, 'gzip');
    expect(decoded.kind).toBe('unreadable');
    expect('reason' in decoded && decoded.reason).toBe(
      `the gzip body of ${bomb.length} bytes unpacks to more than 33554432 bytes`,
    );
  });

  test('keeps a received body that is longer from being unpacked', async () => {
    expect(await decodeBody(Buffer.alloc(41), 'gzip', { maxBytes: 40 })).toEqual({
      kind: 'unreadable',
      reason: 'the body has 41 bytes, 40 at most are read',
    });
  });
});
