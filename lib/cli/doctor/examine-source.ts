import { visibleText } from '../../format/visible-text';
import { AwsClients } from '../deployment/aws-clients';
import type { Deployment } from '../deployment/deployment';
import { errorInWords } from '../errors/error-in-words';
import { ExitCode } from '../errors/operator-error';
import type { Session } from '../session';
import type { GlobalOptions } from '../terminal/global-options';
import type { Terminal } from '../terminal/terminal';
import { checkClocks, checkCredentials, checkStack } from './access-links';
import { checkReadable, checkWritable } from './archive-links';
import { Examination } from './examination';
import type { Finding } from './finding';
import { checkForeignObjects } from './foreign-objects-link';
import { checkCheckpoint, checkLag, checkLastRun, checkMetrics, checkRecheck } from './run-links';
import { ringTestAlarm } from './test-alarm';
import { checkExpiry, checkScope, checkSecret, checkToken } from './token-links';
import { checkAlarms, checkAlarmStates, checkSubscriptions } from './watch-links';

/** What was typed behind `doctor`, global options included. */
export interface DoctorOptions extends GlobalOptions {
  readonly sendTestAlarm?: boolean;
}

/** The links in the order in which one leads to the next. */
const LINKS = [
  { name: 'credentials', needs: [], check: checkCredentials },
  { name: 'stack', needs: ['credentials'], check: checkStack },
  { name: 'secret', needs: ['stack'], check: checkSecret },
  { name: 'token', needs: ['secret'], check: checkToken },
  { name: 'scope', needs: ['token'], check: checkScope },
  { name: 'expiry', needs: ['secret'], check: checkExpiry },
  { name: 'clocks', needs: ['credentials'], check: checkClocks },
  { name: 'checkpoint', needs: ['stack'], check: checkCheckpoint },
  { name: 'last run', needs: ['stack'], check: checkLastRun },
  { name: 'lag', needs: ['checkpoint'], check: checkLag },
  { name: 'recheck', needs: ['checkpoint'], check: checkRecheck },
  { name: 'archive writable', needs: ['checkpoint'], check: checkWritable },
  { name: 'archive readable', needs: ['stack'], check: checkReadable },
  { name: 'foreign objects', needs: ['stack'], check: checkForeignObjects },
  { name: 'metrics', needs: ['stack'], check: checkMetrics },
  { name: 'alarms', needs: ['stack'], check: checkAlarms },
  { name: 'alarm states', needs: ['alarms'], check: checkAlarmStates },
  { name: 'subscriptions', needs: ['alarms'], check: checkSubscriptions },
] as const;

const TEST_ALARM = { name: 'test alarm', needs: ['alarms', 'subscriptions'], check: ringTestAlarm } as const;

type LinkName = (typeof LINKS)[number]['name'] | (typeof TEST_ALARM)['name'];

/**
 * Walks the chain from the operator's credentials to whoever is told of an alarm, and says of each link how it is. Ends
 * with ExitCode.Finding where one is broken.
 * @throws OperatorError where it is not clear which source is meant, or there is no local archive
 */
export async function examineSource(
  session: Session,
  sourceId: string | undefined,
  options: DoctorOptions,
): Promise<void> {
  const { terminal } = session;
  const examination = await beginExamination(session, sourceId, options);
  const wanted = options.sendTestAlarm === true ? [...LINKS, TEST_ALARM] : LINKS;
  const links = wanted.map(({ name, needs, check }): Link<LinkName> => ({
    name,
    needs,
    check: () => check(examination),
  }));
  const checked: CheckedLink<LinkName>[] = [];
  for await (const link of walkChain(links)) {
    checked.push(link);
    show(terminal, link);
  }
  showSum(terminal, checked);
  if (checked.some(({ verdict }) => verdict === 'bad')) session.exitCode = ExitCode.Finding;
}

/** A deployment that cannot be found is a finding; a source that nobody knows is a wrong question. */
async function beginExamination(
  session: Session,
  sourceId: string | undefined,
  { local: isLocal = false, region, profile }: DoctorOptions,
): Promise<Examination> {
  const { nowMs } = session;
  let deployment: Deployment;
  try {
    deployment = await session.deployment();
  } catch (error) {
    if (isLocal) throw error;
    return new Examination({ aws: new AwsClients({ region, profile }), found: { error }, isLocal, nowMs });
  }
  const found = { deployment, source: deployment.source(sourceId) };
  return new Examination({ aws: deployment.aws, found, isLocal, nowMs });
}

const NAME_LENGTH = Math.max(...[...LINKS, TEST_ALARM].map(({ name }) => name.length));

function show(terminal: Terminal, link: CheckedLink<LinkName>): void {
  const { name, verdict, what } = link;
  const text = `${terminal.colors.bold(name.padEnd(NAME_LENGTH))}  ${visibleText(what)}`;
  const whatToDo = verdict === 'not-checked' ? undefined : link.whatToDo;
  if (verdict === 'not-checked') terminal.print(`– ${text}`);
  else terminal.printMarked(verdict, text);
  if (whatToDo !== undefined) terminal.print(`${' '.repeat(NAME_LENGTH + 4)}→ ${visibleText(whatToDo)}`);
  terminal.json({ link: name, verdict, what, whatToDo });
}

function showSum(terminal: Terminal, checked: readonly CheckedLink<LinkName>[]): void {
  const countOf = (wanted: CheckedLink<LinkName>['verdict']): number =>
    checked.filter(({ verdict }) => verdict === wanted).length;
  terminal.print();
  const broken = countOf('bad');
  if (broken === 0) return terminal.printMarked('good', 'Nothing is broken.');
  const unchecked = countOf('not-checked');
  const rest = unchecked === 0 ? '' : `, ${unchecked} not checked`;
  terminal.printMarked('bad', `${broken} of ${checked.length} broken${rest}.`);
}

/** One link of the chain from the operator's credentials to the person who is told of an alarm. */
export interface Link<Name extends string> {
  readonly name: Name;
  /** Links that this one builds on; they come before it. */
  readonly needs: readonly Name[];
  /** Looks. What is thrown is a finding, too, and then nothing that builds on this link can be checked. */
  readonly check: () => Promise<Finding>;
}

/** A link as it was found. */
export type CheckedLink<Name extends string> = { readonly name: Name } & (
  Finding | { readonly verdict: 'not-checked'; readonly what: string }
);

/** Checks one link after the other. One that is broken stops only those that build on it. */
export async function* walkChain<Name extends string>(
  links: readonly Link<Name>[],
): AsyncGenerator<CheckedLink<Name>> {
  const deadEnds = new Set<Name>();
  for (const { name, needs, check } of links) {
    const missing = needs.find((needed) => deadEnds.has(needed));
    if (missing === undefined) {
      const finding = await check().catch(failedCheck);
      if (finding.isDeadEnd === true) deadEnds.add(name);
      yield { name, ...finding };
    } else {
      deadEnds.add(name);
      yield { name, verdict: 'not-checked', what: `Not checked, because of the ${missing}.` };
    }
  }
}

function failedCheck(error: unknown): Finding {
  const { what, whatToDo } = errorInWords(error);
  return { verdict: 'bad', what, whatToDo, isDeadEnd: true };
}
