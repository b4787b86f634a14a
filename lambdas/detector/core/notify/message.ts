import { consoleDomain } from '../../../contract/deployment/console-domain';
import { EVENTS_OF_ALERT_QUERY } from '../../../contract/deployment/deployment-outputs';
import type { AlertRecord } from '../../../contract/storage/alert-record';
import { ALERT_SCHEMA_VERSION, byUrgency, mostUrgent, utc } from '../../../contract/storage/alert-record';
import { alertText, headed, spaced } from '../alert/alert-text';
import { eventsQuery } from '../alert/events-query';
import { harmless, shownList, subjectOf } from '../alert/safe-text';
import { withinBytes } from '../alert/within-bytes';
import type { ListedAlert } from './incident';
import type { AlertMessage } from './outbox';

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
  /** @default - it has the default name */
  readonly deployment?: string;
  /** Stack that the command line has to be told. @default - it has the name of the deployment */
  readonly stack?: string;
}

/** What is published, with message structure `json`. */
export interface SnsMessage {
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
  message: AlertMessage,
  alerts: readonly AlertRecord[],
  place: SearchPlace,
): SnsMessage {
  const sorted = mostTelling(alerts);
  const { kind, id, incidentId, alerts: listed, others } = message;
  const severity = mostUrgent(listed.map((alert) => alert.severity));
  const text = harmless(textOf(message, sorted, place));
  const facts = { schema_version: ALERT_SCHEMA_VERSION, message_id: id, kind, source_id: sourceId, severity };
  const machineText = (records: readonly AlertRecord[]) =>
    JSON.stringify({
      ...facts,
      incident_id: incidentId,
      others,
      headlines: listed.map((alert) => alert.headline),
      alerts: records,
    });
  const body = withinBytes(alerts, MAX_MESSAGE_BYTES, (records) => {
    const json = machineText(records);
    const forMachines = Object.fromEntries(MACHINE_PROTOCOLS.map((protocol) => [protocol, json]));
    return JSON.stringify({ default: text, email: text, ...forMachines });
  });
  return {
    subject: subjectOf(subjectText(message, sorted)),
    message: body,
    attributes: attributesOf(sourceId, message, alerts),
  };
}

/** What subscriptions of a topic may filter by. @param alerts records of the alerts; none for a digest */
export function attributesOf(
  sourceId: string,
  { kind, alerts: listed }: AlertMessage,
  alerts: readonly AlertRecord[],
): SnsMessage['attributes'] {
  const rules = rulesOf(alerts);
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

/** Ids of the rules that raised the alerts, each once. */
export function rulesOf(alerts: readonly AlertRecord[]): readonly string[] {
  return [...new Set(alerts.map(({ rule_id: ruleId }) => ruleId))];
}

/** By urgency, and the latest first: a login after guesses says more than the guesses. */
export function mostTelling(alerts: readonly AlertRecord[]): readonly AlertRecord[] {
  const timeMs = ({ last_event_time: time }: AlertRecord): number => Date.parse(time);
  return [...alerts].sort((one, other) => byUrgency(one, other) || timeMs(other) - timeMs(one));
}

function textAttribute(StringValue: string): MessageAttribute {
  return { DataType: 'String', StringValue };
}

/** The message in one line, whole and as it is. */
export function subjectText({ kind, alerts, others }: AlertMessage, records: readonly AlertRecord[]): string {
  const [first] = alerts;
  const count = alerts.length + others;
  const severity = mostUrgent(alerts.map((alert) => alert.severity)).toUpperCase();
  const alertsText = count === 1 ? '1 alert' : `${count} alerts`;
  if (kind === 'historic') return `[${severity}] ${alertsText} about events of the past`;
  if (kind === 'overflow') return `[${severity}] ${alertsText} more within an hour`;
  if (kind === 'low') return `[${severity}] ${alertsText} of low severity within a week`;
  if (first !== undefined && count === 1) return headed(first);
  const who = actorOf(records);
  const titles = [...new Set(records.map(({ title }) => title))];
  return `[${severity}] ${count} alerts${who === undefined ? '' : ` about ${who}`}: ${shownList(titles)}`;
}

/**
 * Whom a subject names: the one user of the first alert that has one. Several users are those that somebody tries,
 * so an address says more than the first of them.
 */
function actorOf(records: readonly AlertRecord[]): string | undefined {
  const byOne = records.find(({ who }) => who.length === 1);
  return byOne?.who[0] ?? records.flatMap(({ addresses }) => addresses)[0] ?? records[0]?.who[0];
}

function textOf(message: AlertMessage, records: readonly AlertRecord[], place: SearchPlace): string {
  const only = onlyAlert(message, records);
  if (only !== undefined) return withUnsent(message.alerts[0], alertBlock(only, place));
  const blocks = records.slice(0, MAX_TOLD).map((record) => alertBlock(record, place));
  return [...listText(message), '', ...blocks].join('\n');
}

/** The alert of a message that is about nothing else. @param records of the alerts; none for a digest */
export function onlyAlert(
  { besides = [] }: AlertMessage,
  records: readonly AlertRecord[],
): AlertRecord | undefined {
  return records.length === 1 && besides.length === 0 ? records[0] : undefined;
}

/** The lines that name every alert of a message. */
export function listText({
  kind,
  alerts,
  besides = [],
  others,
  incidentId,
}: AlertMessage): readonly string[] {
  return [
    INTRODUCTION[kind],
    ...(incidentId === undefined ? [] : [`Incident: ${incidentId}`]),
    '',
    ...(kind === 'incident' ? storyOf(alerts, besides) : alerts.map((alert) => listLine('-', alert))),
    ...(others > 0 ? [`- and ${others} more, in the archive below alerts/`] : []),
  ];
}

const INTRODUCTION = {
  incident: 'Alerts of one user or address with less than an hour between them; * is new in this message:',
  historic:
    'Detection read events of the past, after a first start, a backfill or a redrive. It found, and archived, what would have been alerted then:',
  low: 'Alerts of low severity are sent once a week. These were archived:',
  overflow: 'More alerts came within an hour than are sent one by one. These were archived, too:',
} as const;

/** What happened, in the order of time. */
function storyOf(alerts: readonly ListedAlert[], besides: readonly ListedAlert[]): readonly string[] {
  return [...alerts, ...besides]
    .sort(({ atS: one = 0 }, { atS: other = 0 }) => one - other)
    .map((alert) => listLine(alerts.includes(alert) ? '*' : '-', alert));
}

function listLine(mark: '*' | '-', alert: ListedAlert): string {
  const time = alert.atS === undefined ? '' : `${spaced(utc(alert.atS))} `;
  return `${mark} ${withUnsent(alert, `${time}${headed(alert)}`)}`;
}

function withUnsent(alert: ListedAlert | undefined, text: string): string {
  const unsent = alert?.unsent ?? 0;
  return unsent === 0
    ? text
    : `${text.trimEnd()}\n  ${unsent} more of this kind since the last message were archived only.\n`;
}

/** Where to find the events of an alert. */
export function eventsPlace({ region, workgroup }: SearchPlace): string {
  const editor = `https://${region}.${consoleDomain(region)}/athena/home?region=${region}#/query-editor`;
  return `${editor} in workgroup ${workgroup}: saved query "${EVENTS_OF_ALERT_QUERY}"`;
}

function alertBlock(alert: AlertRecord, place: SearchPlace): string {
  const query = eventsQuery(alert, place);
  const text = alertText(alert, `${eventsPlace(place)}${query === undefined ? '' : ', or the SQL below'}`);
  return query === undefined ? text : `${text}\n${query}\n`;
}
