import { StartLookback } from '../../../../lambdas/contract/deployment/collector-event';
import { formatMinute } from '../../../format/quantities';
import { ExitCode, OperatorError } from '../../errors/operator-error';
import { readPointInTime } from '../../terminal/point-in-time';
import type { TimeRange } from './fetch-events';

/** What was typed. */
export interface TypedRange {
  /** @default - 24 hours ago */
  readonly from?: string;
  /** @default - as late as may be */
  readonly to?: string;
}

/** Events surface some 300 s after they happened (Netskope's audit samples): what is newer may still get company. */
const CLOSED_AFTER_S = 600;
const DEFAULT_LENGTH_S = 24 * 3600;
const SECONDS_PER_HOUR = 3600;

/** @throws OperatorError where it is no range that two sides can be compared on */
export function readRange({ from, to }: TypedRange, nowMs: number): TimeRange {
  const nowS = Math.floor(nowMs / 1000);
  const latestS = nowS - CLOSED_AFTER_S;
  const fromS =
    from === undefined ? nowS - DEFAULT_LENGTH_S : readPointInTime({ text: from, option: '--from' }, nowMs);
  const toS = to === undefined ? latestS : readPointInTime({ text: to, option: '--to' }, nowMs);
  if (fromS < nowS - StartLookback.maxHours * SECONDS_PER_HOUR)
    throw wrongRange(
      `--from ${formatMinute(fromS)} is more than 90 days ago, and Netskope keeps events for 90 days.`,
      'What is older can be checked with verify --chain.',
    );
  if (toS > latestS)
    throw wrongRange(
      `--to ${formatMinute(toS)} is less than ten minutes ago: events of that time still come in.`,
      'Leave --to out: the comparison then ends ten minutes ago.',
    );
  if (fromS >= toS)
    throw wrongRange(
      `--from ${formatMinute(fromS)} is not earlier than --to ${formatMinute(toS)}.`,
      'Give the earlier time as --from.',
    );
  return { fromS, toS };
}

function wrongRange(what: string, whatToDo: string): OperatorError {
  return new OperatorError({ what, whatToDo, exitCode: ExitCode.WrongUsage });
}
