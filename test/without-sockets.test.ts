import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { LocalAws } from '../lib/local/aws/local-aws';
import { withoutSockets } from './without-sockets';

const PLACE = { Bucket: 'archive', Key: "a page's key, 100 %" };
const MISSING = { ...PLACE, Key: 'none' };

/** What a client gets in a story with objects, refusals and a cut connection. */
async function story(aws: LocalAws): Promise<unknown[]> {
  const settings = {
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: aws.credentials('test'),
    maxAttempts: 1,
  };
  const [s3, dynamoDb] = [new S3Client(settings), new DynamoDBClient(settings)];
  const put = new PutObjectCommand({ ...PLACE, Body: 'ä line', IfNoneMatch: '*', Metadata: { run: '1' } });
  await aws.objects.createBucket(PLACE.Bucket);
  const steps = [
    () => s3.send(put),
    () => s3.send(put),
    () => s3.send(new HeadObjectCommand(PLACE)),
    () => s3.send(new HeadObjectCommand(MISSING)),
    () => s3.send(new GetObjectCommand(PLACE)).then(({ Body }) => Body?.transformToString()),
    () => s3.send(new GetObjectCommand(MISSING)),
    () => s3.send(new ListObjectsV2Command({ Bucket: PLACE.Bucket, Prefix: "a page's" })),
    () => dynamoDb.send(new GetItemCommand({ TableName: 'none', Key: { id: { S: 'x' } } })),
    () => {
      aws.hooks = { before: () => ({ kind: 'reset' }) };
      return s3.send(new HeadObjectCommand(PLACE));
    },
    async () => {
      await aws.stop();
      return s3.send(new HeadObjectCommand(PLACE));
    },
  ];
  const told: unknown[] = [];
  for (const step of steps) told.push(await step().then(withoutIds, errorOf));
  return told;
}

function withoutIds(answer: unknown): unknown {
  const { $metadata: { httpStatusCode = undefined } = {}, ...others } = Object(answer) as {
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  return { httpStatusCode, ...others };
}

function errorOf(error: unknown): unknown {
  const {
    name,
    code,
    $metadata: { httpStatusCode = undefined } = {},
  } = error as Error & {
    readonly code?: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  return { name, code, httpStatusCode };
}

test('a client gets the same without sockets', async () => {
  const nowMs = (): number => 1_795_341_600_000;
  const told = await story(withoutSockets(await LocalAws.start({ nowMs })));
  expect(told).toEqual(await story(await LocalAws.start({ nowMs })));
  expect(told.filter((each) => (each as { readonly name?: string }).name !== undefined)).toMatchObject([
    { name: 'PreconditionFailed', httpStatusCode: 412 },
    { name: 'NotFound', httpStatusCode: 404 },
    { name: 'NoSuchKey', httpStatusCode: 404 },
    { name: 'ResourceNotFoundException', httpStatusCode: 400 },
    { name: 'TimeoutError', code: 'ECONNRESET' },
    { code: 'ECONNREFUSED' },
  ]);
});
