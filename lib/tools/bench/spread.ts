/** What was measured several times: the middle and both ends. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws RangeError if nothing was measured */
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

/** As `2.5 (2.0 to 3.1)`. */
export function shown({ median, min, max }: Spread, digits: number): string {
  const text = (value: number): string =>
    value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${text(median)} (${text(min)} to ${text(max)})`;
}
