import { RUNS_AT_ONCE } from '../../../lambdas/contract/deployment/fleet';

/** From the event on the bus to the message in the queue. */
const DELIVERY_MS = 1_000;

/** A run that finds another one of its source at work. */
const SKIPPED_MS = 500;

export interface Run {
  readonly sourceId: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** What came of the messages of a round. */
export interface Handover {
  readonly runs: readonly Run[];
  /** Messages that were gone before there was room. */
  readonly dropped: number;
  readonly longestWaitMs: number;
  readonly mostAtOnce: number;
}

/**
 * The way of a round through its queue: as many runs at once as the event source mapping lets, a message is
 * gone after the retention, and a source with a run at work is skipped, as its lease has it.
 */
export class RunQueueModel {
  /** When each of the places for a run is free. */
  private readonly freeAtMs: number[] = Array.from({ length: RUNS_AT_ONCE }, () => 0);
  private readonly busyUntilMs = new Map<string, number>();

  constructor(private readonly retentionMs: number) {}

  /**
   * @param sourceIds in the order in which Lambda takes the messages
   * @param lengthMs of a run that begins then
   */
  handOver(
    sourceIds: readonly string[],
    sentAtMs: number,
    lengthMs: (sourceId: string, atMs: number) => number,
  ): Handover {
    const runs: Run[] = [];
    let dropped = 0;
    let longestWaitMs = 0;
    let mostAtOnce = 0;
    for (const sourceId of sourceIds) {
      const freeAtMs = Math.min(...this.freeAtMs);
      const startMs = Math.max(sentAtMs + DELIVERY_MS, freeAtMs);
      if (startMs >= sentAtMs + this.retentionMs) {
        dropped++;
        continue;
      }
      longestWaitMs = Math.max(longestWaitMs, startMs - sentAtMs);
      const isSkipped = (this.busyUntilMs.get(sourceId) ?? 0) > startMs;
      const endMs = startMs + (isSkipped ? SKIPPED_MS : lengthMs(sourceId, startMs));
      this.freeAtMs[this.freeAtMs.indexOf(freeAtMs)] = endMs;
      mostAtOnce = Math.max(mostAtOnce, this.freeAtMs.filter((atMs) => atMs > startMs).length);
      if (isSkipped) continue;
      this.busyUntilMs.set(sourceId, endMs);
      runs.push({ sourceId, startMs, endMs });
    }
    return { runs, dropped, longestWaitMs, mostAtOnce };
  }
}
