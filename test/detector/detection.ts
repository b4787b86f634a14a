import { gunzipSync, gzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SWEEP } from '../../lambdas/contract/deployment/detector-event';
import type { AlertRecord } from '../../lambdas/contract/storage/alert-record';
import { MUTES_ID } from '../../lambdas/contract/storage/detection-table';
import type { ManifestLine } from '../../lambdas/contract/storage/manifest';
import { DynamoStateStore } from '../../lambdas/detector/adapters/dynamo-state-store';
import type { Detector } from '../../lambdas/detector/compose';
import type { Tuning } from '../../lambdas/detector/core/rule/tuning';
import { untuned } from '../../lambdas/detector/core/rule/tuning';
import { RULES } from '../../lambdas/detector/rules';
import { LocalAws } from '../../lib/local/aws/local-aws';
import type { AwsCall, AwsFault } from '../../lib/local/aws/wire/aws-call';
import {
  createLocalDetection,
  LOCAL_ALERT_TOPIC_ARN,
  LOCAL_BUCKET,
  LOCAL_DETECTION_TABLE,
  LocalDeployment,
} from '../../lib/local/local-deployment';
import { manifestLines, manifestProblems } from '../manifest-chain';
import { expectAlertForm } from './alert-form';
import { localDetector } from './local-detector';

const CHAT_TOPIC_ARN = 'arn:aws:sns:us-east-1:000000000000:netskope-audit-chat';

const UNTUNED = untuned(RULES);

const SWEEP_MESSAGE = { source: SWEEP.source, 'detail-type': SWEEP.detailType };

/** 2026-11-22T10:00:00Z: an hour after the events of the tests. */
export const TEN_MS = 1_795_341_600_000;

/** How a delivery ended. `died`: the detector's process ended before it could return. */
export type DeliveryEnd =
  | { readonly kind: 'returned'; readonly unfinished: readonly string[] }
  | { readonly kind: 'threw'; readonly error: Error }
  | { readonly kind: 'died' };

/** Faults that a test injects. A detector that dies leaves its call under way and makes no more calls. */
export interface Interference {
  before?(call: AwsCall): AwsFault | 'die' | undefined;
  after?(call: AwsCall): AwsFault | 'die' | undefined;
}

export interface DeliveryOptions {
  /** @default - the whole pack, untuned */
  readonly tuning?: Tuning;
  readonly remainingMs?: () => number;
}

/** A published message: what people and machines get. */
export interface SentMessage {
  readonly subject: string;
  readonly text: string;
  readonly kind: string;
  readonly headlines: readonly string[];
  readonly alerts: readonly AlertRecord[];
  readonly attributes: Readonly<Record<string, string>>;
}

/** One process of the function, which is reused from one delivery to the next. */
interface Container {
  readonly id: string;
  readonly tuning: Tuning;
  readonly chatTopicArn: string | undefined;
  readonly detector: Detector;
}

/** The detector's real composition against an AWS endpoint on loopback; only clock and log are the test's. */
export class Detection {
  interference: Interference = {};
  /** The detector's clock, unix ms. */
  nowMs = TEN_MS;
  readonly calls: string[] = [];
  readonly logged: Record<string, unknown>[] = [];
  private chatTopicArn: string | undefined;
  private deliveries = 0;
  private containers = 0;
  /** Containers whose last delivery has ended: the next one with the same settings reuses one, as in Lambda. */
  private readonly warm: Container[] = [];
  private readonly deaths = new Map<string, () => void>();

  private constructor(
    private readonly aws: LocalAws,
    /** Variables of the detector function. */
    readonly environment: Readonly<Record<string, string>>,
  ) {
    aws.hooks = {
      before: (call) => this.interfere(call, 'before'),
      after: (call) => this.interfere(call, 'after'),
    };
  }

