import type { Source } from '../../../lambdas/contract/deployment/collector-event';
import type { SourceSettings } from './deployment-schema';

/** A source as in the schedule's input for the collector and in the stack outputs. */
export function sourceOf({
  id,
  label,
  startLookbackHours,
  scheduleMinutes,
  dailyRecheck,
}: SourceSettings): Source {
  return { sourceId: id, label, startLookbackHours, scheduleMinutes, dailyRecheck };
}
