/** What the schedule passes to the function that sends the daily message. */
export type DailyMessageEvent =
  /** The sources that are collected. */
  | { readonly sourceIds: readonly string[] }
  /** They are those in the table. */
  | { readonly fleet: true };
