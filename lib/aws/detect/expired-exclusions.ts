import type { Exclusion } from '../../../lambdas/detector/core/rule/exclusion';
import type { TuningSettings } from '../../../lambdas/detector/core/rule/tuning';

/**
 * Says of each exclusion whose last day is over that it can go.
 * @param today UTC, such as `2026-11-22`
 */
export function expiredExclusions(
  { rules = {}, exclude = [] }: TuningSettings,
  today: string,
): readonly string[] {
  return [
    ...expiredIn(exclude, 'detection.exclude', today),
    ...Object.entries(rules).flatMap(([id, tuning]) =>
      expiredIn(tuning.exclude ?? [], `detection.rules.${id}.exclude`, today),
    ),
  ];
}

function expiredIn(exclusions: readonly Exclusion[], place: string, today: string): readonly string[] {
  return exclusions.flatMap((exclusion, at) => {
    const { until } = exclusion;
    if (until === undefined || until >= today) return [];
    return [
      `${place}[${at}] has expired: ${JSON.stringify(exclusion)} excludes no event after ${until}. Remove it from the CDK context.`,
    ];
  });
}
