/** One page of a list, and where the next one begins; `nextToken` is present exactly if there is more. */
interface TokenPage<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/**
 * Cuts a page out of a list. The token is opaque to clients. It contains only the position, so a list that changes
 * between two pages may show an entry twice or not at all, as in AWS.
 * @returns undefined if the token was not made here
 */
export function tokenPage<T>(
  list: readonly T[],
  maxItems: number,
  token: string | undefined,
): TokenPage<T> | undefined {
  const start = token === undefined ? 0 : positionOf(token);
  if (start === undefined) return undefined;
  const end = start + maxItems;
  const items = list.slice(start, end);
  return end < list.length ? { items, nextToken: tokenOf(end) } : { items };
}

function tokenOf(position: number): string {
  return Buffer.from(`position:${position}`).toString('base64url');
}

function positionOf(token: string): number | undefined {
  const [, digits] = /^position:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
