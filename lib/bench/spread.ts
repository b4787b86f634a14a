/** Several measurements of one thing. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws RangeError where nothing was measured */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right);
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const upper = sorted[Math.floor(sorted.length / 2)];
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined || lower === undefined || upper === undefined) {
    throw new RangeError('no measurement to summarize; expected at least one');
  }
  return { median: (lower + upper) / 2, min, max };
}
