import { byUrgency } from '../../../contract/storage/alert-record';
import type { ListedAlert } from './incident';

const S_PER_HOUR = 3_600;
/** After so many seconds without another alert of old events, their digest is sent. */
const HISTORIC_QUIET_S = S_PER_HOUR;
/** A backfill may take weeks: its digest is sent at the latest after this time. */
const HISTORIC_LONGEST_S = 24 * S_PER_HOUR;
/** Limit on the alerts that a message lists; the others are counted. */
export const MAX_LISTED = 100;

/** Alerts that are told together, the most urgent first. */
export interface Digest {
  readonly alerts: readonly ListedAlert[];
  readonly others: number;
  readonly firstAtS: number;
  readonly lastAtS: number;
}

/** When the digest of old events is to be sent, unix seconds. */
export function historicDueS({ firstAtS, lastAtS }: Digest): number {
  return Math.min(lastAtS + HISTORIC_QUIET_S, firstAtS + HISTORIC_LONGEST_S);
}

export function withAlert(digest: Digest | undefined, alert: ListedAlert, nowS: number): Digest {
  const { alerts, others, firstAtS } = digest ?? { alerts: [], others: 0, firstAtS: nowS };
  const all = [...alerts, alert].sort(byUrgency);
  const isOver = all.length > MAX_LISTED;
  return { alerts: all.slice(0, MAX_LISTED), others: others + (isOver ? 1 : 0), firstAtS, lastAtS: nowS };
}
