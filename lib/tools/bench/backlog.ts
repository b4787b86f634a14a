import type { SimulatedEvent } from '../../local/netskope-simulator/event-log';
import { generateAuditEvents } from '../../local/netskope-simulator/events/audit-events';

/** A backlog of full pages that can be entered at several depths. */
export interface BacklogOptions {
  /** How many pages there are from each entry, decreasing; the first is the whole backlog. */
  readonly pageCounts: readonly number[];
  readonly eventsPerPage: number;
  /** Start of the hour in which all events were inserted, unix seconds. */
  readonly hourStartS: number;
}

/** The events between one entry and the next. */
interface BacklogBlock {
  /** Pages from this entry to the end of the backlog. */
  readonly pagesToEnd: number;
  /** Where to start the iterator, unix seconds: well after the previous block, well before this one. */
  readonly startEpochS: number;
  readonly count: number;
  readonly fromEpochS: number;
  readonly toEpochS: number;
}

/** Part of the keys of objects in the hour that the collector has not written. */
export const FOREIGN_NAME = 'foreign';

/** The iterator's windows are an hour (Netskope REST API v2 dataexport iterator documentation). */
const HOUR_S = 3600;

/** Divides the hour into blocks with a pause before each, so that a start need not be exact to the second. */
export function backlogBlocks({ pageCounts, eventsPerPage, hourStartS }: BacklogOptions): BacklogBlock[] {
  const slotS = Math.floor(HOUR_S / pageCounts.length);
  const pauseS = Math.floor(slotS / 4);
  return pageCounts.map((pagesToEnd, index) => {
    const slotStartS = hourStartS + index * slotS;
    return {
      pagesToEnd,
      startEpochS: slotStartS + Math.floor(pauseS / 2),
      count: (pagesToEnd - (pageCounts[index + 1] ?? 0)) * eventsPerPage,
      fromEpochS: slotStartS + pauseS,
      toEpochS: slotStartS + slotS,
    };
  });
}

/**
 * The events of a backlog, block by block; the same options give the same events, byte for byte. None deviates: `jq` stops
 * at half a surrogate pair, and there would be nothing to compare with.
 */
export function generateBacklog(options: BacklogOptions): SimulatedEvent[][] {
  return backlogBlocks(options).map((block, seed) =>
    generateAuditEvents({ ...block, seed, anomalyShare: 0 }),
  );
}

/** The latest hour so far in the past that none of its pages reaches the present, unix seconds. */
export function lastQuietHourS(nowMs: number): number {
  return (Math.floor(nowMs / 1000 / HOUR_S) - 2) * HOUR_S;
}
