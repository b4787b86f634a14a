import { dayOf } from '../../../lambdas/contract/storage/archive-layout';
import type { AlertFilter, AlertHistory } from './alert-history';
import { alertHistories, isWanted } from './alert-history';
import type { AlertObjects } from './stored-alerts';

/** Most that are read at once. */
export const MAX_ALERTS = 10_000;

/** Reads days backwards, each as a whole, until there are enough alerts. @returns newest first */
export async function newestAlerts(
  objects: AlertObjects,
  sourceId: string,
  { filter, count }: { readonly filter: AlertFilter; readonly count: number },
): Promise<AlertHistory[]> {
  const alerts: AlertHistory[] = [];
  const firstDay = dayOf(filter.fromEpochS * 1000);
  for (const day of await objects.days(sourceId)) {
    if (day < firstDay || alerts.length >= count) break;
    if (Date.parse(day) / 1000 >= filter.toEpochS) continue;
    const ofDay = alertHistories(await objects.ofDay(sourceId, day));
    alerts.push(...ofDay.filter((alert) => isWanted(alert, filter)));
  }
  return alerts.slice(0, count);
}
