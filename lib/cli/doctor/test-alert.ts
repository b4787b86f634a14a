import type { SNSClient } from '@aws-sdk/client-sns';
import { PublishCommand } from '@aws-sdk/client-sns';
import type { AlertRecord } from '../../../lambdas/contract/storage/alert-record';
import { ALERT_SCHEMA_VERSION, compactUtc, utc } from '../../../lambdas/contract/storage/alert-record';
import { messageOf } from '../../../lambdas/detector/core/notify/message';
import type { Deployment } from '../deployment/deployment';

interface TestAlert {
  readonly topicArn: string;
  readonly sourceId: string;
  readonly deployment: Deployment;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

/** Rule of the test alert; no rule of the pack has this id. */
const RULE_ID = 'test-alert';
const TITLE = 'Test alert, nothing is wrong';
const SENDER = 'netskope-audit doctor --send-test-alert';

/**
 * Publishes a test alert in the form of the detector's messages. It is neither archived nor put on the event bus.
 * @returns the subject of the message
 */
export async function publishTestAlert(client: SNSClient, alert: TestAlert): Promise<string> {
  const { topicArn, sourceId, deployment } = alert;
  const { region, outputs, feed } = deployment;
  const record = testRecord(alert);
  const { alert_id: id, headline, severity } = record;
  const { subject, message, attributes } = messageOf(
    sourceId,
    { id, kind: 'incident', alerts: [{ key: '', headline, severity }], others: 0 },
    [record],
    // The database is named only in the query for the events, and a test has none.
    { region, workgroup: outputs.Workgroup, database: '', table: feed.name },
  );
  await client.send(
    new PublishCommand({
      TopicArn: topicArn,
      Subject: subject,
      Message: message,
      MessageStructure: 'json',
      MessageAttributes: attributes,
    }),
  );
  return subject;
}

/** The alert is critical, so that no filter policy by severity holds it back. */
function testRecord({ sourceId, deployment, nowMs }: TestAlert): AlertRecord {
  const nowS = Math.floor(nowMs / 1000);
  const now = utc(nowS);
  return {
    schema_version: ALERT_SCHEMA_VERSION,
    alert_id: `${RULE_ID}-${compactUtc(nowS)}-0000000000000000`,
    update: 'raised',
    incident_id: '',
    rule_id: RULE_ID,
    title: TITLE,
    headline: `${TITLE}: ${SENDER}`,
    severity: 'critical',
    source_id: sourceId,
    log_type: deployment.feed.logType,
    mitre_attack: [],
    meaning: `Somebody tests whether alerts arrive, by ${SENDER}. No event caused it.`,
    what_to_do: 'Tell the one who tests that it has arrived.',
    what: ['Test'],
    who: [],
    targets: [],
    changes: [],
    addresses: [],
    group_key: 'test',
    historic: false,
    first_event_time: now,
    last_event_time: now,
    window_end: now,
    window_minutes: 1,
    event_count: 1,
    threshold: 1,
    rows: [],
  };
}
