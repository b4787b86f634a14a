const SHOWN_LENGTH = 80;

/** A setting as it was received, for a message: JSON, cut where it is long. */
export function receivedValue(value: unknown): string {
  return (JSON.stringify(value) ?? 'not set').slice(0, SHOWN_LENGTH);
}
