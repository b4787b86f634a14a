import { formatAge, formatCount } from '../../local/start/quantities';
import { visibleText } from '../../format/visible-text';
import type { Session } from '../session';
import type { FiledBackfill } from './backfill-state';
import { reachedPercent, reachedS } from './backfill-state';
import { stretchInWords } from './stretch';

/** Says what has become of a backfill, or how it stands. */
export function reportBackfill({ terminal }: Session, sourceId: string, filed: FiledBackfill): void {
  const words = `of ${sourceId}, ${stretchInWords(filed.backfill)},`;
  switch (filed.backfill.state) {
    case 'done':
      terminal.printMarked('good', `The backfill ${words} is done${inTime(filed)}.`);
      break;
    case 'cancelled':
      terminal.printMarked('note', `The backfill ${words} is cancelled. What it has stored stays.`);
      break;
    case 'open':
      terminal.print(`The backfill ${words} is open, ${reachedPercent(filed)} % done.`);
      break;
  }
  terminal.print(`  ${countsInWords(filed)}`);
  if (filed.backfill.failure !== undefined)
    terminal.print(`  The last run that worked on it failed: ${visibleText(filed.backfill.failure.reason)}`);
  terminal.json(backfillForPrograms(sourceId, filed));
}

function inTime({ backfill: { filedAtMs, endedAtMs } }: FiledBackfill): string {
  return endedAtMs === undefined ? '' : ` in ${formatAge(Math.round((endedAtMs - filedAtMs) / 1000))}`;
}

function countsInWords(filed: FiledBackfill): string {
  const { archived, quarantined } = filed.totals;
  const counts = [
    archived === 0
      ? `No event was missing${filed.backfill.state === 'open' ? ' so far' : ''}`
      : `${formatCount(archived)} missing events archived`,
    ...(quarantined === 0 ? [] : [`${formatCount(quarantined)} put into quarantine`]),
  ];
  // An event may come in the pages of two hours.
  const held = `${formatCount(filed.backfill.alreadyHeld)} times an event was held already`;
  return `${counts.join(', ')}; ${formatCount(filed.sequence)} pages, in which ${held}.`;
}

/** The facts for a program; units in the names. */
function backfillForPrograms(sourceId: string, filed: FiledBackfill): object {
  const { backfill, totals, indexName } = filed;
  const { archived, quarantined } = totals;
  return {
    sourceId,
    ...backfill,
    stepS: undefined, // `reachedEpochS` says it
    reachedEpochS: backfill.fromEpochS + reachedS(filed),
    archived,
    quarantined,
    pages: filed.sequence,
    indexName,
  };
}
