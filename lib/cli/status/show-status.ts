import { countOf } from '../../format/count-of';
import { describeRest } from '../../format/describe-rest';
import { formatAge, formatCount } from '../../format/quantities';
import type { Deployment } from '../deployment/deployment';
import type { Session } from '../session';
import type { Column, Terminal } from '../terminal/terminal';
import { formatAgo, recheckForPrograms, showRechecks } from './recheck-table';
import type { SourceState } from './source-state';
import type { DeploymentStatus, SourceStatus } from './source-status';
import { readDeploymentStatus } from './source-status';

const COLUMNS: readonly Column[] = [
  { title: 'source' },
  { title: 'state' },
  { title: 'last run' },
  { title: 'last event' },
  { title: 'lag', align: 'right' },
  { title: 'archived 24 h', align: 'right' },
  { title: 'quarantined', align: 'right' },
  { title: 'token days', align: 'right' },
  { title: 'alarms' },
];

const UNKNOWN = '-';

const BAD_STATES: readonly SourceState[] = ['not running', 'credentials refused', 'failing', 'behind'];

/** Prints all sources as a table, and the firing alarms of the deployment. */
export async function showStatus(session: Session): Promise<void> {
  const { terminal } = session;
  const deployment = await session.deployment();
  const nowMs = session.nowMs();
  const status = await readDeploymentStatus(deployment, nowMs);
  terminal.table(
    COLUMNS,
    status.sources.map((source) => row(source, terminal, nowMs)),
  );
  showRests(status.sources, terminal);
  showConflicts(status.sources, terminal);
  showRechecks(status.sources, terminal, nowMs);
  for (const kind of status.firingAlarms) terminal.printMarked('bad', `${kind} fires`);
  terminal.json(statusForPrograms(deployment, status));
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

function row(source: SourceStatus, terminal: Terminal, nowMs: number): string[] {
  const ago = (epochMs: number): string => formatAgo(epochMs, nowMs);
  const { lastRunAtMs, lastEventAtMs, lagS, tokenDaysLeft } = source;
  return [
    source.sourceId,
    stateText(source.state, terminal),
    lastRunAtMs === undefined ? UNKNOWN : ago(lastRunAtMs),
    lastEventAtMs === undefined ? UNKNOWN : ago(lastEventAtMs),
    lagS === undefined ? UNKNOWN : formatAge(lagS),
    formatCount(source.archived24h),
    formatCount(source.quarantined24h),
    tokenDaysLeft === undefined ? UNKNOWN : String(tokenDaysLeft),
    alarmsText(source, terminal),
  ];
}

function stateText(state: SourceState, { colors }: Terminal): string {
  if (BAD_STATES.includes(state)) return colors.red(state);
  return state === 'caught up' ? colors.green(state) : state;
}

/** A local archive has no alarms. */
function alarmsText({ alarmCount, firingAlarms }: SourceStatus, terminal: Terminal): string {
  if (alarmCount === 0) return UNKNOWN;
  return firingAlarms.length === 0
    ? terminal.marked('good')
    : `${terminal.marked('bad')} ${firingAlarms.join(', ')}`;
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

function isoTime(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs).toISOString();
}
