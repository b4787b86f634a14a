import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ALERT_EVENT } from '../../contract/deployment/detector-event';
import type { AlertRecord } from '../../contract/storage/alert-record';
import { withinBytes } from '../core/alert/within-bytes';
import { AlertError } from '../core/errors';
import type { AlertEvents } from '../core/ports';

/** Largest entry (Amazon EventBridge API Reference, PutEvents), minus room for the fields beside the detail. */
const MAX_DETAIL_BYTES = 262_144 - 1_024;

/** Every alert as an event on the account's default bus: another program is a rule away. */
export class EventBridgeAlertEvents implements AlertEvents {
  constructor(private readonly client: EventBridgeClient) {}

  async put(alert: AlertRecord): Promise<void> {
    const detail = withinBytes([alert], MAX_DETAIL_BYTES, ([record]) => JSON.stringify(record));
    const entry = { Source: ALERT_EVENT.source, DetailType: ALERT_EVENT.detailType, Detail: detail };
    try {
      const { Entries = [] } = await this.client.send(new PutEventsCommand({ Entries: [entry] }));
      const [refused] = Entries.filter(({ ErrorCode }) => ErrorCode !== undefined);
      if (refused === undefined) return;
      throw new Error(`EventBridge answered ${refused.ErrorCode}; expected the id of an event`);
    } catch (cause) {
      throw new AlertError(`alert ${alert.alert_id} could not be put on the event bus`, { cause });
    }
  }
}
