import type { TimeBudget } from '../../shared/invocation';
import { detectObject } from './detect-object';
import { BatchError } from './errors';
import { readObjectCreated } from './event/object-created';
import type { DetectorDeps } from './ports';

/** One message of the queue. */
export interface QueueMessage {
  readonly messageId: string;
  /** JSON of an `ObjectCreatedEvent`. */
  readonly body: string;
}

export interface DetectRequest {
  readonly messages: readonly QueueMessage[];
  /** The bucket whose objects are evaluated. */
  readonly bucket: string;
}

/** Many times what a full page takes. With less time left, an object waits for its next delivery and is not cut off. */
const OBJECT_RESERVE_MS = 20_000;

/**
 * Evaluates the objects of a batch of messages one by one: one object is in memory at a time.
 * @returns ids of the messages with unfinished objects, to be delivered again; the log has the reasons
 * @throws BatchError if all are unfinished, so that Lambda counts the invocation as an error
 */
export async function detect(
  deps: DetectorDeps,
  { messages, bucket }: DetectRequest,
  budget: TimeBudget,
): Promise<readonly string[]> {
  const unfinished: string[] = [];
  let firstFailure: unknown;
  for (const [place, { messageId, body }] of messages.entries()) {
    if (place > 0 && budget.remainingMs() < OBJECT_RESERVE_MS) {
      deps.log.warn('no time left', { messageId });
      unfinished.push(messageId);
      continue;
    }
    try {
      await detectObject(deps, readObjectCreated(body, { bucket, feed: deps.feed }));
    } catch (error) {
      firstFailure ??= error;
      unfinished.push(messageId);
      deps.log.error('unfinished object', { messageId, error });
    }
  }
  if (messages.length > 0 && unfinished.length === messages.length) {
    const reason = firstFailure instanceof Error ? firstFailure.message : String(firstFailure);
    throw new BatchError(`none of ${messages.length} objects is done; the first: ${reason}`, {
      cause: firstFailure,
    });
  }
  return unfinished;
}
