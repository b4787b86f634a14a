import { StateError } from './errors';

/** A state as it is stored. */
export interface Stored<State> {
  readonly state: State;
  /** Counts the writes; 0 if nothing is stored. */
  readonly version: number;
}

/** When a stored state is looked at again. */
export interface Life {
  /** Seconds after its last write at which it is deleted. */
  readonly keepS: number;
  /** When it is due without any event, unix seconds; undefined if never. */
  readonly dueAtS?: number;
}

/** States that are read together: as many as one call allows (Amazon DynamoDB API Reference, BatchGetItem). */
export const MAX_LOADED = 100;

/** States by id: of groups, and of each source's outbox. */
export interface StateStore {
  /**
   * The newest states, read together.
   * @param ids at most `MAX_LOADED`
   * @returns by id; ids without a stored state are left out
   * @throws StateError, NewerFormatError
   */
  loadMany<State>(ids: readonly string[]): Promise<ReadonlyMap<string, Stored<State>>>;
  /**
   * Stores `state` as the next version if the stored one is still `version`.
   * @returns whether it did. After a lost answer, our own write looks like another's; the state that is loaded next is
   * then ours
   * @throws StateError
   */
  save<State>(id: string, stored: Stored<State>, life: Life): Promise<boolean>;
  /** Ids of the states that are due, at most `MAX_LOADED`, those due longest first. @throws StateError */
  due(nowS: number): Promise<readonly string[]>;
}

/** Each conflict means that another detector made progress, and there are few detectors. */
const MAX_ATTEMPTS = 50;

export interface StateChange<State> {
  /** The state as it was read; version 0 if there is none. */
  readonly from: Stored<State>;
  /** Pure; the same object means that there is nothing to store. */
  readonly by: (state: State) => State;
  /** What a group has before its first write. */
  readonly empty: State;
  readonly lifeOf: (state: State) => Life;
}

/** Stores a change; after a conflict, to the newer state. @returns what is stored now @throws StateError */
export async function changeState<State>(
  states: StateStore,
  id: string,
  { from, by, empty, lifeOf }: StateChange<State>,
): Promise<Stored<State>> {
  let { state, version } = from;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const next = by(state);
    if (next === state) return { state, version };
    if (await states.save(id, { state: next, version }, lifeOf(next)))
      return { state: next, version: version + 1 };
    const newest = await states.loadMany<State>([id]);
    ({ state, version } = newest.get(id) ?? { state: empty, version: 0 });
  }
  throw new StateError(
    `the state of ${id} was changed by others ${MAX_ATTEMPTS} times while it was being written; expected few detectors at work`,
  );
}
