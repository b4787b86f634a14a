import { InvalidArgumentError } from 'commander';

/** Reads an option's value that must match a pattern. @param expected completes "Expected …" */
export function matching(pattern: RegExp, expected: string): (text: string) => string {
  return (text) => {
    if (pattern.test(text)) return text;
    throw new InvalidArgumentError(`Expected ${expected}.`);
  };
}

/** Reads an option's value that must be an integer from `minimum` to `maximum`. */
export function integerWithin(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Expected an integer from ${minimum} to ${maximum}.`);
  };
}

/** Reads an option's value that must be a day, UTC. */
export function readDay(text: string): string {
  const epochMs = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  // Date.parse takes a day that the month does not have for one of the next month.
  if (!Number.isNaN(epochMs) && new Date(epochMs).toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError('Expected a day such as 2026-11-22.');
}
