import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { stateOf } from '../../../lambdas/verifier/core/object-state';
import { parts } from './made-up-chain';

const listed = (body: Buffer, events: number) => ({
  key: 'object',
  events,
  bytes: body.length,
  sha256: createHash('sha256').update(body).digest('hex'),
});

const PACKED = gzipSync('{"_id":"a"}\n{"_id":"b"}\n');

it('is as listed with its SHA-256 and its number of events', async () => {
  expect(await stateOf(parts(PACKED), listed(PACKED, 2))).toEqual({ kind: 'as listed' });
});

it('is altered with another number of events than is listed', async () => {
  expect(await stateOf(parts(PACKED), listed(PACKED, 3))).toEqual({
    kind: 'altered',
    detail: 'it holds 2 events; 3 are listed',
  });
});

it('is altered with other bytes, whether or not they can be unpacked', async () => {
  const text = Buffer.from('no gzip, and longer than what was written');
  const sha256 = createHash('sha256').update(text).digest('hex');
  expect(await stateOf(parts(text), listed(PACKED, 2))).toEqual({
    kind: 'altered',
    detail: `41 bytes with SHA-256 ${sha256}; ${PACKED.length} bytes with ${listed(PACKED, 2).sha256} were written`,
  });
});

it.each([
  ['is cut', PACKED.subarray(0, PACKED.length - 9), 'unexpected end of file'],
  [
    'is no gzip',
    Buffer.from('no gzip at all, for some more bytes than one part has'),
    'incorrect header check',
  ],
  ['is empty', Buffer.alloc(0), 'unexpected end of file'],
])('is altered if it is listed as it is and %s', async (_, body, reason) => {
  expect(await stateOf(parts(body), listed(body, 2))).toEqual({
    kind: 'altered',
    detail: `it cannot be unpacked: ${reason}`,
  });
});

it('need not be gzip without events, as pages and marks are', async () => {
  const page = Buffer.from('a page');
  expect(await stateOf(parts(page), listed(page, 0))).toEqual({ kind: 'as listed' });
});

it('fails with its body', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(PACKED.subarray(0, 5));
    throw new Error('connection reset');
  }
  await expect(stateOf(broken(), listed(PACKED, 2))).rejects.toThrow('connection reset');
});
