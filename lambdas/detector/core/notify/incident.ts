import { createHash } from 'node:crypto';
import type { Severity } from '../../../contract/storage/alert-record';
import { compactUtc } from '../../../contract/storage/alert-record';

const S_PER_HOUR = 3_600;
/** Limit on the users and addresses of one incident. */
const MAX_KEYS = 60;
/** Limit on the alerts that it remembers, latest kept. */
const MAX_ALERTS = 12;

/** What the outbox keeps of an alert; the archive has its record. */
export interface ListedAlert {
  /** Key of its object in the archive. */
  readonly key: string;
  readonly headline: string;
  readonly severity: Severity;
  /** Time of its last event, unix seconds: of a login after failures, the login. Absent in outboxes of earlier versions. */
  readonly atS?: number;
  /** Alerts of the same rule and group since its last message, for which none was sent. */
  readonly unsent?: number;
}

/** What an alert's incident is found by. */
export interface IncidentKeys {
  /** Users and addresses, or the group if there are none. */
  readonly actors: readonly string[];
  /** Time of its first and its last event, unix seconds. */
  readonly firstS: number;
  readonly lastS: number;
}

/** Alerts of one user or address with less than an hour between them. */
export interface Incident {
  readonly id: string;
  readonly actors: readonly string[];
  readonly firstS: number;
  readonly lastS: number;
  /** When its last alert came in, unix seconds. */
  readonly touchedAtS: number;
  /** The highest severity that was sent; absent before the first message. */
  readonly told?: Severity;
  /** Its alerts, sent or not, in the order they were raised. Absent in outboxes of earlier versions. */
  readonly alerts?: readonly ListedAlert[];
  /** Alerts that wait for the next message. */
  readonly waiting?: readonly ListedAlert[];
  readonly waitsFromS?: number;
}

/** The incident of an alert, known or new, with the alert's actors and times added, and the incidents beside it. */
export function incidentFor(
  incidents: readonly Incident[],
  alert: IncidentKeys & { readonly key: string },
  nowS: number,
): { readonly incident: Incident; readonly others: readonly Incident[] } {
  const known = incidents.findLast(
    ({ actors, firstS, lastS }) =>
      alert.firstS < lastS + S_PER_HOUR &&
      alert.lastS > firstS - S_PER_HOUR &&
      alert.actors.some((actor) => actors.includes(actor)),
  );
  const before = known ?? { id: incidentId(alert), actors: [], firstS: alert.firstS, lastS: alert.lastS };
  return {
    incident: {
      ...before,
      actors: [...new Set([...before.actors, ...alert.actors])].slice(-MAX_KEYS),
      firstS: Math.min(before.firstS, alert.firstS),
      lastS: Math.max(before.lastS, alert.lastS),
      touchedAtS: nowS,
    },
    others: incidents.filter((incident) => incident !== known),
  };
}

/** From its first alert, for example `incident-20261122T090000Z-3fa9c1d2`. */
function incidentId({ key, firstS }: IncidentKeys & { readonly key: string }): string {
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 8);
  return `incident-${compactUtc(firstS)}-${hash}`;
}

/** The incident with one more alert. */
export function withListed(incident: Incident, listed: ListedAlert): Incident {
  return { ...incident, alerts: [...(incident.alerts ?? []), listed].slice(-MAX_ALERTS) };
}