  /** @param nowMs clock of the AWS endpoint, which refuses metrics far from it. @default - that of `deliver` */
  static async start(nowMs: () => number = () => TEN_MS): Promise<Detection> {
    const aws = await LocalAws.start({ nowMs });
    await LocalDeployment.create(aws);
    return new Detection(aws, await createLocalDetection(aws));
  }

  /** From now on messages go to a chat, too. */
  addChat(): void {
    this.aws.topics.put(CHAT_TOPIC_ARN);
    this.chatTopicArn = CHAT_TOPIC_ARN;
  }

  stop(): Promise<void> {
    return this.aws.stop();
  }

  /** Stores records, or lines verbatim, as an object of the archive. @returns its key */
  async archive(name: string, lines: readonly (object | string)[], sourceId = 'netskope'): Promise<string> {
    const key = `netskope_audit/source=${sourceId}/dt=2026-11-22/hour=09/${name}.ndjson.gz`;
    const text = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
    await this.store(key, gzipSync(text));
    return key;
  }

  async store(key: string, body: Buffer): Promise<void> {
    const attributes = { contentType: 'application/gzip', userMetadata: {} };
    await this.aws.objects.put({ bucket: LOCAL_BUCKET, key, body, attributes, onlyIfAbsent: false });
  }

  /** One invocation; the message id of each object is its key. */
  deliver(keys: readonly string[], options: DeliveryOptions = {}): Promise<DeliveryEnd> {
    return this.deliverMessages(
      keys.map((key) => ({ messageId: key, body: objectCreated(key) })),
      options,
    );
  }

  async deliverMessages(
    messages: readonly { readonly messageId: string; readonly body: string }[],
    { tuning = UNTUNED, remainingMs = () => 60_000 }: DeliveryOptions = {},
  ): Promise<DeliveryEnd> {
    const runId = `run-${++this.deliveries}`;
    const { chatTopicArn } = this;
    const warm = this.warm.findIndex((one) => one.tuning === tuning && one.chatTopicArn === chatTopicArn);
    const container = this.warm.splice(warm, warm === -1 ? 0 : 1)[0] ?? this.newContainer(tuning);
    const death = new Promise<DeliveryEnd>((resolve) =>
      this.deaths.set(container.id, () => resolve({ kind: 'died' })),
    );
    const life = container.detector.detect(messages, runId, { remainingMs }).then(
      (unfinished): DeliveryEnd => ({ kind: 'returned', unfinished }),
      (error: Error): DeliveryEnd => ({ kind: 'threw', error }),
    );
    const end = await Promise.race([life, death]);
    if (end.kind !== 'died') this.warm.push(container);
    return end;
  }

  private newContainer(tuning: Tuning): Container {
    const id = `container-${++this.containers}`;
    const { chatTopicArn } = this;
    const log = (_message: string, fields: Readonly<Record<string, unknown>>) =>
      void this.logged.push(fields);
    const detector = localDetector({
      tuning,
      chatTopicArn,
      aws: {
        endpoint: this.aws.url,
        region: 'us-east-1',
        credentials: { accessKeyId: id, secretAccessKey: 'none' },
      },
      nowMs: () => this.nowMs,
      log: () => ({ info: log, warn: log, error: log }),
    });
    return { id, tuning, chatTopicArn, detector };
  }

  /** Puts the item of the mutes, right or wrong. */
  async putMutes(state: unknown): Promise<void> {
    const credentials = this.aws.credentials('operator');
    const client = new DynamoDBClient({ endpoint: this.aws.url, region: 'us-east-1', credentials });
    const states = new DynamoStateStore(client, LOCAL_DETECTION_TABLE, () => this.nowMs);
    const version = (await states.loadMany([MUTES_ID])).get(MUTES_ID)?.version ?? 0;
    await states.save(MUTES_ID, { state, version }, { keepS: 86_400 });
    client.destroy();
  }

