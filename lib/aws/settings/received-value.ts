const SHOWN_LENGTH = 80;

/** A setting as received, for a message: JSON, shortened if it is long. */
export function receivedValue(value: unknown): string {
  return (JSON.stringify(value) ?? 'not set').slice(0, SHOWN_LENGTH);
}
