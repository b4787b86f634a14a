import { SWEEP, SWEEP_MINUTES } from '../../../lambdas/contract/deployment/detector-event';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import type { TuningSettings } from '../../../lambdas/detector/core/rule/tuning';
import { parseTuning } from '../../../lambdas/detector/core/rule/tuning';
import { RULES } from '../../../lambdas/detector/rules';
import type { AwsCall, AwsFault } from '../../../lib/local/aws/wire/aws-call';
import { LOCAL_ALERT_TOPIC_ARN } from '../../../lib/local/local-deployment';
import { DELIVERIES_OF_OLDEST, REDELIVERED_AFTER_MIN } from '../../aws/watch/cloudwatch-model/timelines';
import { objectCreated } from '../../detector/detection';
import { localDetector } from '../../detector/local-detector';
import type { PlayedRunbook } from './played-runbook';
import { SCHEDULE_MINUTES } from './played-runbook';

/** Most messages of one invocation, and most deliveries of one message, as of the deployed queue. */
const MESSAGES_IN_BATCH = 10;
const DELIVERIES = 5;

const MINUTE_MS = 60_000;
const CREDENTIALS = { accessKeyId: 'detector', secretAccessKey: 'none' };

interface Message {
  readonly messageId: string;
  readonly body: string;
  sentMs: number;
  visibleFromMs: number;
  failedDeliveries: number;
}

/**
 * The real detector behind a model of its queue: each new object of the archive is a message, and each few minutes the
 * sweep is. What SQS and Lambda count goes into the points of the play.
 */
export class PlayedDetection {
  /** `detection` in cdk.json, as deployed. */
  settings: TuningSettings = {};
  /** Whether Lambda takes messages from the queue. */
  isTriggered = true;
  /** What happens before a call of the detector. */
  beforeAws: (call: AwsCall) => AwsFault | undefined = () => undefined;
  private waiting: Message[] = [];
  private deadLetters: Message[] = [];
  private sent = 0;
  private minutes = 0;

  private constructor(private readonly played: PlayedRunbook) {}

  /** Takes over the objects that are archived from now on. */
  static behind(played: PlayedRunbook): PlayedDetection {
    const detection = new PlayedDetection(played);
    const { aws } = played.pipeline;
    const others = aws.hooks;
    const isOfDetector = ({ headers }: AwsCall): boolean =>
      headers.authorization?.includes(`Credential=${CREDENTIALS.accessKeyId}/`) === true;
    aws.hooks = {
      ...others,
      before: (call) => (isOfDetector(call) ? detection.beforeAws(call) : others.before?.(call)),
    };
    aws.objects.onCreated = ({ key }) => {
      if (key.startsWith(`${prefixesOf(AUDIT_FEED).archive}/`)) detection.send(objectCreated(key));
    };
    return detection;
  }

  /** Lets time pass, minute by minute, with the runs of the collector's schedule. */
  async pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      this.played.silence(1);
      this.minutes += 1;
      if (this.minutes % SCHEDULE_MINUTES === 0) await this.played.run();
      if (this.minutes % SWEEP_MINUTES === 0)
        this.send(JSON.stringify({ source: SWEEP.source, 'detail-type': SWEEP.detailType }));
      if (this.isTriggered) {
        this.giveUp();
        await this.deliverVisible();
      }
      this.report();
    }
  }

  /** What `aws sqs start-message-move-task` does with the dead letters. */
  moveBack(): void {
    for (const { body } of this.deadLetters.splice(0)) this.send(body);
  }

  deleteDeadLetters(): void {
    this.deadLetters = [];
  }

  /** Types of the dead letters. */
  givenUp(): readonly string[] {
    return this.deadLetters.map(
      ({ body }) => (JSON.parse(body) as { readonly 'detail-type': string })['detail-type'],
    );
  }

  /** Subjects of the messages that were published about alerts. */
  told(): readonly string[] {
    const { topics } = this.played.pipeline.aws;
    return topics.published(LOCAL_ALERT_TOPIC_ARN).map(({ subject = '' }) => subject);
  }

  private get nowMs(): number {
    return this.played.pipeline.clock.nowMs();
  }

  private send(body: string): void {
    const messageId = `message-${++this.sent}`;
    const { nowMs } = this;
    this.waiting.push({ messageId, body, sentMs: nowMs, visibleFromMs: nowMs, failedDeliveries: 0 });
  }

  /** A message that was delivered so often is a dead letter when it would be delivered again. */
  private giveUp(): void {
    const isGivenUp = (message: Message): boolean =>
      message.failedDeliveries >= DELIVERIES && message.visibleFromMs <= this.nowMs;
    this.deadLetters.push(...this.waiting.filter(isGivenUp));
    this.waiting = this.waiting.filter((message) => !isGivenUp(message));
  }

  private async deliverVisible(): Promise<void> {
    for (;;) {
      const batch = this.waiting
        .filter(({ visibleFromMs }) => visibleFromMs <= this.nowMs)
        .slice(0, MESSAGES_IN_BATCH);
      if (batch.length === 0) return;
      const unfinished = await this.invoke(batch);
      for (const message of batch.filter(({ messageId }) => unfinished.has(messageId))) {
        message.failedDeliveries += 1;
        message.visibleFromMs = this.nowMs + REDELIVERED_AFTER_MIN * MINUTE_MS;
      }
      this.waiting = this.waiting.filter(
        (message) => !batch.includes(message) || unfinished.has(message.messageId),
      );
    }
  }

  /** One invocation, in a process of its own. @returns ids of the messages that are to be delivered again */
  private async invoke(batch: readonly Message[]): Promise<ReadonlySet<string>> {
    const parsed = parseTuning(this.settings, RULES, 'detection');
    if (parsed.kind === 'problems') throw new Error(parsed.problems.join('\n'));
    const detector = localDetector({
      tuning: parsed.tuning,
      aws: { ...this.played.scenario.deployed.settings, credentials: CREDENTIALS },
      nowMs: () => this.nowMs,
    });
    const errors = { namespace: 'AWS/Lambda', name: 'Errors', of: 'detector' } as const;
    try {
      const unfinished = await detector.detect(batch, 'run', { remainingMs: () => MINUTE_MS });
      this.played.count(errors, 0);
      return new Set(unfinished);
    } catch {
      this.played.count(errors, 1);
      return new Set(batch.map(({ messageId }) => messageId));
    }
  }

  /** What SQS reports each minute. A message that failed often is not the oldest. */
  private report(): void {
    const ages = this.waiting
      .filter(({ failedDeliveries }) => failedDeliveries < DELIVERIES_OF_OLDEST)
      .map(({ sentMs }) => (this.nowMs - sentMs) / 1000);
    const age = { namespace: 'AWS/SQS', name: 'ApproximateAgeOfOldestMessage', of: 'objects' } as const;
    this.played.count(age, Math.max(0, ...ages));
    this.played.countDeadLetters('undetected', this.deadLetters.length);
  }
}
