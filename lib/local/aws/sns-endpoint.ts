import { randomUUID } from 'node:crypto';
import { ACCOUNT_ID } from './local-account';
import type { AwsAnswer, AwsCall, AwsEndpoint, AwsRequest, AwsTarget } from './wire/aws-call';
import { AwsError } from './wire/aws-call';
import type { QueryApi } from './wire/protocols';
import {
  closedObject,
  formReader,
  memberList,
  operationFromForm,
  queryAnswer,
  tokenPage,
  unknownAction,
} from './wire/protocols';
import type { Xml } from './wire/xml';
import { element } from './wire/xml';

const API: QueryApi = { version: '2010-03-31', namespace: 'http://sns.amazonaws.com/doc/2010-03-31/' };
const CODES = { missing: 'InvalidParameter', invalid: 'InvalidParameter' };

/** Most subscriptions in one answer (Amazon SNS API reference, ListSubscriptionsByTopic). */
const PAGE_SUBSCRIPTIONS = 100;
/** Largest message (Amazon SNS API reference, Publish). */
const MAX_MESSAGE_BYTES = 256 * 1024;

const topicArn = { type: 'string', minLength: 1 };

const readListSubscriptions = formReader<{ readonly TopicArn: string; readonly NextToken?: string }>(
  closedObject({ TopicArn: topicArn, NextToken: { type: 'string' } }, ['TopicArn']),
  CODES,
);

/** A subject is ASCII, begins with a letter, digit or punctuation mark and has at most 100 characters (API reference). */
const readPublish = formReader<{
  readonly TopicArn: string;
  readonly Message: string;
  readonly Subject?: string;
  readonly MessageStructure?: 'json';
  readonly [attribute: `MessageAttributes.${string}`]: string | undefined;
}>(
  {
    ...closedObject(
      {
        TopicArn: topicArn,
        Message: { type: 'string', minLength: 1 },
        Subject: { type: 'string', pattern: '^[\\x21-\\x7e][\\x20-\\x7e]{0,99}$' },
        MessageStructure: { const: 'json' },
      },
      ['TopicArn', 'Message'],
    ),
    patternProperties: {
      '^MessageAttributes\\.entry\\.(10|[1-9])\\.(Name|Value\\.DataType|Value\\.StringValue)$': {
        type: 'string',
      },
    },
  },
  CODES,
);

/** SNS, for existing topics. */
export class SnsEndpoint implements AwsEndpoint {
  readonly #topics: TopicStore;

  constructor(topics: TopicStore) {
    this.#topics = topics;
  }

  identify(request: AwsRequest): AwsTarget {
    return { operation: operationFromForm(request, API) };
  }

  async apply(call: AwsCall): Promise<AwsAnswer> {
    switch (call.operation) {
      case 'ListSubscriptionsByTopic':
        return this.#listSubscriptions(call);
      case 'Publish':
        return this.#publish(call);
      default:
        throw unknownAction('SNS', call.operation);
    }
  }

  #listSubscriptions({ operation, body }: AwsCall): AwsAnswer {
    const { TopicArn, NextToken } = readListSubscriptions(body);
    const page = tokenPage(this.#topics.subscriptions(TopicArn), PAGE_SUBSCRIPTIONS, NextToken);
    if (page === undefined) throw new AwsError(400, 'InvalidParameter', 'Invalid parameter: nextToken');
    return queryAnswer(API, operation, [
      memberList(
        'Subscriptions',
        page.items.map((subscription) => description(subscription, TopicArn)),
      ),
      page.nextToken === undefined ? undefined : element('NextToken', page.nextToken),
    ]);
  }

  #publish({ operation, body }: AwsCall): AwsAnswer {
    const { TopicArn, Message, Subject, MessageStructure, ...attributes } = readPublish(body);
    if (Buffer.byteLength(Message) > MAX_MESSAGE_BYTES) {
      throw new AwsError(400, 'InvalidParameter', 'Invalid parameter: Message too long');
    }
    if (MessageStructure === 'json') checkMessageByProtocol(Message);
    const publication = {
      message: Message,
      ...attributesOf(attributes),
      ...(Subject === undefined ? {} : { subject: Subject }),
    };
    return queryAnswer(API, operation, [element('MessageId', this.#topics.publish(TopicArn, publication))]);
  }
}

/** The message's attributes by name, if it has any; the form numbers them from 1. */
function attributesOf(form: Readonly<Record<string, string | undefined>>): Pick<Publication, 'attributes'> {
  const names = Object.keys(form).filter((name) => name.endsWith('.Name'));
  if (names.length === 0) return {};
  const valueOf = (name: string): string => form[name.replace(/Name$/, 'Value.StringValue')] ?? '';
  return { attributes: Object.fromEntries(names.map((name) => [form[name] ?? '', valueOf(name)])) };
}

/** A message per protocol is a JSON object with at least a default text (API reference, Publish). */
function checkMessageByProtocol(message: string): void {
  const reason = 'Invalid parameter: Message Structure - ';
  let texts: unknown;
  try {
    texts = JSON.parse(message);
  } catch {
    throw new AwsError(400, 'InvalidParameter', `${reason}JSON message body failed to parse`);
  }
  if (typeof (texts as { readonly default?: unknown } | null)?.default === 'string') return;
  throw new AwsError(400, 'InvalidParameter', `${reason}No default entry in JSON message body`);
}

function description({ protocol, endpoint, subscriptionArn }: ListedSubscription, arn: string): Xml[] {
  return [
    element('SubscriptionArn', subscriptionArn),
    element('Owner', ACCOUNT_ID),
    element('Protocol', protocol),
    element('Endpoint', endpoint),
    element('TopicArn', arn),
  ];
}

/** A receiver of what is published on a topic. */
export interface TopicSubscription {
  /** `email`, `https`, … as SNS names them. */
  readonly protocol: string;
  readonly endpoint: string;
  /** Whether the receiver has confirmed; nothing is delivered before. @default true */
  readonly isConfirmed?: boolean;
}

/** A subscription with the ARN it is listed under. */
interface ListedSubscription extends TopicSubscription {
  readonly subscriptionArn: string;
}

export interface Publication {
  readonly subject?: string;
  readonly message: string;
  /** Texts of the message's attributes, by name. */
  readonly attributes?: Readonly<Record<string, string>>;
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
