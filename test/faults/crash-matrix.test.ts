import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { bundleCollector, FUNCTION_HANDLER } from '../../lib/build/function-bundles';
import { LocalAws } from '../../lib/local/aws/local-aws';
import type { AwsCall, HookOutcome } from '../../lib/local/aws/wire/aws-call';
import { FunctionProcess } from '../../lib/local/function-process';
import { LOCAL_BUCKET, LOCAL_CHECKPOINT_TABLE, LocalDeployment } from '../../lib/local/local-deployment';
import type { SimulatedEvent } from '../../lib/local/netskope-simulator/event-log';
import { NetskopeSimulator } from '../../lib/local/netskope-simulator/netskope-simulator';
import { manifestProblems } from '../manifest-chain';

/** 30 events in pages of 10; each page goes to two hours of the archive and to quarantine: three puts. */
const PAGE_SIZE = 10;
const EVENTS = 30;
const FUNCTION_TIMEOUT_MS = 300_000;
/** Time between two runs: longer than any lease of a dead one. */
const SCHEDULE_MS = 600_000;

type AwsHook = (call: AwsCall) => Promise<HookOutcome>;
type Moment = 'before' | 'after' | 'received' | 'moved' | 'sent';

/** The point at which the process dies: the moment, the call, and the page. */
interface Step {
  readonly moment: Moment;
  /** Selects an AWS call; there is only one call to Netskope per page. */
  readonly call?: (call: AwsCall) => boolean;
  /** Number of such calls per page. @default 1 */
  readonly perPage?: number;
}

const checkpointWrite =
  (phase: string) =>
  ({ operation, body }: AwsCall): boolean =>
    operation === 'PutItem' && body.toString().includes(`"phase":{"S":"${phase}"}`);
const objectPut =
  (prefix: string) =>
  ({ operation, key = '' }: AwsCall): boolean =>
    operation === 'PutObject' && key.startsWith(prefix);
const metricCall = ({ operation }: AwsCall): boolean => operation === 'PutMetricData';

const STEPS: Readonly<Record<string, Step>> = {
  'before the page before is committed with the intent': {
    moment: 'before',
    call: checkpointWrite('requested'),
  },
  'after the page before is committed with the intent': {
    moment: 'after',
    call: checkpointWrite('requested'),
  },
  'after the request was sent': { moment: 'received' },
  'after the cursor moved': { moment: 'moved' },
  'after the body was sent': { moment: 'sent' },
  'before the first put': { moment: 'before', call: objectPut('netskope_audit/'), perPage: 2 },
  'between the puts': { moment: 'after', call: objectPut('netskope_audit/'), perPage: 2 },
  'before the quarantine put': { moment: 'before', call: objectPut('quarantine/') },
  'after the puts': { moment: 'after', call: objectPut('quarantine/') },
  'before the manifest line': { moment: 'before', call: objectPut('manifest/') },
  'after the manifest line': { moment: 'after', call: objectPut('manifest/') },
};

/** After the last page. */
const LAST_STEPS: Readonly<Record<string, Step & { readonly occurrence: number }>> = {
  'before the last page is committed': { moment: 'before', call: checkpointWrite('settled'), occurrence: 1 },
  'after the last page is committed': { moment: 'after', call: checkpointWrite('settled'), occurrence: 1 },
  'before the metric': { moment: 'before', call: metricCall, occurrence: 1 },
  'after the metric': { moment: 'after', call: metricCall, occurrence: 1 },
  'before the lease is given back': { moment: 'before', call: checkpointWrite('settled'), occurrence: 2 },
  'after the lease is given back': { moment: 'after', call: checkpointWrite('settled'), occurrence: 2 },
};
/** What was announced and not noted is announced once more. */
const ANNOUNCED_TWICE = ['after the metric', 'before the lease is given back'];

