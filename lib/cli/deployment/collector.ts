import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoCheckpointStore } from '../../../lambdas/collector/adapters/dynamo-checkpoint';
import type {
  AlreadyRunning,
  CollectorEvent,
  CollectorTask,
  Resting,
} from '../../../lambdas/contract/deployment/collector-event';
import { collectionEvent } from '../../../lambdas/contract/deployment/deployment-outputs';
import type { Checkpoint, RecheckJob } from '../../../lambdas/contract/storage/checkpoint-table';
import { liveStreamId, recheckStreamId } from '../../../lambdas/contract/storage/checkpoint-table';
import { describeRest } from '../../format/describe-rest';
import { visibleText } from '../../format/visible-text';
import { ExitCode, OperatorError } from '../operator-error';
import type { Session } from '../session';
import type { Deployment, SourceInStack } from './deployment';

/** The collector's error for problems that the owner of the token must fix. */
const CREDENTIAL_ERROR = 'CredentialError';

/**
 * Invokes the deployed collector and waits for it to end.
 * @returns what the collector returned
 * @throws OperatorError with the collector's own message if the run failed
 */
export async function invokeCollector(deployment: Deployment, event: CollectorEvent): Promise<unknown> {
  const { FunctionError, Payload } = await deployment.aws.client(LambdaClient).send(
    new InvokeCommand({
      FunctionName: deployment.outputs.CollectorFunction,
      Payload: Buffer.from(JSON.stringify(event)),
    }),
  );
  const text = Payload?.transformToString() ?? '';
  const payload: unknown = text === '' ? undefined : JSON.parse(text);
  if (FunctionError === undefined) return payload;
  throw failedRun(payload, event.sourceId);
}

/** Starts a run of the deployed collector, as its schedule does, without waiting for it. */
export async function startCollector(deployment: Deployment, event: CollectorEvent): Promise<void> {
  await deployment.aws.client(LambdaClient).send(
    new InvokeCommand({
      FunctionName: deployment.outputs.CollectorFunction,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(event)),
    }),
  );
}

/** AWS Lambda reports an error of a Node.js function by name and message (AWS Lambda developer guide). */
function failedRun(payload: unknown, sourceId: string): OperatorError {
  const { errorType, errorMessage } = (payload ?? {}) as Readonly<Record<string, unknown>>;
  const isRefused = errorType === CREDENTIAL_ERROR;
  return new OperatorError({
    what: `The collector's run for source ${sourceId} failed: ${visibleText(`${String(errorType)}: ${String(errorMessage)}`)}`,
    whatToDo: isRefused
      ? `Put a working token into the secret: npx --no -- netskope-audit setup ${sourceId}`
      : 'What is archived stays, and the next run goes on; npx --no -- netskope-audit doctor looks for the cause.',
    exitCode: isRefused ? ExitCode.RefusedByNetskope : ExitCode.Failed,
  });
}

interface TaskForCollector<Summary> {
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

/**
 * The checkpoint of a source's live feed; undefined before the first run that had credentials.
 * @throws CheckpointError
 */
export function readLiveCheckpoint(
  deployment: Deployment,
  sourceId: string,
): Promise<Checkpoint | undefined> {
  return checkpointsOf(deployment).load(liveStreamId(deployment.feed, sourceId));
}

/** The daily recheck of a source, as its last run left it. */
type RecheckCheckpoint = Checkpoint & { readonly recheck: RecheckJob };

/** @returns undefined if no run has created it yet. @throws CheckpointError */
export async function readRecheckCheckpoint(
  deployment: Deployment,
  sourceId: string,
): Promise<RecheckCheckpoint | undefined> {
  const found = await checkpointsOf(deployment).load(recheckStreamId(deployment.feed, sourceId));
  return found?.recheck === undefined ? undefined : { ...found, recheck: found.recheck };
}

function checkpointsOf({ aws, outputs }: Deployment): DynamoCheckpointStore {
  return new DynamoCheckpointStore(aws.client(DynamoDBClient), outputs.CheckpointTable);
}
