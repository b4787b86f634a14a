const MAX_LEVELS = 16;

/** Whether a value can be written as JSON: a sender may nest values deeper than `JSON.stringify` can follow. */
export function isShallow(value: unknown, levels = MAX_LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((child) => isShallow(child, levels - 1));
}
