import { join } from 'node:path';
import { readFileIfThere, replaceFile } from '../aws/state-folder';
import type { SimulatedEvent } from '../netskope-simulator/event-log';
import { generateAuditEvents } from '../netskope-simulator/events/audit-events';
import { StartError } from './start-error';

/** Events that came in one time range: unix seconds, the start included, the end excluded. */
interface Batch {
  readonly count: number;
  readonly fromEpochS: number;
  readonly toEpochS: number;
}

/** What a new history is generated from. */
interface HistoryBeginning {
  readonly seed: number;
  readonly eventCount: number;
  readonly nowS: number;
}

const SECONDS_BEFORE_FIRST_START = 3 * 86_400;

/**
 * All events that ever happened at the simulated tenant. The file does not keep the events but what they are generated
 * from, so that every start has the same ones in the same order, followed by later ones.
 */
export class SimulatedHistory {
  private constructor(
    private readonly file: string,
    readonly seed: number,
    private batches: readonly Batch[],
  ) {}

  /** The history in the folder; undefined if there is none. @throws StartError if the file holds something else. */
  static load(folder: string): SimulatedHistory | undefined {
    const file = fileIn(folder);
    const text = readFileIfThere(file);
    if (text === '') return undefined;
    const stored = parsed(text);
    if (!isStored(stored))
      throw new StartError(
        `${file} holds no simulated history of ours; expected a seed and batches of events. Start with --reset.`,
      );
    return new SimulatedHistory(file, stored.seed, stored.batches);
  }

  /** Begins a history with the events of the three days before now, and keeps it in the folder. */
  static begin(folder: string, { seed, eventCount, nowS }: HistoryBeginning): SimulatedHistory {
    const first = { count: eventCount, fromEpochS: nowS - SECONDS_BEFORE_FIRST_START, toEpochS: nowS };
    const history = new SimulatedHistory(fileIn(folder), seed, [first]);
    history.keep();
    return history;
  }

  /** How many events the history began with. */
  get firstEventCount(): number {
    return this.batches[0]?.count ?? 0;
  }

  /** Adds `count` events between the newest batch and now. */
  addEvents(count: number, nowS: number): void {
    const fromEpochS = this.batches.at(-1)?.toEpochS ?? nowS;
    this.batches = [...this.batches, { count, fromEpochS, toEpochS: Math.max(nowS, fromEpochS + 1) }];
    this.keep();
  }

  /** Every event, in the order of insertion. Each batch has its own seed, or it would repeat the first one's events. */
  events(): readonly SimulatedEvent[] {
    return this.batches.flatMap((batch, number) =>
      generateAuditEvents({ ...batch, seed: this.seed + number }),
    );
  }

  private keep(): void {
    replaceFile(this.file, `${JSON.stringify({ seed: this.seed, batches: this.batches }, undefined, 2)}\n`);
  }
}

function fileIn(folder: string): string {
  return join(folder, 'simulated-history.json');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isStored(value: unknown): value is { readonly seed: number; readonly batches: readonly Batch[] } {
  const { seed, batches } = (value ?? {}) as Record<string, unknown>;
  return Number.isInteger(seed) && Array.isArray(batches) && batches.every(isBatch);
}

function isBatch(value: unknown): value is Batch {
  const batch = (value ?? {}) as Record<string, unknown>;
  return ['count', 'fromEpochS', 'toEpochS'].every((name) => Number.isInteger(batch[name]));
}
