import type { AlertRecord } from '../../../contract/storage/alert-record';
import { inline, shownList } from './safe-text';

/**
 * The alert as a text to read in ten seconds: what, to whom, who, from where, when, how often, what to do.
 * @param evidence where to find the events, such as the address of a saved query; left out if there is none
 */
export function alertText(alert: AlertRecord, evidence?: string): string {
  return [headed(alert), '', ...alertFacts(alert, evidence), ''].join('\n');
}

/** The lines below the headline, for example `Who: alice@corp.example`. */
export function alertFacts(alert: AlertRecord, evidence?: string): readonly string[] {
  const lines: readonly (readonly [name: string, text: string | undefined])[] = [
    ['What', shownList(alert.what)],
    ['To what', alert.targets.length > 0 ? shownList(alert.targets) : undefined],
    ['Change', alert.changes.length > 0 ? shownList(alert.changes) : undefined],
    ['Who', alert.who.length > 0 ? shownList(alert.who) : 'Netskope does not tell'],
    ['From where', fromWhere(alert)],
    ['When', when(alert)],
    ['How often', howOften(alert)],
    ['Tenant', alert.source_id],
    ['Note', alert.group_note],
    ['Meaning', alert.meaning],
    ['What to do', alert.what_to_do],
    ['Limits', alert.limits],
    ['Events', evidence],
    ['MITRE ATT&CK', alert.mitre_attack.length > 0 ? alert.mitre_attack.join(', ') : undefined],
    ['Rule, alert', `${alert.rule_id}, ${alert.alert_id}`],
  ];
  return lines.filter(([, text]) => text !== undefined).map(([name, text]) => `${name}: ${text}`);
}

/** For example `[HIGH] Many objects deleted by alice@corp.example`. */
export function headed({ severity, headline }: Pick<AlertRecord, 'severity' | 'headline'>): string {
  return `[${severity.toUpperCase()}] ${inline(headline)}`;
}

function fromWhere({ addresses, last_login_address: address, last_login_time: time }: AlertRecord): string {
  if (addresses.length > 0) return shownList(addresses);
  const unknown = 'the events name no address';
  return address === undefined
    ? unknown
    : `${unknown}; the last login came from ${inline(address)} at ${spaced(time ?? '')}`;
}

function when({ first_event_time: first, last_event_time: last }: AlertRecord): string {
  return first === last ? spaced(first) : `${spaced(first).replace(' UTC', '')} to ${spaced(last)}`;
}

/** As people read it, for example `2026-11-22 09:00:00 UTC`. */
export function spaced(time: string): string {
  return time.replace('T', ' ').replace('Z', ' UTC');
}

function howOften({
  update,
  event_count: count,
  threshold,
  window_minutes: minutes,
  window_end: end,
}: AlertRecord): string {
  const times = count === 1 ? 'once' : `${count} times within ${minutes} minutes`;
  const least = threshold === 1 ? '' : ` (the alert takes ${threshold})`;
  return update === 'closed'
    ? `${times}${least}`
    : `${times}${least}; what follows until ${spaced(end)} belongs to this alert`;
}
