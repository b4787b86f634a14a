import type { SNSClient } from '@aws-sdk/client-sns';
import { PublishCommand } from '@aws-sdk/client-sns';
import type { AlertRecord } from '../../contract/storage/alert-record';
import type { SearchPlace } from '../core/alert/alert-message';
import { alertMessage } from '../core/alert/alert-message';
import { AlertError } from '../core/errors';
import type { AlertTopic } from '../core/ports';

/** Publishes alerts on an SNS topic: a text for people, JSON for machines. */
export class SnsAlertTopic implements AlertTopic {
  constructor(
    private readonly client: SNSClient,
    private readonly topicArn: string,
    private readonly place: SearchPlace,
  ) {}

  async publish(alert: AlertRecord): Promise<void> {
    const { subject, message } = alertMessage(alert, this.place);
    try {
      await this.client.send(
        new PublishCommand({
          TopicArn: this.topicArn,
          Subject: subject,
          Message: message,
          MessageStructure: 'json',
        }),
      );
    } catch (cause) {
      throw new AlertError(`alert ${alert.alert_id} could not be published on ${this.topicArn}`, { cause });
    }
  }
}
