import { stepOf } from '../../../lambdas/collector/core/protocol/checkpoint';
import type { RecheckJob } from '../../../lambdas/contract/storage/checkpoint-table';
import { describeRest } from '../../format/describe-rest';
import { countOf, formatAge, formatAgo, formatMinute } from '../../format/quantities';
import type { Deployment } from '../deployment/deployment';
import { ExitCode } from '../operator-error';
import type { Session } from '../session';
import type { Cell, Column } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';
import type { DeploymentStatus, SourceStatus, StatusPart } from './source-status';
import { readDeploymentStatus } from './source-status';

const SOURCE_COLUMNS: readonly Column[] = [
  { title: 'source' },
  { title: 'state' },
  { title: 'last run' },
  { title: 'last event' },
  { title: 'lag', titleInCsv: 'lag, s', align: 'right' },
  { title: 'archived 24 h', align: 'right' },
  { title: 'quarantined', align: 'right' },
  { title: 'token days', align: 'right' },
  { title: 'alarms' },
];

const RECHECK_COLUMNS: readonly Column[] = [
  { title: 'daily recheck' },
  { title: 'last done' },
  { title: 'checked up to' },
  { title: 'reads now' },
  { title: 'recovered', align: 'right' },
];

const BAD_STATES: readonly SourceStatus['state'][] = [
  'not running',
  'credentials refused',
  'failing',
  'behind',
];

/** Prints all sources as a table, and the firing alarms of the deployment. What cannot be read is unknown, and told. */
export async function showStatus(session: Session): Promise<void> {
  const { terminal } = session;
  const deployment = await session.deployment();
  const nowMs = session.nowMs();
  const status = await readDeploymentStatus(deployment, nowMs);
  terminal.table(
    SOURCE_COLUMNS,
    status.sources.map((source) => sourceRow(source, terminal, nowMs)),
  );
  showRests(status.sources, terminal);
  showConflicts(status.sources, terminal);
  showRechecks(status.sources, terminal, nowMs);
  showVersion(status.sources, terminal);
  for (const kind of status.firingAlarms) terminal.printMarked('bad', `${kind} fires`);
  terminal.json(statusForPrograms(deployment, status));
  for (const failure of status.failures) terminal.fail(failure);
  if (status.failures.length > 0) session.exitCode = ExitCode.Failed;
}

/** All sources have one collector: there are two versions only until each has run again after an update. */
function showVersion(sources: readonly SourceStatus[], terminal: Terminal): void {
  const versions = new Set(sources.flatMap(({ collectorVersion }) => collectorVersion ?? []));
  if (versions.size > 0) terminal.print(`collector ${[...versions].sort().join(', ')}`);
}

function showRests(sources: readonly SourceStatus[], terminal: Terminal): void {
  for (const { sourceId, restUntilMs } of sources)
    if (restUntilMs !== undefined)
      terminal.printMarked('note', `${sourceId} rests ${describeRest(restUntilMs)}`);
}

function showConflicts(sources: readonly SourceStatus[], terminal: Terminal): void {
  for (const { sourceId, conflicting } of sources)
    if (conflicting > 0)
      terminal.printMarked(
        'note',
        `${sourceId}: ${countOf(conflicting, 'event')} came again with another value in a field; both are kept, see the saved query "Duplicates (must be none)"`,
      );
}

