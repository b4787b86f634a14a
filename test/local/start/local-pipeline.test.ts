import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type InvocationType, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { RunSummary } from '../../../lambdas/contract/deployment/collector-event';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import type { LocalPipeline } from '../../../lib/local/start/local-pipeline';
import { openLocalPipeline } from '../../../lib/local/start/local-pipeline';
import { Screen } from '../../../lib/local/start/screen';
import { SimulatedTenant } from '../../../lib/local/start/simulated-tenant';
import { start } from '../../../lib/local/start/start';
import { StartError } from '../../../lib/local/start/start-error';

let stateFolder: string;
let pipeline: LocalPipeline | undefined;

/** Creates what `npm start` leaves: an archive of forty events. */
beforeAll(async () => {
  stateFolder = mkdtempSync(join(tmpdir(), 'local-pipeline-'));
  await start({
    feed: AUDIT_FEED,
    tenant: new SimulatedTenant({ seed: 3, events: 40 }),
    stateFolder,
    screen: new Screen({ write: () => true }, {}),
    signal: new AbortController().signal,
  });
});

afterEach(async () => {
  await pipeline?.close();
  pipeline = undefined;
});

afterAll(() => rmSync(stateFolder, { recursive: true, force: true }));

/** Opens the archive, with so many events since. */
async function open(newEvents = 0): Promise<LocalPipeline> {
  pipeline = await openLocalPipeline({
    feed: AUDIT_FEED,
    stateFolder,
    tenant: new SimulatedTenant({ newEvents }),
  });
  return pipeline;
}

/** Settings of an AWS client, taken from the environment that the pipeline gives. */
function settingsOf({ environment }: LocalPipeline) {
  const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region } = environment;
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = environment;
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
}

async function outputsOf(opened: LocalPipeline): Promise<Record<string, string>> {
  const client = new CloudFormationClient(settingsOf(opened));
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: 'NetskopeAudit' }));
  const outputs = Stacks[0]?.Outputs ?? [];
  return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

async function invoke(opened: LocalPipeline, invocationType: InvocationType = 'RequestResponse') {
  const answer = await new LambdaClient(settingsOf(opened)).send(
    new InvokeCommand({
      FunctionName: 'netskope-audit-collector',
      InvocationType: invocationType,
      Payload: '{"sourceId":"netskope"}',
    }),
  );
  expect(answer.FunctionError).toBeUndefined();
  return answer.Payload?.transformToString() ?? '';
}

const summaryOf = async (opened: LocalPipeline) => JSON.parse(await invoke(opened)) as RunSummary;

