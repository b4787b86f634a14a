import { createHash } from 'node:crypto';
import { isMoreUrgent, mostUrgent } from '../../../contract/storage/alert-record';
import type { OutboxWithChain } from '../../../contract/storage/detection-table';
import type { Digest, DigestKind } from './digest';
import { digestDueS, DIGESTS, MAX_LISTED, withAlert, withAlertsOf, withoutAlerts } from './digest';
import type { Incident, IncidentKeys, ListedAlert } from './incident';
import { incidentFor, withListed } from './incident';
import type { Repetition } from './repetition';
import { remembered, repetitionFor } from './repetition';

const S_PER_HOUR = 3_600;

/** An alert, or an update of one, that the outbox has not seen. */
export interface NewAlert extends ListedAlert, IncidentKeys {
  readonly groupId: string;
  readonly update: 'raised' | 'grown' | 'closed';
  /** Whether its events were old when they were evaluated. */
  readonly isHistoric: boolean;
}

/** One message to be published. */
export interface AlertMessage {
  readonly id: string;
  /** The alerts of one incident, or a digest: of old events, beyond the hourly limit, of low severity. */
  readonly kind: 'incident' | DigestKind;
  readonly incidentId?: string;
  /** The most urgent first; with an incident in the order they were raised. */
  readonly alerts: readonly ListedAlert[];
  /** Further alerts of the incident: sent before, or too low to be sent; absent in digests. */
  readonly besides?: readonly ListedAlert[];
  /** Alerts that are not listed, because there are very many. */
  readonly others: number;
  /** Until then the detector that took it is publishing it, unix seconds. */
  readonly takenUntilS?: number;
  /** Names of the topics that it is on, while another one lacks it. */
  readonly publishedOn?: readonly string[];
}

/**
 * What one source has to send, and has sent. The functions below decide which alerts are sent at once, later, or
 * together; none is dropped from the archive by them.
 */
export interface Outbox extends OutboxWithChain {
  readonly incidents: readonly Incident[];
  readonly repetitions: readonly Repetition[];
  readonly ready: readonly AlertMessage[];
  readonly historic?: Digest;
  readonly overflow?: Digest;
  readonly low?: Digest;
  /** Messages of the last hour. */
  readonly sent: readonly { readonly atS: number; readonly isUrgent: boolean }[];
  /** Keys of the alerts it has seen, latest last: an alert that comes again after a death is not sent again. */
  readonly seen: readonly (readonly [key: string, incidentId: string])[];
}

export const EMPTY_OUTBOX: Outbox = { incidents: [], repetitions: [], ready: [], sent: [], seen: [] };

/** What follows the first message of an incident waits so long for more, and is sent with it. */
const FOLLOW_UP_S = 600;
/** Messages an hour, of high and critical alerts, and as many of others: nobody reads more. */
const MESSAGES_PER_HOUR = 10;
/** The detector that takes a message or an alert is done with it, or dead, within its time-out of one minute. */
export const TAKEN_S = 120;

const MAX_INCIDENTS = 100;
const MAX_SEEN = 500;

/**
 * Takes alerts in and decides how each is sent. The same alert again changes nothing. The end of a window is sent to
 * people only where the alert is critical: the second account that is created within an hour raises no alert of its own.
 * An alert of low severity gets no message of its own: it waits for the digest of such, and a message about its incident
 * shows it.
 * @param alerts in the order they were raised
 * @param nowS unix seconds
 */
