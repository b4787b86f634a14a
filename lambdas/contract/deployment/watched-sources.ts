/** What the schedules pass to the functions of the daily message and of the verification. */
export type WatchedSources =
  /** The sources that are collected. */
  | { readonly sourceIds: readonly string[] }
  /** They are those in the table. */
  | { readonly fleet: true };
