import { MUTES_ID } from '../../../contract/storage/detection-table';
import { StateError } from '../errors';
import type { StateStore, Stored } from '../state-store';
import type { Exclusion } from './exclusion';
import { excludesAny } from './exclusion';
import type { Tuning } from './tuning';
import { muteListProblems } from './tuning-problems';

/** An exclusion that an operator sets without a deployment. It always has an end and a reason. */
export interface Mute extends Exclusion {
  /** By which it is ended, such as `mute-3fa9c1d2`. */
  readonly id: string;
  /** The rule that does not count the events. @default - no rule counts them */
  readonly rule?: string;
  readonly until: string;
  readonly because: string;
}

/** What the item of the mutes holds. */
export interface MuteList {
  readonly mutes: readonly Mute[];
}

export const NO_MUTES: MuteList = { mutes: [] };

/**
 * The mutes of a deployment, also those that have ended.
 * @returns version 0 if none was ever set
 * @throws StateError if they cannot be read or are not right
 */
export async function readMutes(states: StateStore): Promise<Stored<MuteList>> {
  const found = await states.loadMany<MuteList>([MUTES_ID]);
  const stored = found.get(MUTES_ID) ?? { state: NO_MUTES, version: 0 };
  const problems = muteListProblems(stored.state);
  if (problems.length === 0) return stored;
  throw new StateError(`the mutes, item ${MUTES_ID}, are wrong: ${problems.join('; ')}`);
}

/** The rules, without the events that are muted. A rule that is gone or switched off needs no mute. */
export function withMutes(tuning: Tuning, { mutes }: MuteList): Tuning {
  if (mutes.length === 0) return tuning;
  return {
    ...tuning,
    rules: tuning.rules.map((tuned) => {
      const ofRule = mutes.filter(({ rule }) => rule === undefined || rule === tuned.rule.id);
      const isMuted = excludesAny(ofRule);
      return { ...tuned, excludes: (event) => tuned.excludes(event) || isMuted(event) };
    }),
  };
}
