import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { ByteBuilder } from '../../lambdas/shared/byte-builder';
import { unpack } from '../../lambdas/shared/unpack';

const OPTIONS = { maxBytes: 2_000_000, what: 'the object' };

/** Bytes that gzip cannot make smaller, so that they are unpacked in several chunks. */
const LARGE = randomBytes(1_500_000);

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a few bytes', Buffer.from('{"ok":1}')],
  ['what takes several chunks', LARGE],
  ['exactly one chunk', LARGE.subarray(0, 262_144)],
])('%s comes out as it was packed', async (_what, bytes) => {
  expect(await unpack(gzipSync(bytes), OPTIONS)).toEqual({ kind: 'decoded', body: bytes });
});

test.each([
  ['small', Buffer.alloc(2_000_000), 'decoded'],
  ['small', Buffer.alloc(2_000_001), 'unreadable'],
  ['large', Buffer.concat([LARGE, Buffer.alloc(500_000)]), 'decoded'],
  ['large', Buffer.concat([LARGE, Buffer.alloc(500_001)]), 'unreadable'],
])('of what was %s when it was packed, as much as the limit comes out', async (_what, bytes, kind) => {
  const packed = gzipSync(bytes);
  const reason = `the object of ${packed.length} bytes unpacks to more than 2000000 bytes`;
  expect(await unpack(packed, OPTIONS)).toEqual(
    kind === 'decoded' ? { kind, body: bytes } : { kind, reason },
  );
});

test('a stream that ends too early is cut, wherever it does', async () => {
  const packed = gzipSync(LARGE);
  for (const length of [5_000, 700_000, packed.length - 8, packed.length - 1])
    expect(await unpack(packed.subarray(0, length), OPTIONS)).toEqual({
      kind: 'cut',
      reason: `the object of ${length} bytes is cut: unexpected end of file`,
    });
});

test('a byte that changed on the way is noticed', async () => {
  const packed = gzipSync(LARGE);
  packed.writeUInt8(packed.readUInt8(packed.length - 6) ^ 1, packed.length - 6);
  expect(await unpack(packed, OPTIONS)).toEqual({
    kind: 'unreadable',
    reason: `the object of ${packed.length} bytes cannot be unpacked: incorrect data check`,
  });
});

test('memory that is given is used again, and what comes out is the last that was unpacked', async () => {
  const memory = new ByteBuilder();
  const [first, second] = [LARGE.subarray(0, 900_000), LARGE.subarray(600_000)];
  expect(await unpack(gzipSync(first), { ...OPTIONS, memory })).toEqual({ kind: 'decoded', body: first });
  expect(await unpack(gzipSync(second), { ...OPTIONS, memory })).toEqual({ kind: 'decoded', body: second });
});
