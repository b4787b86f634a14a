import { createHash } from 'node:crypto';
import { LocalAws } from '../../../../lib/local/aws/local-aws';
import { sendRaw } from '../aws-clients';

let aws: LocalAws;

beforeEach(async () => {
  aws = await LocalAws.start();
  await aws.objects.createBucket('archive');
});

afterEach(() => aws.stop());

const BODY = '123456789';
const BODY_SHA256 = '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225';
const STREAMED = {
  'content-encoding': 'aws-chunked',
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'x-amz-decoded-content-length': '9',
  'x-amz-trailer': 'x-amz-checksum-crc32',
};

async function put(headers: Readonly<Record<string, string>>, body: string | Buffer = BODY) {
  const { status, text } = await sendRaw(aws, {
    service: 's3',
    method: 'PUT',
    path: '/archive/a',
    headers,
    body,
  });
  return { status, code: /<Code>(.*)<\/Code>/.exec(text)?.[1] };
}

test('accepts a body whose every digest is right', async () => {
  const outcome = await put({
    'x-amz-content-sha256': BODY_SHA256,
    'content-md5': 'JfnnlDI7RTiF9RgfG2JNCw==',
    'x-amz-checksum-crc32': 'y/Q5Jg==',
  });

  expect(outcome).toEqual({ status: 200, code: undefined });
});

test.each([
  ['XAmzContentSHA256Mismatch', { 'x-amz-content-sha256': createHash('sha256').digest('hex') }],
  ['BadDigest', { 'x-amz-content-sha256': BODY_SHA256, 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }],
  ['InvalidDigest', { 'x-amz-content-sha256': BODY_SHA256, 'content-md5': 'short' }],
  ['BadDigest', { 'x-amz-content-sha256': BODY_SHA256, 'x-amz-checksum-crc32': 'AAAAAA==' }],
  ['BadDigest', { 'x-amz-content-sha256': BODY_SHA256, 'x-amz-checksum-crc32c': 'AAAAAA==' }],
  ['BadDigest', { 'x-amz-content-sha256': BODY_SHA256, 'x-amz-checksum-sha1': 'AAAA' }],
  ['BadDigest', { 'x-amz-content-sha256': BODY_SHA256, 'x-amz-checksum-sha256': 'AAAA' }],
  [
    'InvalidRequest',
    {
      'x-amz-content-sha256': BODY_SHA256,
      'x-amz-checksum-crc32': 'y/Q5Jg==',
      'x-amz-checksum-crc32c': '4waSgw==',
    },
  ],
  ['InvalidRequest', { 'x-amz-content-sha256': BODY_SHA256, 'x-amz-sdk-checksum-algorithm': 'CRC32' }],
  ['InvalidRequest', {}],
  ['MissingContentLength', { 'x-amz-content-sha256': BODY_SHA256, 'transfer-encoding': 'chunked' }],
  ['NotImplemented', { 'x-amz-content-sha256': BODY_SHA256, 'x-amz-trailer': 'x-amz-checksum-crc32' }],
  ['NotImplemented', { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }],
  ['NotImplemented', { 'x-amz-content-sha256': BODY_SHA256, 'content-encoding': 'aws-chunked' }],
] as const)('answers %s and stores nothing for %j', async (code, headers) => {
  const outcome = await put(headers);

  expect(outcome.code).toBe(code);
  expect(aws.objects.keys('archive')).toEqual([]);
});

test('accepts a streamed body whose trailer is right', async () => {
  const outcome = await put(
    STREAMED,
    '4\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n',
  );

  expect(outcome.status).toBe(200);
  expect((await aws.objects.read('archive', 'a')).body.toString()).toBe('123456789');
});

test.each([
  [
    'BadDigest',
    'a wrong checksum in the trailer',
    '9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
  ],
  ['MalformedTrailerError', 'no trailer where one was announced', '9\r\n123456789\r\n0\r\n\r\n'],
  [
    'IncompleteBody',
    'fewer bytes than announced',
    '8\r\n12345678\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
  ],
  [
    'MalformedTrailerError',
    'a trailer without a name',
    '9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\njunk\r\n\r\n',
  ],
  ['IncompleteBody', 'a body that breaks off', '9\r\n1234'],
  [
    'IncompleteBody',
    'a chunk that is not closed',
    '8\r\n12345678XX1\r\n9\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n',
  ],
  ['IncompleteBody', 'no end', '9\r\n123456789\r\n'],
  ['IncompleteBody', 'no empty line at the end', '9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n'],
  ['IncompleteBody', 'signed chunks', '9;chunk-signature=00\r\n123456789\r\n0\r\n\r\n'],
])('answers %s to a streamed upload with %s, and stores nothing', async (code, _, body) => {
  const outcome = await put(STREAMED, body);

  expect(outcome.code).toBe(code);
  expect(aws.objects.keys('archive')).toEqual([]);
});

test('refuses a streamed upload whose content encoding does not say so', async () => {
  const outcome = await put(
    { ...STREAMED, 'content-encoding': 'gzip' },
    '9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n',
  );

  expect(outcome.code).toBe('InvalidRequest');
});

test('refuses a payload above 64 MiB, and says how large it was', async () => {
  const { status, text } = await sendRaw(aws, {
    service: 's3',
    method: 'PUT',
    path: '/archive/a',
    headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    body: Buffer.alloc(67_108_865),
  });

  expect(status).toBe(400);
  expect(text).toContain('<Code>EntityTooLarge</Code>');
  expect(text).toContain('67108865');
});
