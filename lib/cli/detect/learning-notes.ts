import type { ChosenDetection } from './chosen-detection';
import { hourInWords } from './judged-range';

export interface Learning {
  readonly detection: ChosenDetection;
  /** From here on events were looked for, in whole hours since 1970. */
  readonly learnFromHour: number;
  /** The first hour that had any; undefined where there are none. */
  readonly firstEventHour?: number;
}

/**
 * Says what the rules that alert on what is new have learned from: a detector that has been deployed for longer knows
 * more.
 * @returns nothing where no such rule is asked for
 */
export function learningNotes({ detection, learnFromHour, firstEventHour }: Learning): string[] {
  const first =
    firstEventHour === undefined ? 'there are none' : `the first is of ${hourInWords(firstEventHour)}`;
  return detection.rules.flatMap(({ rule: { id, novelty } }) => {
    if (novelty === undefined) return [];
    return [
      `${id} has learned from events since ${hourInWords(learnFromHour)}; ${first}. It raises nothing for ${novelty.learningDays} days from a user's first event.`,
    ];
  });
}
