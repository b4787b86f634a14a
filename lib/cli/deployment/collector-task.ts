import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AlreadyRunning,
  CollectorTask,
  Resting,
} from '../../../lambdas/contract/deployment/collector-event';
import { collectionEvent } from '../../../lambdas/contract/deployment/deployment-outputs';
import { describeRest } from '../../format/describe-rest';
import { OperatorError } from '../operator-error';
import type { Session } from '../session';
import { invokeCollector } from './collector';
import type { Deployment, SourceInStack } from './deployment';

export interface TaskForCollector<Summary> {
  readonly deployment: Deployment;
  readonly source: SourceInStack;
  readonly task: CollectorTask;
  /** Whether the collector's answer is the summary of this task. */
  readonly isSummary: (answer: unknown) => answer is Summary;
}

/** Longest pause. A run seldom takes more than a few seconds; after one that died, its lease must expire. */
const MAX_WAIT_MS = 5_000;
/** Shortest pause: the collector's clock and this machine's may disagree on when the lease expires. */
const MIN_WAIT_MS = 500;

/**
 * Has the collector carry out a task. Waits for a run of the source that is at work, and for the source's rest to end.
 * @throws OperatorError if the collector fails, or does not know the task
 */
export async function carryOut<Summary>(
  session: Session,
  asked: TaskForCollector<Summary>,
): Promise<Summary> {
  for (let attempt = 1; ; attempt++) {
    const answer = await invoke(asked);
    if (!isAlreadyRunning(answer) && !isResting(answer)) return answer;
    if (attempt === 1) sayThatItWaits(session, asked.source, answer);
    const untilMs = isResting(answer) ? answer.restUntilMs : answer.leaseExpiresAtMs;
    const leftMs = Math.max(MIN_WAIT_MS, untilMs - session.nowMs());
    await sleep(Math.min(MAX_WAIT_MS, leftMs), undefined, { signal: session.signal });
  }
}

async function invoke<Summary>({
  deployment,
  source,
  task,
  isSummary,
}: TaskForCollector<Summary>): Promise<AlreadyRunning | Resting | Summary> {
  const answer = await invokeCollector(deployment, { ...collectionEvent(source), task });
  if (isAlreadyRunning(answer) || isResting(answer) || isSummary(answer)) return answer;
  throw new OperatorError({
    what: `The collector of source ${source.sourceId} does not say what came of the task ${task.kind}; it answered ${shown(answer)}.`,
    whatToDo: 'Deploy the version of this checkout: npx cdk deploy --all',
  });
}

function isAlreadyRunning(answer: unknown): answer is AlreadyRunning {
  const { outcome, leaseExpiresAtMs } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  return outcome === 'already-running' && typeof leaseExpiresAtMs === 'number';
}

function isResting(answer: unknown): answer is Resting {
  const { outcome, restUntilMs } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  return outcome === 'resting' && typeof restUntilMs === 'number';
}

const SHOWN_LENGTH = 200;

function shown(answer: unknown): string {
  return (JSON.stringify(answer) ?? 'nothing').slice(0, SHOWN_LENGTH);
}

function sayThatItWaits(
  { terminal }: Session,
  { sourceId }: SourceInStack,
  answer: AlreadyRunning | Resting,
): void {
  if (isResting(answer)) {
    terminal.printMarked(
      'note',
      `Source ${sourceId} rests ${describeRest(answer.restUntilMs)}. That is waited for; nothing is changed before.`,
    );
    return;
  }
  const until = new Date(answer.leaseExpiresAtMs).toISOString().slice(11, 19);
  terminal.printMarked(
    'note',
    `A run of ${sourceId} is going on, and is waited for; it is over by ${until} UTC at the latest.`,
  );
}
