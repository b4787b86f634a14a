import type { TimeBudget } from '../../shared/invocation';
import { BatchError } from './errors';
import { evaluateGroups } from './evaluate-groups';
import { isSweep, readObjectCreated } from './event/object-created';
import type { MatchedObject } from './matched-object';
import { conclude, countsOf, matchObject } from './matched-object';
import { sendAlerts } from './notify/send-alerts';
import { sweep } from './notify/sweep';
import type { DetectorDeps } from './ports';
import { readMutes, withMutes } from './rule/mute';
import type { Tuning } from './rule/tuning';

/** One message of the queue. */
export interface QueueMessage {
  readonly messageId: string;
  /** JSON of an `ObjectCreatedEvent`, or of a `SWEEP`. */
  readonly body: string;
}

export interface DetectRequest {
  readonly messages: readonly QueueMessage[];
  /** The bucket whose objects are evaluated. */
  readonly bucket: string;
}

/** Many times what a full page takes. With less time left, an object waits for its next delivery and is not cut off. */
const OBJECT_RESERVE_MS = 20_000;
/** Limit on the rows in memory, some tens of megabytes: with more, groups are evaluated before the next object is read. */
const MAX_ROWS_TOGETHER = 50_000;

/**
 * Evaluates the objects of a batch of messages: one after the other is read, and their groups are evaluated together.
 * @returns ids of the messages with unfinished objects, to be delivered again; the log has the reasons
 * @throws BatchError if all are unfinished, so that Lambda counts the invocation as an error
 */
export async function detect(
  deps: DetectorDeps,
  { messages, bucket }: DetectRequest,
  budget: TimeBudget,
): Promise<readonly string[]> {
  const batch = new Batch(deps);
  let tuning: Promise<Tuning> | undefined;
  for (const [place, { messageId, body }] of messages.entries()) {
    if (place > 0 && budget.remainingMs() < OBJECT_RESERVE_MS) batch.leave(messageId);
    else if (isSweep(body)) await batch.attempt(messageId, () => sweep(deps));
    else
      await batch.attempt(messageId, async () => {
        const object = readObjectCreated(body, { bucket, feed: deps.feed });
        batch.add(messageId, await matchObject(deps, object, await (tuning ??= mutedTuning(deps))));
      });
    if (batch.rows >= MAX_ROWS_TOGETHER) await batch.evaluate(budget);
  }
  await batch.evaluate(budget);
  const { unfinished, firstFailure } = batch;
  if (messages.length > 0 && unfinished.length === messages.length) {
    const reason = firstFailure instanceof Error ? firstFailure.message : String(firstFailure);
    throw new BatchError(`none of ${messages.length} objects is done; the first: ${reason}`, {
      cause: firstFailure,
    });
  }
  return unfinished;
}

/** The rules without what is muted. Where the mutes cannot be read, detection goes on without: `sweep` fails over it. */
async function mutedTuning({ states, tuning, log }: DetectorDeps): Promise<Tuning> {
  try {
    return withMutes(tuning, (await readMutes(states)).state);
  } catch (error) {
    log.error('mutes are left out', { error });
    return tuning;
  }
}

/** The objects of an invocation, and what became of them. */
class Batch {
  readonly unfinished: string[] = [];
  firstFailure: unknown;
  /** Rows of the objects that are read and not evaluated. */
  rows = 0;
  private objects: { readonly messageId: string; readonly object: MatchedObject }[] = [];

  constructor(private readonly deps: DetectorDeps) {}

  /** Leaves a message to its next delivery. */
  leave(messageId: string): void {
    this.deps.log.warn('no time left', { messageId });
    this.unfinished.push(messageId);
  }

  /** Works on a message's object; if that fails, the message is unfinished. */
  async attempt(messageId: string, work: () => Promise<void> | void): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.firstFailure ??= error;
      this.unfinished.push(messageId);
      this.deps.log.error('unfinished object', { messageId, error });
    }
  }

  add(messageId: string, object: MatchedObject): void {
    this.objects.push({ messageId, object });
    for (const { rows } of object.matched.batches) this.rows += rows.length;
  }

  /** Evaluates the objects read so far. */
  async evaluate(budget: TimeBudget): Promise<void> {
    const read = this.objects;
    [this.objects, this.rows] = [[], 0];
    const objects = read.map(({ object }) => object);
    const unsent = await evaluateGroups(this.deps, objects, budget);
    await sendAlerts(this.deps, unsent);
    await sendCounts(this.deps, objects);
    for (const { messageId, object } of read)
      await this.attempt(messageId, () => conclude(this.deps, object));
  }
}

/** One call per source. */
async function sendCounts({ metrics }: DetectorDeps, objects: readonly MatchedObject[]): Promise<void> {
  for (const sourceId of new Set(objects.map((object) => object.sourceId))) {
    const ofSource = objects.filter((object) => object.sourceId === sourceId);
    const counts = {
      alertsRaised: sum(ofSource.map(({ alertsRaised }) => alertsRaised)),
      eventsExcluded: sum(ofSource.map((object) => countsOf(object).excluded)),
      eventsWithoutGroup: sum(ofSource.map((object) => countsOf(object).withoutGroupKey)),
    };
    await metrics.send(sourceId, counts).catch((error: unknown) => {
      for (const { failures } of ofSource) failures.push(error);
    });
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
