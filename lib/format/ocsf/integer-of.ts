/**
 * A field's value as an integer; samples passed on by Cloud Exchange carry numbers as text.
 * @returns undefined if it is none, is negative, or is not exact
 */
export function integerOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
