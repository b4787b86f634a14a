/** Limit for one event, so that the sum over the largest object is exact. Thresholds are far smaller. */
const MAX_OCCURRENCES = 1_000_000;

/** How many occurrences an event stands for: its `count`, a whole number or its digits as text; anything else is 1. */
export function occurrencesOf({ count }: Readonly<Record<string, unknown>>): number {
  const given = typeof count === 'string' && /^\d+$/.test(count) ? Number(count) : count;
  if (given === Infinity) return MAX_OCCURRENCES;
  return typeof given === 'number' && Number.isInteger(given) && given >= 1
    ? Math.min(given, MAX_OCCURRENCES)
    : 1;
}
