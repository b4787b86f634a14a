import { createHash } from 'node:crypto';
import { dayOf } from '../../../lambdas/contract/storage/archive-layout';
import type { Exclusion } from '../../../lambdas/detector/core/rule/exclusion';
import type { Mute } from '../../../lambdas/detector/core/rule/mute';
import type { Rule } from '../../../lambdas/detector/core/rule/rule';
import { endedExclusionProblems } from '../../../lambdas/detector/core/rule/tuning-problems';
import { countOf } from '../../format/quantities';
import { visibleText } from '../../format/visible-text';
import { chooseDetection } from '../detection/chosen-detection';
import { DeployedMutes } from '../detection/deployed-mutes';
import { ExitCode, OperatorError } from '../operator-error';
import type { Session } from '../session';
import type { Column } from '../terminal/table';

const ALL = 'all';
/** Limit on the mutes of a deployment: each is held against each event that a rule matches. */
const MAX_MUTES = 100;

/**
 * Mutes events. The same mute again changes nothing.
 * @param rule id of a rule, or `all`
 */
export async function setMute(session: Session, rule: string, options: Exclusion): Promise<void> {
  const { terminal } = session;
  checkRule(rule, (await chooseDetection({})).pack);
  const { until = '', because = '' } = options;
  const problems = endedExclusionProblems({ ...options }, 'mute');
  if (problems.length > 0) throw wrong(`${problems.join('\n')}.`);
  const today = dayOf(session.nowMs());
  if (until < today) throw wrong(`--until is ${until}; expected ${today} or a later day.`);
  const exclusion = { ...(rule === ALL ? {} : { rule }), ...options, until, because };
  const mute: Mute = { id: idOf(exclusion), ...exclusion };
  const mutes = new DeployedMutes(await session.deployment(), session.nowMs);
  await mutes.change((before) => {
    if (before.some(({ id }) => id === mute.id)) return before;
    const left = before.filter((other) => !mutes.hasEnded(other));
    if (left.length >= MAX_MUTES) throw full();
    return [...left, mute];
  });
  terminal.printMarked(
    'good',
    `${mute.id}: ${rule === ALL ? 'no rule counts' : `${rule} does not count`} events of ${mutedEvents(mute)} until the end of ${mute.until}, UTC.`,
  );
  terminal.json(mute);
}

function checkRule(rule: string, pack: readonly Rule[]): void {
  if (rule === ALL || pack.some(({ id }) => id === rule)) return;
  const known = pack.map(({ id }) => id).join(', ');
  throw wrong(`The rule is ${JSON.stringify(rule)}; expected all or one of ${known}.`);
}

function wrong(what: string): OperatorError {
  return new OperatorError({
    what,
    whatToDo: 'npx --no -- netskope-audit mute --help explains it.',
    exitCode: ExitCode.WrongUsage,
  });
}

function full(): OperatorError {
  return new OperatorError({
    what: `${MAX_MUTES} mutes are set, which is the limit.`,
    whatToDo:
      'End one, npx --no -- netskope-audit mute list shows them, or put what lasts into cdk.json and deploy.',
  });
}

/** From what is muted, so that the same again is the same mute. */
function idOf(exclusion: Omit<Mute, 'id'>): string {
  const sorted = Object.entries(exclusion).sort(([one], [other]) => (one < other ? -1 : 1));
  return `mute-${createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 8)}`;
}

/** Ends a mute: its events are counted again, from the next object of the archive on. */
export async function endMute(session: Session, id: string): Promise<void> {
  const mutes = new DeployedMutes(await session.deployment(), session.nowMs);
  await mutes.change((before) => {
    if (!before.some((mute) => mute.id === id)) throw unknown(id);
    return before.filter((mute) => mute.id !== id);
  });
  session.terminal.printMarked('good', `${id} has ended.`);
  session.terminal.json({ id, ended: true });
}

function unknown(id: string): OperatorError {
  return new OperatorError({
    what: `There is no mute ${JSON.stringify(id)}.`,
    whatToDo: 'npx --no -- netskope-audit mute list shows them.',
    exitCode: ExitCode.WrongUsage,
  });
}

const COLUMNS: readonly Column[] = [
  { title: 'mute' },
  { title: 'rule' },
  { title: 'events' },
  { title: 'last day' },
  { title: 'because' },
];

/** Prints the mutes of the deployment. */
export async function listMutes(session: Session): Promise<void> {
  const { terminal } = session;
  const mutes = new DeployedMutes(await session.deployment(), session.nowMs);
  const found = await mutes.read();
  for (const mute of found) terminal.json({ ...mute, ended: mutes.hasEnded(mute) });
  terminal.table(
    COLUMNS,
    found.map((mute) => [
      visibleText(mute.id),
      mutedRule(mute),
      mutedEvents(mute),
      `${mute.until}${mutes.hasEnded(mute) ? ', ended' : ''}`,
      visibleText(mute.because),
    ]),
  );
  terminal.print(`${countOf(found.length, 'mute')}.`);
}

const CRITERIA = [
  ['user', 'user'],
  ['address', 'address'],
  ['event', 'event'],
  ['object', 'object'],
  ['apiPath', 'API path'],
] as const satisfies readonly (readonly [keyof Mute, string])[];

/** Which events are muted, for example `user ci@corp.example, event Deleted*`. */
function mutedEvents(mute: Mute): string {
  return CRITERIA.flatMap(([field, name]) => {
    const value = mute[field];
    return value === undefined ? [] : [`${name} ${visibleText(value)}`];
  }).join(', ');
}

/** The rule that does not count them. */
function mutedRule({ rule }: Mute): string {
  return rule === undefined ? 'all' : visibleText(rule);
}
