import { addTotals } from '../../lambdas/collector/core/checkpoint';
import { backfillStreamId } from '../../lambdas/contract/checkpoint-table';
import { SOURCE_ID } from '../pipeline';
import type { Pipeline } from '../pipeline';
import { manifestFaults } from './manifest-faults';

/** What a schedule led to: every event's text, as often as it is stored, the counts remembered, and the manifest. */
export interface Aftermath {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly events: number;
  readonly totalsAreExact: boolean;
  /** Objects that the manifest does not list as they are, and lines that do not continue the chain. */
  readonly manifestFaults: readonly string[];
  readonly unexpectedErrors: readonly string[];
}

/** What a run may end with while Netskope misbehaves. */
const EXPECTED_ERRORS = new Set(['UpstreamUnavailableError', 'UpstreamContractError', 'CredentialError']);

/** Holds what is stored against what the tenant had. */
export async function takeStock(pipeline: Pipeline, errors: readonly Error[]): Promise<Aftermath> {
  const expected = new Set(pipeline.simulator.events.map(({ text }) => text));
  const stored = new Map<string, number>();
  for (const text of await pipeline.storedTexts()) stored.set(text, (stored.get(text) ?? 0) + 1);
  return {
    lost: [...expected].filter((text) => !stored.has(text)),
    doubled: [...stored].filter(([, count]) => count > 1).map(([text]) => text),
    events: expected.size,
    totalsAreExact: await areTotalsExact(pipeline),
    manifestFaults: await manifestFaults(pipeline),
    unexpectedErrors: errors
      .filter(({ name }) => !EXPECTED_ERRORS.has(name))
      .map((error) => error.stack ?? error.message),
  };
}

/** Whether every event is stored exactly once, counted and listed. */
export function isSound({ lost, doubled, totalsAreExact, ...faults }: Aftermath): boolean {
  const found = [lost, doubled, faults.manifestFaults, faults.unexpectedErrors];
  return totalsAreExact && found.every(({ length }) => length === 0);
}

async function areTotalsExact(pipeline: Pipeline): Promise<boolean> {
  const live = (await pipeline.checkpoint()).totals;
  const backfill = await pipeline.checkpoints.load(backfillStreamId(SOURCE_ID));
  const totals = backfill === undefined ? live : addTotals(live, backfill.totals);
  const archived = (await pipeline.archived()).length;
  const quarantined = (await pipeline.quarantined()).length;
  return totals.archived === archived && totals.quarantined === quarantined;
}
