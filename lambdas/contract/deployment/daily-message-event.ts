/** What the schedule passes to the function that sends the daily message. */
export interface DailyMessageEvent {
  /** The sources that are collected. */
  readonly sourceIds: readonly string[];
}
