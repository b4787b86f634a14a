import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { readBody } from '../../../lambdas/collector/adapters/received-body';
import { ByteBuilder } from '../../../lambdas/shared/byte-builder';

const MIB = 1_048_576;
const NEVER = new AbortController().signal;

/** Of one run: each body takes the place of the one before. */
const memory = new ByteBuilder();

/** Chunks of a little less than 1 MiB, each with a content of its own. */
function* chunksOf(length: number): Generator<Buffer> {
  for (let at = 0, number = 0; at < length; at += 1_000_000, number++)
    yield Buffer.alloc(Math.min(1_000_000, length - at), `chunk ${number} `);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test.each([
  ['nothing', 0, 0, false],
  ['a small body', 3_000_001, 3_000_001, false],
  ['a large body', 9 * MIB + 1, 9 * MIB + 1, false],
  ['the largest body', 64 * MIB, 67_108_864, false],
  ['of one byte more the beginning', 64 * MIB + 1, 67_108_864, true],
])('%s is received as it was sent', async (_what, sent, kept, isTooLong) => {
  const { bytes, ...ended } = await readBody(Readable.from(chunksOf(sent)), NEVER, memory);
  expect(ended).toEqual({ isTooLong });
  expect(bytes).toHaveLength(kept);
  expect(sha256(bytes)).toBe(sha256(Buffer.concat([...chunksOf(sent)]).subarray(0, kept)));
});

test('of a body that breaks off, what came is received', async () => {
  function* broken(): Generator<Buffer> {
    yield* chunksOf(9 * MIB);
    throw new Error('aborted');
  }
  const { bytes, ...ended } = await readBody(Readable.from(broken()), NEVER, memory);
  expect(ended).toEqual({ cutBy: 'aborted', isTooLong: false });
  expect(bytes).toHaveLength(9_437_184);
});
