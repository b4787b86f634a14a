import { byUrgency } from '../../../contract/storage/alert-record';
import type { ListedAlert } from './incident';

const S_PER_HOUR = 3_600;
/** After so many seconds without another alert of old events, their digest is sent. */
const HISTORIC_QUIET_S = S_PER_HOUR;
/** A backfill may take weeks: its digest is sent at the latest after this time. */
const HISTORIC_LONGEST_S = 24 * S_PER_HOUR;
/** Digests of alerts beyond the hourly limit, and of those of low severity, are sent so long after their first alert. */
const OVERFLOW_S = S_PER_HOUR;
const LOW_S = 7 * 24 * S_PER_HOUR;
/** Limit on the alerts that a message lists; the others are counted. */
export const MAX_LISTED = 100;

/** Alerts that are sent together, the most urgent first. */
export interface Digest {
  readonly alerts: readonly ListedAlert[];
  readonly others: number;
  readonly firstAtS: number;
  readonly lastAtS: number;
}

export const DIGESTS = ['historic', 'overflow', 'low'] as const;

/** Alerts about old events, beyond the hourly limit, or of low severity. */
export type DigestKind = (typeof DIGESTS)[number];

/** When a digest is to be sent, unix seconds. */
export function digestDueS(kind: DigestKind, { firstAtS, lastAtS }: Digest): number {
  switch (kind) {
    case 'historic':
      return Math.min(lastAtS + HISTORIC_QUIET_S, firstAtS + HISTORIC_LONGEST_S);
    case 'overflow':
      return firstAtS + OVERFLOW_S;
    case 'low':
      return firstAtS + LOW_S;
  }
}

/** Without the alerts of these keys, which were sent otherwise. @returns undefined if none is left */
export function withoutAlerts(digest: Digest | undefined, keys: ReadonlySet<string>): Digest | undefined {
  if (digest === undefined) return undefined;
  const alerts = digest.alerts.filter(({ key }) => !keys.has(key));
  return alerts.length + digest.others === 0 ? undefined : { ...digest, alerts };
}

export function withAlert(digest: Digest | undefined, alert: ListedAlert, nowS: number): Digest {
  const { alerts, others, firstAtS } = digest ?? { alerts: [], others: 0, firstAtS: nowS };
  const all = [...alerts, alert].sort(byUrgency);
  const isOver = all.length > MAX_LISTED;
  return { alerts: all.slice(0, MAX_LISTED), others: others + (isOver ? 1 : 0), firstAtS, lastAtS: nowS };
}

/** With the alerts of a message that is not sent, those that it only counts included. */
export function withAlertsOf(
  digest: Digest | undefined,
  { alerts, others }: Pick<Digest, 'alerts' | 'others'>,
  nowS: number,
): Digest | undefined {
  const all = alerts.reduce<Digest | undefined>((sum, alert) => withAlert(sum, alert, nowS), digest);
  return all === undefined ? undefined : { ...all, others: all.others + others };
}