describe('the archive of npm start, opened', () => {
  it('has the outputs of a deployed stack', async () => {
    expect(await outputsOf(await open())).toEqual({
      ArchiveBucket: 'netskope-audit-archive',
      CheckpointTable: 'netskope-audit-checkpoints',
      CollectorFunction: 'netskope-audit-collector',
      SecretNamePrefix: 'netskope-audit/',
      AlarmTopic: 'arn:aws:sns:us-east-1:000000000000:netskope-audit-alarms',
      AlertTopic: 'arn:aws:sns:us-east-1:000000000000:netskope-audit-alerts',
      DetectionTable: 'netskope-audit-detection',
      DetectorFunction: 'netskope-audit-detector',
      Workgroup: 'no-athena-on-this-machine',
      Sources:
        '[{"sourceId":"netskope","label":"netskope","startLookbackHours":169,"scheduleMinutes":5,"dailyRecheck":true}]',
    });
  });

  it('has the topic that the outputs name', async () => {
    const opened = await open();
    const { AlarmTopic: TopicArn } = await outputsOf(opened);
    const { Subscriptions } = await new SNSClient(settingsOf(opened)).send(
      new ListSubscriptionsByTopicCommand({ TopicArn }),
    );
    expect(Subscriptions ?? []).toEqual([]);
  });

  it('goes on where npm start ended: without new events nothing is added', async () => {
    const opened = await open();
    const keys = opened.aws.objects.keys('netskope-audit-archive');
    expect(await summaryOf(opened)).toMatchObject({ outcome: 'caught-up', archived: 0, quarantined: 0 });
    expect(opened.aws.objects.keys('netskope-audit-archive')).toEqual(keys);
  });

  it('collects what happened since, each event once, though it is invoked twice at once', async () => {
    const opened = await open(6);
    const summaries = await Promise.all([summaryOf(opened), summaryOf(opened)]);
    expect(summaries.map(({ outcome }) => outcome)).toEqual(['caught-up', 'caught-up']);
    expect(summaries.map(({ archived, quarantined }) => archived + quarantined)).toEqual([6, 0]);
  });

  it('returns the token only to callers with the key that is made at each start', async () => {
    const opened = await open();
    const credentials = { accessKeyId: 'LOCALACCESSKEY', secretAccessKey: 'local-only' };
    await expect(
      new SecretsManagerClient({ ...settingsOf(opened), credentials }).send(
        new GetSecretValueCommand({ SecretId: 'netskope-audit/netskope' }),
      ),
    ).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });

  it('leads to the tenant and holds its token', async () => {
    const opened = await open();
    const { SecretString = '' } = await new SecretsManagerClient(settingsOf(opened)).send(
      new GetSecretValueCommand({ SecretId: 'netskope-audit/netskope' }),
    );
    const { token } = JSON.parse(SecretString) as { readonly token: string };
    const origin = opened.environment.NETSKOPE_ENDPOINT_URL;
    const answer = await fetch(`${origin}/api/v2/events/data/audit?starttime=0&endtime=${2 ** 33}&limit=1`, {
      headers: { 'Netskope-Api-Token': token },
    });
    expect(await answer.json()).toMatchObject({ ok: 1, total: expect.any(Number) as unknown });
  });

  it('removes the lease of a run that was killed with an earlier pipeline, and the rest after its call', async () => {
    const earlier = await open();
    const lease = { runId: 'killed', expiresAtMs: Date.UTC(2099, 0, 1) };
    await new DynamoDBClient(settingsOf(earlier)).send(
      new UpdateItemCommand({
        TableName: 'netskope-audit-checkpoints',
        Key: marshall({ streamId: 'netskope#audit' }),
        UpdateExpression: 'SET lease = :lease, restUntilMs = :rest',
        ExpressionAttributeValues: marshall({ ':lease': lease, ':rest': Date.UTC(2099, 0, 1) }),
      }),
    );
    expect(await earlier.checkpoint.read()).toMatchObject({ lease, restUntilMs: Date.UTC(2099, 0, 1) });
    await earlier.close();

    const found = await (await open()).checkpoint.read();
    expect([found?.lease, found?.restUntilMs]).toEqual([undefined, undefined]);
  });
});

describe('closing', () => {
  it('ends an invocation that nobody waits for and those queued after it, and releases the folder', async () => {
    const opened = await open(5);
    await invoke(opened, 'Event');
    await invoke(opened, 'Event');
    await opened.close();
    expect((await opened.aws.functions.settled()).map(({ kind }) => kind)).toEqual(['died', 'died']);
    expect(await summaryOf(await open())).toMatchObject({ outcome: 'caught-up' });
  });

  it('may happen twice', async () => {
    const opened = await open();
    await opened.close();
    await opened.close();
  });
});

describe('opening is refused', () => {
  it('if the list of what is not evaluated is broken, and releases the folder', async () => {
    const file = join(stateFolder, 'simulator/detection-queue.json');
    const kept = readFileSync(file, 'utf8');
    writeFileSync(file, '{}');
    await expect(open()).rejects.toEqual(
      new StartError(
        `The state file ${file} is broken: it holds other JSON, expected a list of keys. Delete it: what it listed is not evaluated then.`,
      ),
    );
    writeFileSync(file, kept);
    expect((await open()).folder).toBe(join(stateFolder, 'simulator'));
  });

  it('if npm start was never run, and leaves nothing behind', async () => {
    const empty = join(stateFolder, 'elsewhere');
    await expect(openLocalPipeline({ feed: AUDIT_FEED, stateFolder: empty })).rejects.toEqual(
      new StartError(
        `There is no archive in ${empty}/simulator/s3/netskope-audit-archive yet: run npm start first.`,
      ),
    );
    expect(existsSync(empty)).toBe(false);
  });

  it('while another one works in the folder', async () => {
    await open();
    const second = openLocalPipeline({ feed: AUDIT_FEED, stateFolder, tenant: new SimulatedTenant({}) });
    await expect(second).rejects.toBeInstanceOf(StartError);
    await expect(second).rejects.toThrow(`is in use by process ${process.pid}`);
  });

  it('if the tenant cannot be opened, and releases the folder', async () => {
    const tenant = new SimulatedTenant({});
    tenant.open = () => Promise.reject(new StartError('The tenant is not there.'));
    await expect(openLocalPipeline({ feed: AUDIT_FEED, stateFolder, tenant })).rejects.toThrow(
      'The tenant is not there.',
    );
    expect((await open()).environment.AWS_ENDPOINT_URL).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });
});
