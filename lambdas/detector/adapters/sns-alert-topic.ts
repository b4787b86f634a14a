import type { PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { PublishCommand } from '@aws-sdk/client-sns';
import type { AlertRecord } from '../../contract/storage/alert-record';
import { AlertError } from '../core/errors';
import { chatMessageOf } from '../core/notify/chat-message';
import type { SearchPlace } from '../core/notify/message';
import { attributesOf, messageOf } from '../core/notify/message';
import type { AlertMessage } from '../core/notify/outbox';
import type { AlertTopic } from '../core/ports';

type Published = Pick<PublishCommandInput, 'Subject' | 'Message' | 'MessageStructure' | 'MessageAttributes'>;
type Form = (...message: Parameters<typeof messageOf>) => Published;

/** What a topic gets of a message. Attributes are for filter policies. */
const FORMS = {
  /** A text for people, JSON for machines. */
  alerts: (...of) => {
    const { subject, message, attributes } = messageOf(...of);
    return {
      Subject: subject,
      Message: message,
      MessageStructure: 'json',
      MessageAttributes: attributes,
    };
  },
  /** A custom notification of Amazon Q Developer in chat applications. */
  chat: (...of) => {
    const [sourceId, message, alerts] = of;
    return {
      Message: chatMessageOf(...of),
      MessageAttributes: attributesOf(sourceId, message, alerts),
    };
  },
} satisfies Readonly<Record<string, Form>>;

/** Publishes messages on an SNS topic. */
export class SnsAlertTopic implements AlertTopic {
  constructor(
    private readonly client: SNSClient,
    readonly name: keyof typeof FORMS,
    private readonly topicArn: string,
    private readonly place: SearchPlace,
  ) {}

  async publish(sourceId: string, message: AlertMessage, alerts: readonly AlertRecord[]): Promise<void> {
    const published = FORMS[this.name](sourceId, message, alerts, this.place);
    try {
      await this.client.send(new PublishCommand({ TopicArn: this.topicArn, ...published }));
    } catch (cause) {
      throw new AlertError(`message ${message.id} could not be published on ${this.topicArn}`, {
        cause,
      });
    }
  }
}
