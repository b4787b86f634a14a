import type { SimulatorOptions } from '../../lib/local/netskope-simulator/simulator-options';
import type { Pipeline } from '../pipeline';
import type { Aftermath } from './aftermath';
import { takeStock } from './aftermath';

/** What is due, if that is not every event of the tenant. */
export interface Due {
  /** Only events inserted since, unix seconds. @default - every event */
  readonly startS?: number;
  readonly walksBy?: SimulatorOptions['walksBy'];
  /** Errors of the runs so far. @default - none */
  readonly errors?: readonly Error[];
}

/** Compares what a pipeline at rest has stored with what is due. */
export function stockOf(
  pipeline: Pipeline,
  { startS = 0, walksBy = 'insertion', errors = [] }: Due = {},
): Promise<Aftermath> {
  const calmS = Math.floor(pipeline.clock.nowMs() / 1000);
  return takeStock(pipeline, { errors, stuck: [], due: { startS, calmS, walksBy } });
}
