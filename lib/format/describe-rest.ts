/**
 * Until when no call is made to Netskope, and why, to follow `rests`: `until 2026-11-22 10:08:11 UTC: a call may …`.
 * @param restUntilMs unix milliseconds; absent if a run did not report it
 */
export function describeRest(restUntilMs: number | undefined): string {
  const until =
    restUntilMs === undefined
      ? 'for some minutes'
      : `until ${new Date(restUntilMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return `${until}: a call may still be running at Netskope, or Netskope asked to wait`;
}
