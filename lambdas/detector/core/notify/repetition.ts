import type { Severity } from '../../../contract/storage/alert-record';

const S_PER_HOUR = 3_600;

/** Least time between messages about the same rule and group: after the first, the second, and every later one. */
const BACK_OFF_S = [S_PER_HOUR, 6 * S_PER_HOUR, 24 * S_PER_HOUR];
/** After so long without an alert, a group starts anew. */
const FORGET_REPETITION_S = 48 * S_PER_HOUR;

const MAX_REPETITIONS = 300;

/** How often messages were sent about one group of one rule. */
export interface Repetition {
  readonly groupId: string;
  readonly messages: number;
  readonly lastAtS: number;
  /** Alerts since the last message, for which none was sent. */
  readonly unsent: number;
}

interface RepeatedAlert {
  readonly groupId: string;
  readonly update: 'raised' | 'grown' | 'closed';
  readonly severity: Severity;
}

export function remembered(repetitions: readonly Repetition[], nowS: number): readonly Repetition[] {
  return repetitions.filter(({ lastAtS }) => lastAtS > nowS - FORGET_REPETITION_S);
}

/**
 * Whether a message is sent about an alert although there were others about its group. Critical ones always are.
 * @returns with the alerts that its message counts, and with all repetitions as they are then
 */
export function repetitionFor(
  repetitions: readonly Repetition[],
  { groupId, update, severity }: RepeatedAlert,
  nowS: number,
): { readonly isSent: boolean; readonly unsent: number; readonly all: readonly Repetition[] } {
  const known = repetitions.find((repetition) => repetition.groupId === groupId);
  const others = repetitions.filter((other) => other !== known);
  if (known === undefined || update !== 'raised') {
    const first = known ?? { groupId, messages: 1, lastAtS: nowS, unsent: 0 };
    return { isSent: true, unsent: 0, all: [...others, first].slice(-MAX_REPETITIONS) };
  }
  const pauseS = BACK_OFF_S[Math.min(known.messages, BACK_OFF_S.length) - 1] ?? 0;
  if (severity !== 'critical' && nowS - known.lastAtS < pauseS)
    return { isSent: false, unsent: 0, all: [...others, { ...known, unsent: known.unsent + 1 }] };
  return {
    isSent: true,
    unsent: known.unsent,
    all: [...others, { ...known, messages: known.messages + 1, lastAtS: nowS, unsent: 0 }],
  };
}
