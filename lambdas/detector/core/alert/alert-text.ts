import type { AlertRecord } from '../../../contract/storage/alert-record';

/** SNS takes ASCII of fewer than 100 characters, without line breaks (Amazon SNS API Reference, Publish). */
const MAX_SUBJECT_LENGTH = 99;
/** More values of a kind do not help a quick reader; the alert's record has them. */
const MAX_SHOWN = 3;
const MAX_SHOWN_LENGTH = 200;

/**
 * Characters with which a name or an event could add lines to the message or reverse its text: controls, line and
 * paragraph separators, and Unicode's directional marks.
 */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** The subject of the message, for example `[HIGH] Many objects deleted by one user: alice@corp.example`. */
export function alertSubject(alert: AlertRecord): string {
  const who = alert.who[0] ?? alert.addresses[0];
  const subject = `[${alert.severity.toUpperCase()}] ${alert.title}${who === undefined ? '' : `: ${who}`}`;
  return inline(subject)
    .replace(/[^ -~]+/g, '?')
    .slice(0, MAX_SUBJECT_LENGTH);
}

/**
 * The alert as a text to read in ten seconds: what, who, from where, when, how often, what to do.
 * @param evidence where to find the events, such as the address of a saved query; left out if there is none
 */
export function alertText(alert: AlertRecord, evidence?: string): string {
  const lines: readonly (readonly [name: string, text: string | undefined])[] = [
    ['What', shownList(alert.what)],
    ['Who', alert.who.length > 0 ? shownList(alert.who) : 'Netskope does not tell'],
    ['From where', alert.addresses.length > 0 ? shownList(alert.addresses) : 'the events name no address'],
    ['When', when(alert)],
    ['How often', howOften(alert)],
    ['Tenant', alert.source_id],
    ['Note', alert.group_note],
    ['Meaning', alert.meaning],
    ['What to do', alert.what_to_do],
    ['Limits', alert.limits],
    ['Events', evidence],
    ['MITRE ATT&CK', alert.mitre_attack.join(', ')],
    ['Rule, alert', `${alert.rule_id}, ${alert.alert_id}`],
  ];
  const body = lines.filter(([, text]) => text !== undefined).map(([name, text]) => `${name}: ${text}`);
  return [`[${alert.severity.toUpperCase()}] ${alert.title}`, '', ...body, ''].join('\n');
}

/** Puts external text on one line and limits its length. */
function inline(text: string): string {
  const line = text.replace(UNPRINTABLE, ' ').trim();
  return line.length > MAX_SHOWN_LENGTH ? `${line.slice(0, MAX_SHOWN_LENGTH - 1)}…` : line;
}

function shownList(texts: readonly string[]): string {
  const shown = texts.slice(0, MAX_SHOWN).map(inline).join(', ');
  const others = texts.length - MAX_SHOWN;
  return others > 0 ? `${shown}, and ${others} more` : shown;
}

function when({ first_event_time: first, last_event_time: last }: AlertRecord): string {
  return first === last ? `${seconds(first)} UTC` : `${seconds(first)} to ${seconds(last)} UTC`;
}

/** Without the fraction: events have none. */
function seconds(timestamp: string): string {
  return timestamp.slice(0, 'YYYY-MM-DD HH:MM:SS'.length);
}

function howOften({
  event_count: count,
  threshold,
  window_minutes: minutes,
  window_end: end,
}: AlertRecord): string {
  const times = count === 1 ? 'once' : `${count} times within ${minutes} minutes`;
  const least = threshold === 1 ? '' : ` (the alert takes ${threshold})`;
  return `${times}${least}; no second alert of this kind before ${seconds(end)} UTC`;
}
