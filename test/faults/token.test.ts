import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoCheckpointStore } from '../../lambdas/collector/adapters/dynamo-checkpoint';
import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import { liveStreamId } from '../../lambdas/contract/storage/checkpoint-table';
import { bundleCollector, FUNCTION_HANDLER } from '../../lib/build/function-bundles';
import { LocalAws } from '../../lib/local/aws/local-aws';
import type { AwsFault } from '../../lib/local/aws/wire/aws-call';
import { FunctionProcess } from '../../lib/local/function-process';
import { LOCAL_BUCKET, LOCAL_CHECKPOINT_TABLE, LocalDeployment } from '../../lib/local/local-deployment';
import { generateAuditEvents } from '../../lib/local/netskope-simulator/events/audit-events';
import type { Fault } from '../../lib/local/netskope-simulator/gateway/fault';
import { NetskopeSimulator } from '../../lib/local/netskope-simulator/netskope-simulator';

const TOKEN = '7f3d5b1c9e8a4602b7d1f0e2c4a69583';

/** Everything that can go wrong with a request, answers that repeat the token included. */
const NETSKOPE_FAULTS: readonly Fault[] = [
  { kind: 'rate-limited', retryAfter: '0' },
  { kind: 'conflict', body: 'text' },
  { kind: 'unauthorized' },
  { kind: 'unauthorized', body: 'echoes-token' },
  { kind: 'unauthorized', body: 'echoes-token-disguised' },
  { kind: 'forbidden' },
  { kind: 'forbidden', body: 'echoes-token' },
  { kind: 'not-found' },
  { kind: 'bad-request' },
  { kind: 'redirect', location: `https://elsewhere.invalid/${TOKEN}` },
  { kind: 'server-error', status: 500, cursorMoved: true },
  { kind: 'server-error', status: 502, cursorMoved: false },
  { kind: 'server-error', status: 504, cursorMoved: true },
  { kind: 'reset', cursorMoved: true },
  { kind: 'reset', cursorMoved: true, afterHeaders: true },
  { kind: 'stall', served: 'at-once' },
  { kind: 'truncated-body' },
  { kind: 'truncated-gzip' },
  { kind: 'cut-json' },
  { kind: 'empty-body' },
  { kind: 'invalid-json' },
  { kind: 'not-ok', result: `invalid token ${TOKEN}`, status: 401 },
  { kind: 'no-content' },
  { kind: 'body', bytes: Buffer.from(`{"ok":"${TOKEN}","result":[]}`) },
];

const AWS_FAULTS = ['GetSecretValue', 'GetItem', 'PutItem', 'ListObjectsV2', 'PutObject', 'PutMetricData'];

/** Values of the secret that are wrong in every way, the token in each. */
const BROKEN_SECRETS = [
  `{"domain":"corp.goskope.com","token":"${TOKEN}"`,
  `"${TOKEN}"`,
  `["${TOKEN}"]`,
  `{"domain":"${TOKEN}@evil.example","token":"${TOKEN}"}`,
  `{"domain":"https://corp.goskope.com/?t=${TOKEN}","token":"${TOKEN}"}`,
  `{"domain":"corp.goskope.com","token":"two words ${TOKEN}"}`,
  `{"domain":"corp.goskope.com","token":"${TOKEN}","tokenExpiresAt":"${TOKEN}"}`,
];

const folder = mkdtempSync(join(tmpdir(), 'collector-'));
const said: string[] = [];
let aws: LocalAws;
let deployment: LocalDeployment;
let simulator: NetskopeSimulator;
let collector: FunctionProcess;

beforeAll(async () => {
  bundleCollector(folder);
  aws = await LocalAws.start();
  deployment = await LocalDeployment.create(aws);
  simulator = await NetskopeSimulator.start({
    nowMs: () => Date.now(),
    tokens: { valid: [TOKEN] },
    rateLimitPerS: 'unlimited',
    waitTimeS: 0,
    pageSize: 50,
  });
  const nowS = Math.floor(Date.now() / 1000);
  simulator.add(generateAuditEvents({ seed: 5, count: 500, fromEpochS: nowS - 3600, toEpochS: nowS }));
  collector = new FunctionProcess({
    codeFolder: folder,
    handler: FUNCTION_HANDLER,
    environment: {
      ...deployment.environment(),
      NETSKOPE_ENDPOINT_URL: simulator.url,
      REQUEST_TIMEOUT_MS: '1000',
      POWERTOOLS_LOG_LEVEL: 'DEBUG',
    },
    timeoutMs: 60_000,
    onLogLine: (line) => said.push(line),
  });
});

afterAll(async () => {
  await collector.stop();
  await simulator.stop();
  await aws.stop();
  rmSync(folder, { recursive: true });
});

async function invoke(): Promise<string> {
  const end = await collector.invoke({ sourceId: 'netskope' });
  said.push(JSON.stringify(end));
  return end.kind;
}

/** Passes the minutes for which a call that may still be running at Netskope is left alone. */
async function passRest(): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const checkpoints = new DynamoCheckpointStore(client, LOCAL_CHECKPOINT_TABLE);
  const found = await checkpoints.load(liveStreamId(AUDIT_FEED, 'netskope'));
  if (found !== undefined) await checkpoints.save({ ...found, restUntilMs: undefined, lease: undefined });
  client.destroy();
}

/** Makes the first request of the next run fail. */
function failOnce(fault: Fault): void {
  simulator.hooks = {
    received: () => {
      simulator.hooks = {};
      return fault;
    },
  };
}

test('the token appears in no log line, error, return value, metric, checkpoint or object, whatever goes wrong', async () => {
  const ends: string[] = [];
  await deployment.putSecret('netskope', { domain: 'corp.goskope.com', token: TOKEN });
  for (const fault of NETSKOPE_FAULTS) {
    failOnce(fault);
    const asked = simulator.requests.length;
    ends.push(await invoke());
    expect(simulator.requests.length).toBeGreaterThan(asked);
    await passRest();
  }
  for (const operation of AWS_FAULTS) {
    const fault: AwsFault = {
      kind: 'error',
      status: 400,
      code: 'AccessDeniedException',
      message: `no ${operation}`,
    };
    aws.hooks = { before: (call) => (call.operation === operation ? fault : undefined) };
    ends.push(await invoke());
  }
  aws.hooks = {
    before: ({ body }) => void said.push(body.toString('latin1').replaceAll(`"SecretString":`, '')),
  };
  ends.push(await invoke());
  aws.hooks = {};
  for (const secret of BROKEN_SECRETS) {
    await deployment.putSecret('netskope', secret);
    ends.push(await invoke());
  }
  expect(ends.filter((kind) => kind === 'died')).toEqual([]);
  expect(ends.filter((kind) => kind === 'failed').length).toBeGreaterThan(20);

  for (const key of aws.objects.keys(LOCAL_BUCKET)) {
    const { object, body } = await aws.objects.read(LOCAL_BUCKET, key);
    said.push(key, JSON.stringify(object), (key.endsWith('.gz') ? gunzipSync(body) : body).toString());
  }
  said.push(JSON.stringify(aws.metrics.all()));
  expect(said.filter((text) => text.includes(TOKEN))).toEqual([]);
  expect(simulator.requests.some(({ token }) => token === TOKEN)).toBe(true);
});
