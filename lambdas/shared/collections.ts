/** Adds an element to the list under a key. */
export function append<K, T>(map: Map<K, T[]>, key: K, element: T): void {
  const elements = map.get(key);
  if (elements === undefined) map.set(key, [element]);
  else elements.push(element);
}

/** The items in their order, at most `size` at a time. */
export function* slices<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
