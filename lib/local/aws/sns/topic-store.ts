import { randomUUID } from 'node:crypto';
import { AwsError } from '../wire/aws-error';

/** A receiver of what is published on a topic. */
export interface TopicSubscription {
  /** `email`, `https`, … as SNS names them. */
  readonly protocol: string;
  readonly endpoint: string;
  /** Whether the receiver has confirmed; nothing is delivered before. @default true */
  readonly isConfirmed?: boolean;
}

/** A subscription with the ARN it is listed under. */
export interface ListedSubscription extends TopicSubscription {
  readonly subscriptionArn: string;
}

export interface Publication {
  readonly subject?: string;
  readonly message: string;
}

/** A publication as it was received. */
export interface PublishedMessage extends Publication {
  readonly messageId: string;
  readonly publishedAtMs: number;
}

interface Topic {
  readonly subscriptions: readonly ListedSubscription[];
  readonly published: PublishedMessage[];
}

/** SNS writes this in place of an ARN until the receiver has confirmed (Amazon SNS API reference, Subscription). */
const PENDING = 'PendingConfirmation';

/** The SNS topics of the endpoint. Nothing leaves the machine: publications can be read here. */
export class TopicStore {
  readonly #topics = new Map<string, Topic>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Adds a topic, or replaces the subscriptions of an existing one. */
  put(topicArn: string, subscriptions: readonly TopicSubscription[] = []): void {
    const listed = subscriptions.map((subscription) => ({
      ...subscription,
      subscriptionArn: subscription.isConfirmed === false ? PENDING : `${topicArn}:${randomUUID()}`,
    }));
    this.#topics.set(topicArn, {
      subscriptions: listed,
      published: this.#topics.get(topicArn)?.published ?? [],
    });
  }

  has(topicArn: string): boolean {
    return this.#topics.has(topicArn);
  }

  /** In the order they were given to `put`. @throws AwsError NotFound */
  subscriptions(topicArn: string): readonly ListedSubscription[] {
    return this.#topic(topicArn).subscriptions;
  }

  /** @returns the id of the message. @throws AwsError NotFound */
  publish(topicArn: string, publication: Publication): string {
    const message = { ...publication, messageId: randomUUID(), publishedAtMs: this.#nowMs() };
    this.#topic(topicArn).published.push(message);
    return message.messageId;
  }

  /** Everything published on a topic, oldest first. @throws AwsError NotFound */
  published(topicArn: string): readonly PublishedMessage[] {
    return [...this.#topic(topicArn).published];
  }

  #topic(topicArn: string): Topic {
    const topic = this.#topics.get(topicArn);
    if (topic === undefined) throw new AwsError(404, 'NotFound', 'Topic does not exist');
    return topic;
  }
}
