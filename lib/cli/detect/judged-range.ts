import { hourOf } from '../../../lambdas/contract/storage/archive-layout';
import type { TunedRule } from '../../../lambdas/detector/core/rule/tuned-rule';
import { formatMinute } from '../../format/quantities';
import { ExitCode, OperatorError } from '../errors/operator-error';
import { readPointInTime } from '../terminal/point-in-time';

/** What was typed. */
export interface TypedRange {
  /** @default - 7 days ago */
  readonly from?: string;
  /** @default - now */
  readonly to?: string;
  /** @default - as long before `from` as the rules take */
  readonly learnFrom?: string;
}

/** Hours of event time, each counted since 1970: objects hold the events of one hour, and are judged as a whole. */
export interface JudgedRange {
  /** Here the rules begin to see events; what they raise before `fromHour` is not shown. */
  readonly learnFromHour: number;
  readonly fromHour: number;
  /** The hour behind the last. */
  readonly endHour: number;
}

export const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_DAY = 86_400;
const DEFAULT_LENGTH_S = 7 * SECONDS_PER_DAY;

/** Where one window begins depends on where the one before it ended, until a group has been quiet for a while. */
const WINDOWS_MEMORY_S = SECONDS_PER_DAY;

/** @throws OperatorError where it is no range of the past */
export function readJudgedRange(
  { from, to, learnFrom }: TypedRange,
  { nowMs, rules }: { readonly nowMs: number; readonly rules: readonly TunedRule[] },
): JudgedRange {
  const nowS = Math.floor(nowMs / 1000);
  const read = (text: string | undefined, option: string, otherwiseS: number): number =>
    text === undefined ? otherwiseS : readPointInTime({ text, option }, nowMs);
  const toS = read(to, '--to', nowS);
  const fromS = read(from, '--from', nowS - DEFAULT_LENGTH_S);
  const learnFromS = read(learnFrom, '--learn-from', fromS - longestMemoryS(rules));
  if (toS > nowS)
    throw wrongRange(
      `--to ${formatMinute(toS)} is in the future.`,
      'Leave --to out: the range then ends now.',
    );
  if (fromS >= toS)
    throw wrongRange(
      `--from ${formatMinute(fromS)} is not earlier than --to ${formatMinute(toS)}.`,
      'Give the earlier time as --from.',
    );
  if (learnFromS > fromS)
    throw wrongRange(
      `--learn-from ${formatMinute(learnFromS)} is later than --from ${formatMinute(fromS)}.`,
      'What is learned comes before what is judged: give an earlier time, or leave it out.',
    );
  return { learnFromHour: hourOf(learnFromS), fromHour: hourOf(fromS), endHour: hourOf(toS - 1) + 1 };
}

/** The start of an hour, in words. @param hour whole hours since 1970 */
export function formatHour(hour: number): string {
  return formatMinute(hour * SECONDS_PER_HOUR);
}

/** How far back an event may lie that still has a say. */
function longestMemoryS(rules: readonly TunedRule[]): number {
  return Math.max(
    ...rules.map(({ rule }) => (rule.novelty?.learningDays ?? 0) * SECONDS_PER_DAY),
    WINDOWS_MEMORY_S,
  );
}

function wrongRange(what: string, whatToDo: string): OperatorError {
  return new OperatorError({ what, whatToDo, exitCode: ExitCode.WrongUsage });
}
