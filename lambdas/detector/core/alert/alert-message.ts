import { EVENTS_OF_ALERT_QUERY } from '../../../contract/deployment/deployment-outputs';
import type { AlertRecord } from '../../../contract/storage/alert-record';
import { alertSubject, alertText } from './alert-text';
import { eventsQuery } from './events-query';

/** Largest message (Amazon SNS API Reference, Publish), minus room for the subject. */
const MAX_MESSAGE_BYTES = 262_144 - 1_024;

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
export interface AlertMessage {
  readonly subject: string;
  /** JSON: a text per protocol. */
  readonly message: string;
}

/**
 * The message of an alert: a text for people, the record as JSON for machines. If the record is too large for SNS, its
 * oldest rows are left out; the alert's object has them.
 */
export function alertMessage(alert: AlertRecord, place: SearchPlace): AlertMessage {
  const text = messageText(alert, place);
  let { rows } = alert;
  for (;;) {
    const message = messageOf(text, { ...alert, rows });
    if (Buffer.byteLength(message) <= MAX_MESSAGE_BYTES || rows.length === 0)
      return { subject: alertSubject(alert), message };
    rows = rows.slice(Math.ceil(rows.length / 2));
  }
}

function messageOf(text: string, record: AlertRecord): string {
  const json = JSON.stringify(record);
  const forMachines = Object.fromEntries(MACHINE_PROTOCOLS.map((protocol) => [protocol, json]));
  return JSON.stringify({ default: text, email: text, ...forMachines });
}

function messageText(alert: AlertRecord, { region, workgroup, database, table }: SearchPlace): string {
  const editor = `https://${region}.console.aws.amazon.com/athena/home?region=${region}#/query-editor`;
  const query = eventsQuery(alert, { database, table });
  const howTo = `saved query "${EVENTS_OF_ALERT_QUERY}"${query === undefined ? '' : ', or the SQL below'}`;
  const text = harmless(alertText(alert, `${editor} in workgroup ${workgroup}: ${howTo}`));
  return query === undefined ? text : `${text}\n${query}\n`;
}

/**
 * SNS sends plain-text e-mail, but somebody who forwards it may show it as HTML. Half a character, left at a cut,
 * cannot be sent at all.
 */
function harmless(text: string): string {
  return text
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}