export function accept(outbox: Outbox, alerts: readonly NewAlert[], nowS: number): Outbox {
  let next = forgetting(outbox, nowS);
  const started = new Map<string, ListedAlert[]>();
  for (const alert of alerts) {
    if (next.seen.some(([key]) => key === alert.key)) continue;
    const { incident: found, others } = incidentFor(next.incidents, alert, nowS);
    const incident =
      alert.update === 'closed' || alert.isHistoric ? found : withListed(found, listedOf(alert));
    next = { ...next, seen: [...next.seen, [alert.key, incident.id] as const].slice(-MAX_SEEN) };
    const keep = (changed: Incident): void => {
      next = { ...next, incidents: [...others, changed].slice(-MAX_INCIDENTS) };
    };
    if (alert.update === 'closed' && alert.severity !== 'critical') keep(incident);
    else if (alert.isHistoric) {
      keep(incident);
      next = { ...next, historic: withAlert(next.historic, listedOf(alert), nowS) };
    } else if (!isMoreUrgent(alert.severity, 'low')) {
      keep(incident);
      next = { ...next, low: withAlert(next.low, listedOf(alert), nowS) };
    } else {
      const repetition = repetitionFor(next.repetitions, alert, nowS);
      const listed = { ...listedOf(alert), ...(repetition.unsent > 0 && { unsent: repetition.unsent }) };
      next = { ...next, repetitions: repetition.all };
      const begun = started.get(incident.id);
      if (!repetition.isSent) keep(incident);
      else if (begun !== undefined || alert.update === 'grown' || isNews(alert, incident)) {
        keep({ ...incident, told: mostUrgent([alert.severity, incident.told ?? 'info']) });
        started.set(incident.id, [...(begun ?? []), listed]);
      } else
        keep({
          ...incident,
          waiting: [...(incident.waiting ?? []), listed],
          waitsFromS: incident.waitsFromS ?? nowS,
        });
    }
  }
  return [...started].reduce((state, [id, listed]) => withMessage(state, id, listed), next);
}

/** Whether the incident has not been told, or not as urgently. */
function isNews({ severity }: NewAlert, { told }: Incident): boolean {
  return told === undefined || isMoreUrgent(severity, told);
}

/** The incident of an alert that the outbox has seen. */
export function incidentOf({ seen }: Outbox, key: string): string | undefined {
  return seen.find(([seenKey]) => seenKey === key)?.[1];
}

/**
 * Takes the messages that are to be published now. They stay in the outbox until `published`; until then nobody else
 * takes them for two minutes.
 */
export function take(
  outbox: Outbox,
  nowS: number,
): { readonly outbox: Outbox; readonly taken: readonly AlertMessage[] } {
  const next = DIGESTS.reduce((state, kind) => withDigest(state, kind, nowS), withFollowUps(outbox, nowS));
  const room = new Map([true, false].map((urgent) => [urgent, roomFor(next, urgent)]));
  let { overflow } = next;
  const taken: AlertMessage[] = [];
  const left: AlertMessage[] = [];
  for (const message of next.ready) {
    const urgent = isUrgent(message.alerts);
    const places = room.get(urgent) ?? 0;
    const isNew = message.takenUntilS === undefined;
    if (!isNew && (message.takenUntilS ?? 0) > nowS) left.push(message);
    else if (isNew && message.kind === 'incident' && places <= 0)
      overflow = withAlertsOf(overflow, message, nowS);
    else {
      if (isNew) room.set(urgent, places - 1);
      taken.push({ ...message, takenUntilS: nowS + TAKEN_S });
    }
  }
  const ready = [...left, ...taken];
  return { outbox: { ...next, ready, ...(overflow === undefined ? {} : { overflow }) }, taken };
}

/**
 * Notes that a message is on some topics. Once it is on all, it is out.
 * @param on names of topics that it was published on
 * @param topics names of all
 */
export function published(
  outbox: Outbox,
  { id }: AlertMessage,
  {
    on,
    topics,
    nowS,
  }: { readonly on: readonly string[]; readonly topics: readonly string[]; readonly nowS: number },
): Outbox {
  const message = outbox.ready.find((ready) => ready.id === id);
  if (message === undefined) return outbox;
  const publishedOn = [...new Set([...(message.publishedOn ?? []), ...on])];
  if (topics.some((topic) => !publishedOn.includes(topic)))
    return {
      ...outbox,
      ready: outbox.ready.map((ready) => (ready === message ? { ...ready, publishedOn } : ready)),
    };
  return {
    ...outbox,
    ready: outbox.ready.filter((ready) => ready !== message),
    sent: [...outbox.sent, { atS: nowS, isUrgent: isUrgent(message.alerts) }],
  };
}

