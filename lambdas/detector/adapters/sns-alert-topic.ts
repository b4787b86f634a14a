import type { SNSClient } from '@aws-sdk/client-sns';
import { PublishCommand } from '@aws-sdk/client-sns';
import type { AlertRecord } from '../../contract/storage/alert-record';
import { AlertError } from '../core/errors';
import type { SearchPlace } from '../core/notify/message';
import { messageOf } from '../core/notify/message';
import type { Notification } from '../core/notify/outbox';
import type { AlertTopic } from '../core/ports';

/** Publishes messages on an SNS topic: a text for people, JSON for machines, attributes for filter policies. */
export class SnsAlertTopic implements AlertTopic {
  constructor(
    private readonly client: SNSClient,
    private readonly topicArn: string,
    private readonly place: SearchPlace,
  ) {}

  async publish(sourceId: string, notification: Notification, alerts: readonly AlertRecord[]): Promise<void> {
    const { subject, message, attributes } = messageOf(sourceId, notification, alerts, this.place);
    try {
      await this.client.send(
        new PublishCommand({
          TopicArn: this.topicArn,
          Subject: subject,
          Message: message,
          MessageStructure: 'json',
          MessageAttributes: attributes,
        }),
      );
    } catch (cause) {
      throw new AlertError(`message ${notification.id} could not be published on ${this.topicArn}`, {
        cause,
      });
    }
  }
}