  /** Every stored alert, by key. */
  async alerts(): Promise<Map<string, AlertRecord>> {
    const keys = this.aws.objects.keys(LOCAL_BUCKET).filter((key) => key.startsWith('alerts/'));
    const alerts = new Map<string, AlertRecord>();
    for (const key of keys) {
      const { body } = await this.aws.objects.read(LOCAL_BUCKET, key);
      const alert = JSON.parse(gunzipSync(body).toString()) as AlertRecord;
      expectAlertForm(alert);
      alerts.set(key, alert);
    }
    return alerts;
  }

  /** What is wrong with the lines that list the alerts of a source: they list each once, as it is. */
  async chainProblems(sourceId = 'netskope'): Promise<string[]> {
    const problems = await manifestProblems(
      this.aws.objects,
      LOCAL_BUCKET,
      sourceId,
      'alerts/netskope_audit',
    );
    return problems.filter(
      (problem) => problem.startsWith('line ') || problem.includes(`/source=${sourceId}/`),
    );
  }

  /** The lines that list the alerts. */
  alertLines(): Promise<ManifestLine[]> {
    return manifestLines(this.aws.objects, LOCAL_BUCKET, 'netskope', 'alerts/netskope_audit');
  }

  messages(): SentMessage[] {
    return this.aws.topics
      .published(LOCAL_ALERT_TOPIC_ARN)
      .map(({ subject = '', message, attributes = {} }) => {
        const { email, sqs } = JSON.parse(message) as { readonly email: string; readonly sqs: string };
        return {
          subject,
          text: email,
          attributes,
          ...(JSON.parse(sqs) as Pick<SentMessage, 'kind' | 'headlines' | 'alerts'>),
        };
      });
  }

  /** Titles of the messages for the chat. */
  chatTitles(): string[] {
    return this.aws.topics
      .published(CHAT_TOPIC_ARN)
      .map(({ message }) => (JSON.parse(message) as { content: { title: string } }).content.title);
  }

  /** Every alert on the event bus. */
  events(): AlertRecord[] {
    return this.aws.bus.map(({ Detail }) => JSON.parse(Detail) as AlertRecord);
  }

  /** So many minutes later the schedule makes the detector do what is due. */
  sweepAfter(minutes: number, options: DeliveryOptions = {}): Promise<DeliveryEnd> {
    this.nowMs += minutes * 60_000;
    return this.deliverMessages([{ messageId: 'sweep', body: JSON.stringify(SWEEP_MESSAGE) }], options);
  }

  /** The errors in the log. */
  errors(): string[] {
    return this.logged.flatMap(({ error }) => (error instanceof Error ? [String(error)] : []));
  }

  metricSum(name: string): number {
    const points = this.aws.metrics.points('NetskopeAudit', name, { SourceId: 'netskope' });
    return points.reduce((sum, { sum: value }) => sum + value, 0);
  }

  private interfere(call: AwsCall, when: 'before' | 'after'): AwsFault | undefined | Promise<never> {
    const id = /Credential=([^/]+)\//.exec(call.headers.authorization ?? '')?.[1] ?? '';
    if (!id.startsWith('container-')) return undefined;
    if (!this.deaths.has(id)) return new Promise<never>(() => undefined);
    if (when === 'before') this.calls.push(call.operation);
    const outcome = this.interference[when]?.(call);
    if (outcome !== 'die') return outcome;
    this.deaths.get(id)?.();
    this.deaths.delete(id);
    return new Promise<never>(() => undefined);
  }
}

/** The body of a message from EventBridge (Amazon S3 User Guide, "EventBridge event message structure"). */
export function objectCreated(key: string, bucket = LOCAL_BUCKET): string {
  return JSON.stringify({
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '111122223333',
    time: '2026-11-22T09:05:00Z',
    region: 'us-east-1',
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size: 512, etag: 'b1946ac92492d2347c6235b4d2611184', sequencer: '617f08299329d189' },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '111122223333',
      'source-ip-address': '192.0.2.3',
      reason: 'PutObject',
    },
  });
}
