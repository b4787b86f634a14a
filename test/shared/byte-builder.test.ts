import { ByteBuilder } from '../../lambdas/shared/byte-builder';

test('texts and bytes follow each other as they were added', () => {
  const builder = new ByteBuilder();
  builder.addText('é');
  builder.addBytes(Buffer.from('abc'));
  builder.addBytes(Buffer.from('0123456789'), 4, 6);
  builder.addText('');
  expect([builder.bytes.toString('utf8'), builder.length]).toEqual(['éabc45', 7]);
});

test('what was added stays when the buffer has to grow', () => {
  const builder = new ByteBuilder();
  for (let piece = 0; piece < 5; piece++) builder.addText(String(piece).repeat(50_000));
  builder.addBytes(Buffer.alloc(300_000, 'x'));
  expect(builder.bytes.toString('latin1')).toBe(
    '0'.repeat(50_000) +
      '1'.repeat(50_000) +
      '2'.repeat(50_000) +
      '3'.repeat(50_000) +
      '4'.repeat(50_000) +
      'x'.repeat(300_000),
  );
});

test('a text may take three bytes for each of its characters', () => {
  const builder = new ByteBuilder();
  builder.addText('€'.repeat(30_000));
  builder.addText('€'.repeat(30_000));
  expect(builder.bytes.toString('utf8')).toBe('€'.repeat(60_000));
});

test('after it was cleared it begins again', () => {
  const builder = new ByteBuilder();
  builder.addText('of the object before');
  builder.clear();
  builder.addText('of this one');
  expect(builder.bytes.toString('utf8')).toBe('of this one');
});

test('memory for an unusual page is not kept for the next one', () => {
  const builder = new ByteBuilder();
  builder.reserve(16_777_217);
  builder.addText('x');
  expect(builder.bytes.buffer.byteLength).toBe(16_777_217);
  builder.clear();
  builder.addText('x');
  expect(builder.bytes.buffer.byteLength).toBe(65_536);
});

test('a chunk that is taken follows what was there; one that shares its memory with others leaves it to them', () => {
  const builder = new ByteBuilder();
  const [first, second] = [Buffer.alloc(100_000, 'a'), Buffer.alloc(100_000, 'b')];
  builder.take(first.subarray(0, 60_000));
  builder.take(first.subarray(60_000));
  builder.take(second);
  expect(builder.bytes.toString('latin1')).toBe('a'.repeat(100_000) + 'b'.repeat(100_000));
});
