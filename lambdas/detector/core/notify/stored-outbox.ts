import { outboxId } from '../../../contract/storage/detection-table';
import type { StateStore, Stored } from '../state-store';
import { changeState } from '../state-store';
import type { Outbox } from './outbox';
import { dueAtS, EMPTY_OUTBOX } from './outbox';

/** Ten years: an outbox holds the head of a chain that does not end. */
const KEEP_OUTBOX_S = 10 * 365 * 86_400;

/** The outbox of a source, as it was last read or written. */
export interface SourceOutbox {
  readonly sourceId: string;
  readonly stored: Stored<Outbox>;
}

/** @throws StateError */
export async function loadOutbox(states: StateStore, sourceId: string): Promise<SourceOutbox> {
  const id = outboxId(sourceId);
  const found = await states.loadMany<Outbox>([id]);
  return { sourceId, stored: found.get(id) ?? { state: EMPTY_OUTBOX, version: 0 } };
}

/** @param by pure; the same object means that there is nothing to store @throws StateError */
export async function changeOutbox(
  states: StateStore,
  { sourceId, stored }: SourceOutbox,
  by: (outbox: Outbox) => Outbox,
): Promise<SourceOutbox> {
  const changed = await changeState(states, outboxId(sourceId), {
    from: stored,
    by,
    empty: EMPTY_OUTBOX,
    lifeOf: (outbox) => ({ keepS: KEEP_OUTBOX_S, dueAtS: dueAtS(outbox) }),
  });
  return { sourceId, stored: changed };
}