const folder = mkdtempSync(join(tmpdir(), 'collector-'));
let world: World;
beforeAll(async () => {
  bundleCollector(folder);
  world = await World.create();
});
afterAll(async () => {
  await world.end();
  rmSync(folder, { recursive: true });
});

describe('the process of the function is killed, and runs resume', () => {
  const steps = Object.entries(STEPS);
  const ofPages = [
    ...steps
      .filter(([name]) => !name.includes('page before'))
      .map(([name, step]) => [`on the first page, ${name}`, step, 1] as const),
    ...steps.map(([name, step]) => [`on the second page, ${name}`, step, 2] as const),
  ];

  test.each(ofPages)('%s: every event is stored exactly once, and listed', async (_name, step, page) => {
    await expectEachOnce(step, { occurrence: (page - 1) * (step.perPage ?? 1) + 1, announced: EVENTS });
  });

  test.each(Object.entries(LAST_STEPS))('%s: the same', async (name, { occurrence, ...step }) => {
    const announced = ANNOUNCED_TWICE.includes(name) ? 2 * EVENTS : EVENTS;
    await expectEachOnce(step, { occurrence, announced });
  });
});

async function expectEachOnce(
  step: Step,
  { occurrence, announced }: { readonly occurrence: number; readonly announced: number },
): Promise<void> {
  const sourceId = await world.addSource();
  expect(await world.runAndDieAt(sourceId, step, occurrence)).toEqual({ kind: 'died', signal: 'SIGKILL' });
  await world.runUntilCaughtUp(sourceId);
  expect(await world.storedTexts(sourceId)).toEqual(world.eventTexts());
  expect(await world.totals(sourceId)).toEqual({ archived: '27', quarantined: '3', drifted: '3' });
  expect(await world.manifestProblems(sourceId)).toEqual([]);
  const archived = world.metricSum(sourceId, 'EventsArchived');
  expect(archived + world.metricSum(sourceId, 'EventsQuarantined')).toBe(announced);
}

/**
 * One deployment and one tenant, with a source for each test: every source collects the same events anew. The process
 * that dies is a new one each time; the runs after it are those of another, at the next scheduled time.
 */
class World {
  private sources = 0;
  private clockOffsetMs = 0;
  private readonly survivor: FunctionProcess;

  private constructor(
    private readonly aws: LocalAws,
    private readonly deployment: LocalDeployment,
    private readonly simulator: NetskopeSimulator,
  ) {
    this.survivor = this.processAt(SCHEDULE_MS);
  }

  static async create(): Promise<World> {
    const time = { nowMs: (): number => Date.now() };
    const nowMs = (): number => time.nowMs();
    const aws = await LocalAws.start({ nowMs });
    const simulator = await NetskopeSimulator.start({
      nowMs,
      pageSize: PAGE_SIZE,
      rateLimitPerS: 'unlimited',
      waitTimeS: 0,
    });
    const world = new World(aws, await LocalDeployment.create(aws), simulator);
    time.nowMs = () => Date.now() + world.clockOffsetMs;
    simulator.add(threePages(Math.floor(Date.now() / 3_600_000) * 3600 - 7200));
    return world;
  }

  /** @returns its id */
  async addSource(): Promise<string> {
    const sourceId = `netskope-${++this.sources}`;
    await this.deployment.putSecret(sourceId, { domain: 'corp.goskope.com', token: 'a-token' });
    return sourceId;
  }

  /** @param occurrence which of the step's calls it is, from 1 */
  async runAndDieAt(sourceId: string, { moment, call }: Step, occurrence: number): Promise<unknown> {
    this.clockOffsetMs = 0;
    const collector = this.processAt(this.clockOffsetMs);
    let seen = 0;
    const die = async (): Promise<{ kind: 'reset' } | undefined> => {
      if (++seen !== occurrence) return undefined;
      await collector.stop();
      return { kind: 'reset' };
    };
    const atAwsCall: AwsHook = async (arrived) => (call?.(arrived) === true ? die() : undefined);
    const atRequest = async (): Promise<undefined> => void (await die());
    if (moment === 'before' || moment === 'after') this.aws.hooks = { [moment]: atAwsCall };
    else this.simulator.hooks = { [moment]: atRequest };
    return collector.invoke({ sourceId });
  }

