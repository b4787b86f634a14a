import type { Source } from '../../../lambdas/contract/deployment/collector-event';
import type { SourceSettings } from './deployment-schema';

/** A source as the schedule hands it to the collector and the outputs tell the operator. */
export function sourceOf({
  id,
  label,
  startLookbackHours,
  scheduleMinutes,
  dailyRecheck,
}: SourceSettings): Source {
  return { sourceId: id, label, startLookbackHours, scheduleMinutes, dailyRecheck };
}
