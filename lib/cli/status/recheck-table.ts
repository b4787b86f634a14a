import { stepOf } from '../../../lambdas/collector/core/protocol/checkpoint';
import type { RecheckJob } from '../../../lambdas/contract/storage/checkpoint-table';
import { formatAge, formatCount, formatMinute } from '../../format/quantities';
import type { Column, Terminal } from '../terminal/terminal';

const COLUMNS: readonly Column[] = [
  { title: 'daily recheck' },
  { title: 'last done' },
  { title: 'checked up to' },
  { title: 'reads now' },
  { title: 'recovered', align: 'right' },
];

interface RecheckedSource {
  readonly sourceId: string;
  /** Absent if the source has none. */
  readonly recheck?: RecheckJob;
}

/** Prints when each source was last rechecked, up to which time, and what that found; nothing if no source was. */
export function showRechecks(sources: readonly RecheckedSource[], terminal: Terminal, nowMs: number): void {
  const rechecked = sources.flatMap(({ sourceId, recheck }) =>
    recheck === undefined ? [] : [{ sourceId, recheck }],
  );
  if (rechecked.length === 0) return;
  terminal.print();
  terminal.table(
    COLUMNS,
    rechecked.map(({ sourceId, recheck }) => row(sourceId, recheck, nowMs)),
  );
  for (const { sourceId, recheck } of rechecked)
    if (recheck.failure !== undefined)
      terminal.printMarked(
        'bad',
        `recheck of ${sourceId} failed ${formatAgo(recheck.failure.atMs, nowMs)}: ${recheck.failure.reason}`,
      );
}

function row(sourceId: string, recheck: RecheckJob, nowMs: number): string[] {
  return [
    sourceId,
    formatAgo(recheck.doneAtMs, nowMs),
    formatMinute(recheck.checkedToS),
    recheck.state === 'open' ? formatMinute(stepOf(recheck)) : '-',
    formatCount(recheck.recovered),
  ];
}

/** For example `3 min 00 s ago`. */
export function formatAgo(epochMs: number, nowMs: number): string {
  return `${formatAge(Math.max(0, Math.round((nowMs - epochMs) / 1000)))} ago`;
}

/** The same for a program, with times in ISO 8601. */
export function recheckForPrograms(recheck: RecheckJob | undefined): object | undefined {
  if (recheck === undefined) return undefined;
  const { state, doneAtMs, checkedToS, recovered, failure } = recheck;
  return {
    state,
    doneAt: iso(doneAtMs),
    checkedTo: iso(checkedToS * 1000),
    ...(state === 'open' ? { readsFrom: iso(stepOf(recheck) * 1000) } : {}),
    recovered,
    ...(failure === undefined ? {} : { failure: { at: iso(failure.atMs), reason: failure.reason } }),
  };
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
