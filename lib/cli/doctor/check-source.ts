import { visibleText } from '../../format/visible-text';
import { AwsClients } from '../deployment/aws-clients';
import type { Deployment } from '../deployment/deployment';
import { ExitCode } from '../operator-error';
import type { Session } from '../session';
import type { GlobalOptions } from '../terminal/options';
import type { Column } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';
import {
  checkClocks,
  checkCredentials,
  checkExpiry,
  checkScope,
  checkSecret,
  checkStack,
  checkToken,
} from './access-checks';
import { checkForeignObjects, checkReadable, checkWritable } from './archive-checks';
import type { Check, CheckResult } from './check';
import { runChecks } from './check';
import { checkCheckpoint, checkLag, checkLastRun, checkMetrics, checkRecheck } from './collection-checks';
import { DoctorContext } from './doctor-context';
import {
  checkAlarms,
  checkAlarmStates,
  checkAlertTopic,
  checkChatTopic,
  checkSubscriptions,
  fireTestAlarm,
  sendTestAlert,
} from './notification-checks';

/** Options of `doctor`, including the global ones. */
export interface DoctorOptions extends GlobalOptions {
  readonly sendTestAlarm?: boolean;
  readonly sendTestAlert?: boolean;
}

/** The checks in order: each comes after those it needs. */
const CHECKS = [
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

const TEST_ALARM = { name: 'test alarm', needs: ['alarms', 'subscriptions'], check: fireTestAlarm } as const;

/** Only where detection is deployed, or a test alert is wanted. */
const ALERT_TOPIC = { name: 'alert topic', needs: ['stack'], check: checkAlertTopic } as const;
/** Only where alerts are published for a chat. */
const CHAT_TOPIC = { name: 'chat topic', needs: ['stack'], check: checkChatTopic } as const;
const TEST_ALERT = { name: 'test alert', needs: ['alert topic'], check: sendTestAlert } as const;

const ALL_CHECKS = [...CHECKS, TEST_ALARM, ALERT_TOPIC, CHAT_TOPIC, TEST_ALERT];

type CheckName = (typeof ALL_CHECKS)[number]['name'];

/**
 * Runs every check, from the operator's credentials to the person who is notified of an alarm, and prints each result.
 * Ends with ExitCode.Finding if one fails.
 * @throws OperatorError if the source is unknown or ambiguous, or there is no local archive
 */
export async function checkSource(
  session: Session,
  sourceId: string | undefined,
  options: DoctorOptions,
): Promise<void> {
  const { terminal } = session;
  const context = await createContext(session, sourceId, options);
  const { sendTestAlarm: hasTestAlarm = false, sendTestAlert: hasTestAlert = false } = options;
  const wanted = [
    ...CHECKS,
    ...(hasTestAlarm ? [TEST_ALARM] : []),
    ...(hasTestAlert || context.alertTopic !== undefined ? [ALERT_TOPIC] : []),
    ...(context.chatTopic === undefined ? [] : [CHAT_TOPIC]),
    ...(hasTestAlert ? [TEST_ALERT] : []),
  ];
  const checks = wanted.map(({ name, needs, check }): Check<CheckName> => ({
    name,
    needs,
    check: () => check(context),
  }));
  const results: CheckResult<CheckName>[] = [];
  for await (const result of runChecks(checks)) {
    results.push(result);
    show(terminal, result);
  }
  showSum(terminal, results);
  if (results.some(({ verdict }) => verdict === 'bad')) session.exitCode = ExitCode.Finding;
}

/** A missing deployment is a finding of a check; an unknown source throws. */
async function createContext(
  session: Session,
  sourceId: string | undefined,
  { local: isLocal = false, region, profile }: DoctorOptions,
): Promise<DoctorContext> {
  const { nowMs } = session;
  let deployment: Deployment;
  try {
    deployment = await session.deployment();
  } catch (error) {
    if (isLocal) throw error;
    return new DoctorContext({ aws: new AwsClients({ region, profile }), found: { error }, isLocal, nowMs });
  }
  const found = { deployment, source: deployment.source(sourceId) };
  return new DoctorContext({ aws: deployment.aws, found, isLocal, nowMs });
}

const CSV_COLUMNS: readonly Column[] = [
  { title: 'check' },
  { title: 'verdict' },
  { title: 'what' },
  { title: 'what to do' },
];

const NAME_LENGTH = Math.max(...ALL_CHECKS.map(({ name }) => name.length));

function show(terminal: Terminal, result: CheckResult<CheckName>): void {
  const { name, verdict, what } = result;
  const text = `${terminal.colors.bold(name.padEnd(NAME_LENGTH))}  ${visibleText(what)}`;
  const whatToDo = verdict === 'not-checked' ? undefined : result.whatToDo;
  if (verdict === 'not-checked') terminal.print(`– ${text}`);
  else terminal.printMarked(verdict, text);
  if (whatToDo !== undefined) terminal.print(`${' '.repeat(NAME_LENGTH + 4)}→ ${visibleText(whatToDo)}`);
  terminal.csv(CSV_COLUMNS, [[name, verdict, what, whatToDo]]);
  terminal.json({ check: name, verdict, what, whatToDo });
}

function showSum(terminal: Terminal, results: readonly CheckResult<CheckName>[]): void {
  const countOf = (wanted: CheckResult<CheckName>['verdict']): number =>
    results.filter(({ verdict }) => verdict === wanted).length;
  terminal.print();
  const broken = countOf('bad');
  if (broken === 0) return terminal.printMarked('good', 'Nothing is broken.');
  const unchecked = countOf('not-checked');
  const rest = unchecked === 0 ? '' : `, ${unchecked} not checked`;
  terminal.printMarked('bad', `${broken} of ${results.length} broken${rest}.`);
}
