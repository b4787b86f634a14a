import type { TimeRange, TypedRange } from '../../terminal/time-range';
import { readTimeRange } from '../../terminal/time-range';

/** Events appear some 300 s after they happened (Netskope's audit samples): newer hours are not complete yet. */
const CLOSED_AFTER_S = 600;
const DEFAULT_LENGTH_S = 24 * 3600;

/** @throws OperatorError if archive and Netskope cannot be compared over this range */
export function readVerifiedRange(typed: TypedRange, nowMs: number): TimeRange {
  const nowS = Math.floor(nowMs / 1000);
  return readTimeRange(typed, {
    nowMs,
    defaultFromEpochS: nowS - DEFAULT_LENGTH_S,
    latest: {
      toEpochS: nowS - CLOSED_AFTER_S,
      what: 'less than ten minutes ago: events of that time still come in.',
      whatToDo: 'Leave --to out: the comparison then ends ten minutes ago.',
    },
    beyondRetention: 'What is older can be checked with verify --chain.',
  });
}
