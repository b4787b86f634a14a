/** Compares as S3 lists: by the bytes of the UTF-8 form, which for rare characters is not JavaScript's order. */
export function compareUtf8(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** Index of the first key that is not before `bound`; the length when there is none. */
export function lowerBound(sortedKeys: readonly string[], bound: string): number {
  let low = 0;
  let high = sortedKeys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUtf8(sortedKeys[middle] ?? '', bound) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds a key where it belongs; does nothing when it is there already. */
export function insertKey(sortedKeys: string[], key: string): void {
  const index = lowerBound(sortedKeys, key);
  if (sortedKeys[index] !== key) sortedKeys.splice(index, 0, key);
}
