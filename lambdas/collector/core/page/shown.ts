const SHOWN_LENGTH = 80;

/** The JSON type of a value, as schemas call it. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** A received value for an error message. Nested values are shown only by type: a sender may nest them to any depth. */
export function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  if (typeof value === 'object') return typeName(value);
  const text = JSON.stringify(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
