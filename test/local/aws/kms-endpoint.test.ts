import { createPublicKey, verify } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { LocalAws } from '../../../lib/local/aws/local-aws';

const KEY = 'arn:aws:kms:us-east-1:000000000000:key/1';

let aws: LocalAws;
let kms: KMSClient;
beforeEach(async () => {
  aws = await LocalAws.start();
  aws.keys.put(KEY);
  const credentials = { accessKeyId: 'TEST', secretAccessKey: 'test' };
  kms = new KMSClient({ endpoint: aws.url, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterEach(async () => {
  kms.destroy();
  await aws.stop();
});

const request = (KeyId: string, different: object = {}) =>
  new SignCommand({
    KeyId,
    Message: Buffer.from('a head'),
    MessageType: 'RAW',
    SigningAlgorithm: 'ECDSA_SHA_256',
    ...different,
  });

it('signs with a key whose public part it gives away', async () => {
  const { Signature = new Uint8Array() } = await kms.send(request(KEY));
  const { PublicKey = new Uint8Array() } = await kms.send(new GetPublicKeyCommand({ KeyId: KEY }));
  const key = createPublicKey({ key: Buffer.from(PublicKey), type: 'spki', format: 'der' });
  expect(verify('sha256', Buffer.from('a head'), key, Signature)).toBe(true);
  expect(verify('sha256', Buffer.from('another head'), key, Signature)).toBe(false);
});

it('refuses a key that is not there', async () => {
  await expect(kms.send(request('another'))).rejects.toMatchObject({ name: 'NotFoundException' });
});

it.each([
  ['a message of more than 4,096 bytes', { Message: Buffer.alloc(4099) }],
  ['another algorithm', { SigningAlgorithm: 'ECDSA_SHA_384' }],
])('refuses %s', async (_, different) => {
  await expect(kms.send(request(KEY, different))).rejects.toMatchObject({ name: 'ValidationException' });
});