/** When the outbox has something to publish or to list without another alert, unix seconds; undefined if never. */
export function dueAtS(outbox: Outbox): number | undefined {
  const { ready, incidents, chain } = outbox;
  const times = [
    ...ready.map(({ takenUntilS }) => takenUntilS ?? 0),
    ...(chain?.open ?? []).map(({ untilS }) => untilS),
    ...incidents.flatMap(({ waitsFromS }) => (waitsFromS === undefined ? [] : [waitsFromS + FOLLOW_UP_S])),
    ...DIGESTS.flatMap((kind) => {
      const digest = outbox[kind];
      return digest === undefined ? [] : [digestDueS(kind, digest)];
    }),
  ];
  return times.length === 0 ? undefined : Math.min(...times);
}

function forgetting(outbox: Outbox, nowS: number): Outbox {
  return {
    ...outbox,
    incidents: outbox.incidents.filter(
      ({ touchedAtS, waiting }) => waiting !== undefined || touchedAtS > nowS - 2 * S_PER_HOUR,
    ),
    repetitions: remembered(outbox.repetitions, nowS),
    sent: outbox.sent.filter(({ atS }) => atS > nowS - S_PER_HOUR),
  };
}

function listedOf({ key, headline, severity, lastS: atS }: NewAlert): ListedAlert {
  return { key, headline, severity, atS };
}

/** Makes a message of alerts, together with what of the incident has been waiting, and with all it had besides. */
function withMessage(outbox: Outbox, incidentId: string, alerts: readonly ListedAlert[]): Outbox {
  const incidents = outbox.incidents.map((incident) =>
    incident.id === incidentId ? { ...incident, waiting: undefined, waitsFromS: undefined } : incident,
  );
  const { waiting = [], alerts: known = [] } = outbox.incidents.find(({ id }) => id === incidentId) ?? {};
  const all = [...waiting, ...alerts];
  const besides = known.filter(({ key }) => all.every((alert) => alert.key !== key));
  const low = withoutAlerts(outbox.low, new Set(besides.map(({ key }) => key)));
  const message = {
    id: idOf(all),
    kind: 'incident' as const,
    incidentId,
    alerts: all.slice(0, MAX_LISTED),
    besides,
    others: Math.max(0, all.length - MAX_LISTED),
  };
  return { ...outbox, incidents, low, ready: [...outbox.ready, message] };
}

function withFollowUps(outbox: Outbox, nowS: number): Outbox {
  return outbox.incidents
    .filter(({ waitsFromS }) => waitsFromS !== undefined && waitsFromS + FOLLOW_UP_S <= nowS)
    .reduce((state, { id }) => withMessage(state, id, []), outbox);
}

function withDigest(outbox: Outbox, kind: DigestKind, nowS: number): Outbox {
  const digest = outbox[kind];
  // While one cannot be published, it grows and no second one is made.
  const isFree = outbox.ready.every((message) => message.kind !== kind);
  if (digest === undefined || digestDueS(kind, digest) > nowS || !isFree) return outbox;
  const { alerts, others } = digest;
  const message = { id: idOf(alerts), kind, alerts, others };
  return { ...outbox, [kind]: undefined, ready: [...outbox.ready, message] };
}

/**
 * How many more messages may go out within the hour. High and critical alerts have a limit of their own, so that a flood
 * of others cannot hold them back.
 */
function roomFor({ sent, ready }: Outbox, urgent: boolean): number {
  const out = sent.filter((message) => message.isUrgent === urgent);
  const underWay = ready.filter(
    ({ takenUntilS, alerts }) => takenUntilS !== undefined && isUrgent(alerts) === urgent,
  );
  return MESSAGES_PER_HOUR - out.length - underWay.length;
}

function isUrgent(alerts: readonly ListedAlert[]): boolean {
  return alerts.some(({ severity }) => severity === 'high' || severity === 'critical');
}

function idOf(alerts: readonly ListedAlert[]): string {
  const hash = createHash('sha256').update(JSON.stringify(alerts.map(({ key }) => key)));
  return hash.digest('hex').slice(0, 16);
}
