import { EVENTS_OF_ALERT_QUERY } from '../../../contract/deployment/deployment-outputs';
import type { AlertRecord } from '../../../contract/storage/alert-record';
import { ALERT_SCHEMA_VERSION, byUrgency, mostUrgent } from '../../../contract/storage/alert-record';
import { alertText, headed } from '../alert/alert-text';
import { eventsQuery } from '../alert/events-query';
import { harmless, shownList, subjectOf } from '../alert/safe-text';
import { withinBytes } from '../alert/within-bytes';
import type { ListedAlert } from './incident';
import type { Notification } from './outbox';

/** Largest message (Amazon SNS API Reference, Publish), minus room for subject and attributes. */
const MAX_MESSAGE_BYTES = 262_144 - 4_096;
/** Alerts whose whole text is in one message; the others are listed. */
const MAX_TOLD = 3;

/** Protocols whose subscribers are machines (Amazon SNS API Reference, Subscribe). */
const MACHINE_PROTOCOLS = ['http', 'https', 'lambda', 'sqs'] as const;

/** Where to search for the events. */
export interface SearchPlace {
  readonly region: string;
  /** Athena workgroup. */
  readonly workgroup: string;
  readonly database: string;
  readonly table: string;
}

/** What is published, with message structure `json`. */
export interface Message {
  readonly subject: string;
  /** JSON: a text per protocol. */
  readonly message: string;
  /** For filter policies of subscriptions, as SNS takes them. */
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
}

interface MessageAttribute {
  readonly DataType: 'String' | 'String.Array';
  readonly StringValue: string;
}

/**
 * A message: a text for people, JSON for machines. Rows and events are left out for machines where it would be too large
 * for SNS; the alerts' objects have them.
 * @param alerts records of the alerts; none for a digest
 */
export function messageOf(
  sourceId: string,
  notification: Notification,
  alerts: readonly AlertRecord[],
  place: SearchPlace,
): Message {
  const { kind, id, incidentId, alerts: listed, others } = notification;
  const severity = mostUrgent(listed.map((alert) => alert.severity));
  const text = harmless(textOf(notification, alerts, place));
  const facts = { schema_version: ALERT_SCHEMA_VERSION, message_id: id, kind, source_id: sourceId, severity };
  const machineText = (records: readonly AlertRecord[]) =>
    JSON.stringify({
      ...facts,
      ...(incidentId === undefined ? {} : { incident_id: incidentId }),
      others,
      headlines: listed.map((alert) => alert.headline),
      alerts: records,
    });
  const message = withinBytes(alerts, MAX_MESSAGE_BYTES, (records) => {
    const json = machineText(records);
    const forMachines = Object.fromEntries(MACHINE_PROTOCOLS.map((protocol) => [protocol, json]));
    return JSON.stringify({ default: text, email: text, ...forMachines });
  });
  return {
    subject: subjectOf(subjectText(notification, alerts)),
    message,
    attributes: attributesOf(sourceId, notification, alerts),
  };
}

/** What subscriptions of a topic may filter by. @param alerts records of the alerts; none for a digest */
export function attributesOf(
  sourceId: string,
  { kind, alerts: listed }: Notification,
  alerts: readonly AlertRecord[],
): Message['attributes'] {
  const rules = [...new Set(alerts.map(({ rule_id: ruleId }) => ruleId))];
  return {
    source: textAttribute(sourceId),
    severity: textAttribute(mostUrgent(listed.map((alert) => alert.severity))),
    kind: textAttribute(kind),
    // An empty list is not documented; digests name no rules.
    ...(rules.length === 0
      ? {}
      : { rules: { DataType: 'String.Array', StringValue: JSON.stringify(rules) } as const }),
  };
}

function textAttribute(StringValue: string): MessageAttribute {
  return { DataType: 'String', StringValue };
}

/** The message in one line, whole and as it is. */
export function subjectText({ kind, alerts, others }: Notification, records: readonly AlertRecord[]): string {
  const [first] = alerts;
  const count = alerts.length + others;
  const severity = mostUrgent(alerts.map((alert) => alert.severity)).toUpperCase();
  const alertsText = count === 1 ? '1 alert' : `${count} alerts`;
  if (kind === 'historic') return `[${severity}] ${alertsText} about events of the past`;
  if (kind === 'overflow') return `[${severity}] ${alertsText} more within an hour`;
  if (first !== undefined && count === 1) return headed(first);
  const who = records.flatMap((record) => [...record.who, ...record.addresses])[0];
  const titles = [...new Set(records.map(({ title }) => title))];
  return `[${severity}] ${count} alerts${who === undefined ? '' : ` about ${who}`}: ${shownList(titles)}`;
}

function textOf(notification: Notification, records: readonly AlertRecord[], place: SearchPlace): string {
  const { kind, alerts } = notification;
  if (kind === 'incident' && records.length === 1 && records[0] !== undefined)
    return withUnsent(alerts[0], alertBlock(records[0], place));
  const told = [...records].sort(byUrgency).slice(0, MAX_TOLD);
  return [...listText(notification), '', ...told.map((record) => alertBlock(record, place))].join('\n');
}

/** The lines that name every alert of a message. */
export function listText({ kind, alerts, others, incidentId }: Notification): readonly string[] {
  return [
    INTRODUCTION[kind],
    ...(incidentId === undefined ? [] : [`Incident: ${incidentId}`]),
    '',
    ...alerts.map((alert) => `- ${withUnsent(alert, headed(alert))}`),
    ...(others > 0 ? [`- and ${others} more, in the archive below alerts/`] : []),
  ];
}

const INTRODUCTION = {
  incident: 'Alerts of one user or address with less than an hour between them:',
  historic:
    'Detection read events of the past, after a first start, a backfill or a redrive. It found, and archived, what would have been alerted then:',
  overflow: 'More alerts came within an hour than are sent one by one. These were archived, too:',
} as const;

function withUnsent(alert: ListedAlert | undefined, text: string): string {
  const unsent = alert?.unsent ?? 0;
  return unsent === 0
    ? text
    : `${text.trimEnd()}\n  ${unsent} more of this kind since the last message were archived only.\n`;
}

/** Where to find the events of an alert. */
export function eventsPlace({ region, workgroup }: SearchPlace): string {
  const editor = `https://${region}.console.aws.amazon.com/athena/home?region=${region}#/query-editor`;
  return `${editor} in workgroup ${workgroup}: saved query "${EVENTS_OF_ALERT_QUERY}"`;
}

function alertBlock(alert: AlertRecord, place: SearchPlace): string {
  const query = eventsQuery(alert, place);
  const text = alertText(alert, `${eventsPlace(place)}${query === undefined ? '' : ', or the SQL below'}`);
  return query === undefined ? text : `${text}\n${query}\n`;
}