  async runUntilCaughtUp(sourceId: string): Promise<void> {
    this.aws.hooks = {};
    this.simulator.hooks = {};
    this.clockOffsetMs = SCHEDULE_MS;
    const end = await this.survivor.invoke({ sourceId });
    expect(end).toMatchObject({ kind: 'returned', value: { outcome: 'caught-up' } });
  }

  eventTexts(): string[] {
    return this.simulator.events.map(({ text }) => text).sort();
  }

  async storedTexts(sourceId: string): Promise<string[]> {
    const texts: string[] = [];
    for (const key of this.aws.objects.keys(LOCAL_BUCKET)) {
      if (key.startsWith('manifest/') || !key.includes(`/source=${sourceId}/`)) continue;
      const { body } = await this.aws.objects.read(LOCAL_BUCKET, key);
      for (const line of gunzipSync(body).toString().trimEnd().split('\n')) {
        const isQuarantined = key.startsWith('quarantine/');
        texts.push(
          isQuarantined
            ? (JSON.parse(line) as { raw: string }).raw
            : `${line.slice(0, line.lastIndexOf(',"p_log_type"'))}}`,
        );
      }
    }
    return texts.sort();
  }

  async totals(sourceId: string): Promise<Record<string, string | undefined>> {
    const client = new DynamoDBClient({
      endpoint: this.aws.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: LOCAL_CHECKPOINT_TABLE,
        Key: { streamId: { S: `${sourceId}#audit` } },
      }),
    );
    return Object.fromEntries(Object.entries(Item?.totals?.M ?? {}).map(([name, value]) => [name, value.N]));
  }

  manifestProblems(sourceId: string): Promise<string[]> {
    return manifestProblems(this.aws.objects, LOCAL_BUCKET, sourceId);
  }

  metricSum(sourceId: string, name: string): number {
    const points = this.aws.metrics.points('NetskopeAudit', name, { SourceId: sourceId });
    return points.reduce((sum, point) => sum + point.sum, 0);
  }

  async end(): Promise<void> {
    await this.survivor.stop();
    await this.simulator.stop();
    await this.aws.stop();
  }

  /** A new process whose clock is ahead by so much. */
  private processAt(offsetMs: number): FunctionProcess {
    const shiftClock = `const real=Date.now;Date.now=()=>real()+${offsetMs}`;
    return new FunctionProcess({
      codeFolder: folder,
      handler: FUNCTION_HANDLER,
      environment: {
        ...this.deployment.environment(),
        NETSKOPE_ENDPOINT_URL: this.simulator.url,
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shiftClock)}`,
      },
      timeoutMs: FUNCTION_TIMEOUT_MS,
    });
  }
}

/** Each page: five events of one hour, four of the next, one of them drifted, and one without an `_id`. */
function threePages(hourStartS: number): SimulatedEvent[] {
  return Array.from({ length: EVENTS }, (_, place): SimulatedEvent => {
    const timestampS = hourStartS + (place % 2) * 3600 - 1800;
    const insertedAtS = hourStartS + 1800 + place;
    const id = place % PAGE_SIZE === 3 ? undefined : `event-${place}`;
    const text = JSON.stringify({
      ...(id === undefined ? { marker: place } : { _id: id }),
      timestamp: timestampS,
      type: 'admin_audit_logs',
      user: 'a@example.org',
      audit_log_event: 'Edited inline policy',
      supporting_data: { data_type: 'policy', data_values: [false] },
      ...(place % PAGE_SIZE === 5 ? { severity_level: '2' } : {}),
    });
    return { text, timestampS, insertedAtS, ...(id === undefined ? {} : { id }) };
  });
}
