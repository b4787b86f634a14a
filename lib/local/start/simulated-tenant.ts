import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { EnvVar } from '../../../lambdas/contract/deployment/environment';
import { formatCount, formatMinute } from '../../format/quantities';
import { readFileIfThere, replaceFile, StateFolder } from '../aws/state-folder';
import type { SimulatedEvent } from '../netskope-simulator/event-log';
import { generateAuditEvents } from '../netskope-simulator/events/audit-events';
import { daysWithIntrusion } from '../netskope-simulator/events/days-with-intrusion';
import { NetskopeSimulator } from '../netskope-simulator/netskope-simulator';
import { parsedJson } from '../parsed-json';
import { StartError } from './start-error';
import type { OpenTenant, Tenant } from './tenant';

/** Options of the simulator for the operator. */
export interface SimulationOptions {
  /** Any integer. @default 42 at the first start, then the one of the first start */
  readonly seed?: number;
  /** How many events of every kind the tenant has at the first start. @default - ordinary days, and an intrusion */
  readonly events?: number;
  /** How many events happened since the last start. @default 0 */
  readonly newEvents?: number;
  /** Whether everything of earlier starts is deleted first. @default false */
  readonly reset?: boolean;
}

const DEFAULT_SEED = 42;
const HISTORY_HOURS = 7 * 24;
/** Not a secret: the simulator knows only this token, and listens on loopback. */
const SIMULATED_TOKEN = 'token-of-the-simulated-tenant';

/** A tenant on this machine, with a week of audit events made from a seed. */
export class SimulatedTenant implements Tenant {
  readonly folderName = 'simulator';
  /** The history, and what passes until the first run. */
  readonly startLookbackHours = HISTORY_HOURS + 1;

  constructor(private readonly options: SimulationOptions) {}

  async prepare(folder: string): Promise<void> {
    if (this.options.reset === true) deleteState(folder);
    const { seed, events } = this.options;
    const history = SimulatedHistory.load(folder);
    if (history === undefined) return;
    refuseOther('--seed', seed, history.seed);
    refuseOther('--events', events, history.firstEventCount);
  }

  async open(folder: string): Promise<OpenTenant> {
    const { seed = DEFAULT_SEED, events: eventCount, newEvents = 0 } = this.options;
    const nowS = Math.floor(Date.now() / 1000);
    const history =
      SimulatedHistory.load(folder) ?? SimulatedHistory.begin(folder, { seed, eventCount, nowS });
    if (newEvents > 0) history.addEvents(newEvents, nowS);
    const events = history.events();
    const statePath = join(folder, 'iterator-cursors.json');
    refuseBroken(statePath);
    const simulator = await NetskopeSimulator.start({
      nowMs: Date.now,
      tokens: { valid: [SIMULATED_TOKEN] },
      rateLimitPerS: 'unlimited',
      waitTimeS: 0,
      statePath,
    });
    simulator.add(events);
    return {
      description: describe(history.seed, events),
      secret: { domain: 'simulated-tenant.invalid', token: SIMULATED_TOKEN },
      environment: { [EnvVar.NetskopeEndpointUrl]: simulator.url },
      endsWithProcess: true,
      close: () => simulator.stop(),
    };
  }
}

/** @throws StartError while another process works in the folder */
function deleteState(folder: string): void {
  try {
    StateFolder.claim(folder).release();
  } catch (cause) {
    throw new StartError((cause as Error).message, { cause });
  }
  rmSync(folder, { recursive: true, force: true });
}

/** @throws StartError if the file exists and is not JSON */
function refuseBroken(path: string): void {
  const text = readFileIfThere(path);
  try {
    if (text !== '') JSON.parse(text);
  } catch (cause) {
    throw new StartError(
      `The state file ${path} is broken: it holds no JSON, expected cursors of the simulator. Start with --reset.`,
      { cause },
    );
  }
}

function refuseOther(option: string, wanted: number | undefined, kept: number | undefined): void {
  if (wanted === undefined || wanted === kept) return;
  const made = kept === undefined ? 'without it' : `with ${kept}`;
  throw new StartError(
    `${option} is ${wanted}, but the state of earlier starts was made ${made}. Add --reset to begin anew.`,
  );
}

function describe(seed: number, events: readonly SimulatedEvent[]): string {
  const [first, last] = [events[0], events.at(-1)];
  const span =
    first && last ? `, ${formatMinute(first.insertedAtS)} to ${formatMinute(last.insertedAtS)}` : '';
  return `simulator, seed ${seed}: ${formatCount(events.length)} events${span}`;
}

/** Events that came in one time range: unix seconds, the start included, the end excluded. */
interface Batch {
  /** How many events of every kind. @default - ordinary days with an intrusion */
  readonly count?: number;
  readonly fromEpochS: number;
  readonly toEpochS: number;
}

/** What a new history is generated from. */
interface HistoryBeginning {
  readonly seed: number;
  /** @default - ordinary days with an intrusion */
  readonly eventCount?: number;
  readonly nowS: number;
}

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
    const stored = parsedJson(text);
    if (!isStored(stored))
      throw new StartError(
        `${file} holds no simulated history of ours; expected a seed and batches of events. Start with --reset.`,
      );
    return new SimulatedHistory(file, stored.seed, stored.batches);
  }

  /** Begins a history with the events of the seven days before now, and keeps it in the folder. */
  static begin(folder: string, { seed, eventCount, nowS }: HistoryBeginning): SimulatedHistory {
    const first = { count: eventCount, fromEpochS: nowS - HISTORY_HOURS * 3600, toEpochS: nowS };
    const history = new SimulatedHistory(fileIn(folder), seed, [first]);
    history.keep();
    return history;
  }

  /** How many events of every kind the history began with; undefined if with ordinary days. */
  get firstEventCount(): number | undefined {
    return this.batches[0]?.count;
  }

  /** Adds `count` events between the newest batch and now. */
  addEvents(count: number, nowS: number): void {
    const fromEpochS = this.batches.at(-1)?.toEpochS ?? nowS;
    this.batches = [...this.batches, { count, fromEpochS, toEpochS: Math.max(nowS, fromEpochS + 1) }];
    this.keep();
  }

  /** Every event, in the order of insertion. Each batch has its own seed, or it would repeat the first one's events. */
  events(): readonly SimulatedEvent[] {
    return this.batches.flatMap(({ count, ...span }, number) => {
      const options = { ...span, seed: this.seed + number };
      return count === undefined ? daysWithIntrusion(options) : generateAuditEvents({ ...options, count });
    });
  }

  private keep(): void {
    replaceFile(this.file, `${JSON.stringify({ seed: this.seed, batches: this.batches }, undefined, 2)}\n`);
  }
}

function fileIn(folder: string): string {
  return join(folder, 'simulated-history.json');
}

function isStored(value: unknown): value is { readonly seed: number; readonly batches: readonly Batch[] } {
  const { seed, batches } = (value ?? {}) as Record<string, unknown>;
  return Number.isInteger(seed) && Array.isArray(batches) && batches.every(isBatch);
}

function isBatch(value: unknown): value is Batch {
  const { count = 0, fromEpochS, toEpochS } = (value ?? {}) as Record<string, unknown>;
  return [count, fromEpochS, toEpochS].every(Number.isInteger);
}