function sourceRow(source: SourceStatus, terminal: Terminal, nowMs: number): Cell[] {
  const ago = (epochMs: number): Cell => timeCell(epochMs, formatAgo(epochMs, nowMs));
  // What is not there is no value; what could not be read is unknown.
  const cell = (part: StatusPart, value: number | undefined, inWords: (value: number) => Cell): Cell => {
    if (source.unread?.includes(part) === true) return terminal.colors.yellow('unknown');
    return value === undefined ? undefined : inWords(value);
  };
  return [
    source.sourceId,
    stateText(source.state, terminal),
    cell('metrics', source.lastRunAtMs, ago),
    cell('last event', source.lastEventAtMs, ago),
    cell('checkpoint', source.lagS, (lagS) => ({ shown: formatAge(lagS), value: lagS })),
    cell('metrics', source.archived24h, (count) => count),
    cell('metrics', source.quarantined24h, (count) => count),
    cell('metrics', source.tokenDaysLeft, (days) => days),
    // A local archive has no alarms.
    cell('alarms', source.alarmCount === 0 ? undefined : source.alarmCount, () =>
      alarmsText(source, terminal),
    ),
  ];
}

function stateText(state: SourceStatus['state'], { colors }: Terminal): string {
  if (state === 'unknown') return colors.yellow(state);
  if (BAD_STATES.includes(state)) return colors.red(state);
  return state === 'caught up' ? colors.green(state) : state;
}

function alarmsText({ firingAlarms }: SourceStatus, terminal: Terminal): Cell {
  if (firingAlarms.length === 0) return { shown: terminal.marked('good'), value: 'none' };
  const firing = firingAlarms.join(', ');
  return { shown: `${terminal.marked('bad')} ${firing}`, value: firing };
}

function timeCell(epochMs: number, shown: string): Cell {
  return { shown, value: isoTime(epochMs) };
}

function statusForPrograms({ stackName, region }: Deployment, status: DeploymentStatus): object {
  return {
    stackName,
    region,
    firingAlarms: status.firingAlarms,
    sources: status.sources.map(({ recheck, restUntilMs, ...source }) => {
      const { sourceId, label, state, lastRunAtMs, lastEventAtMs, ...rest } = source;
      return {
        sourceId,
        label,
        state,
        lastRunAt: isoTime(lastRunAtMs),
        lastEventAt: isoTime(lastEventAtMs),
        ...rest,
        restUntil: isoTime(restUntilMs),
        recheck: recheckForPrograms(recheck),
      };
    }),
  };
}

/** Prints when each source was last rechecked, up to which time, and what that found; nothing if no source was. */
function showRechecks(sources: readonly SourceStatus[], terminal: Terminal, nowMs: number): void {
  const rechecked = sources.flatMap(({ sourceId, recheck }) =>
    recheck === undefined ? [] : [{ sourceId, recheck }],
  );
  if (rechecked.length === 0) return;
  terminal.print();
  terminal.table(
    RECHECK_COLUMNS,
    rechecked.map(({ sourceId, recheck }) => recheckRow(sourceId, recheck, nowMs)),
  );
  for (const { sourceId, recheck } of rechecked)
    if (recheck.failure !== undefined)
      terminal.printMarked(
        'bad',
        `recheck of ${sourceId} failed ${formatAgo(recheck.failure.atMs, nowMs)}: ${recheck.failure.reason}`,
      );
}

function recheckRow(sourceId: string, recheck: RecheckJob, nowMs: number): Cell[] {
  return [
    sourceId,
    formatAgo(recheck.doneAtMs, nowMs),
    formatMinute(recheck.checkedToS),
    recheck.state === 'open' ? formatMinute(stepOf(recheck)) : undefined,
    recheck.recovered,
  ];
}

/** A recheck for a program, with times in ISO 8601. */
function recheckForPrograms(recheck: RecheckJob | undefined): object | undefined {
  if (recheck === undefined) return undefined;
  const { state, doneAtMs, checkedToS, recovered, failure } = recheck;
  return {
    state,
    doneAt: isoTime(doneAtMs),
    checkedTo: isoTime(checkedToS * 1000),
    ...(state === 'open' ? { readsFrom: isoTime(stepOf(recheck) * 1000) } : {}),
    recovered,
    ...(failure === undefined ? {} : { failure: { at: isoTime(failure.atMs), reason: failure.reason } }),
  };
}

function isoTime(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs).toISOString();
}
