import { join } from 'node:path';
import type { ObjectCreatedEvent } from '../../../lambdas/contract/deployment/detector-event';
import { OBJECT_CREATED, SWEEP } from '../../../lambdas/contract/deployment/detector-event';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import { bundleDetector } from '../../build/function-bundles';
import type { CreatedObject } from '../aws/s3/object-store';
import { parseStateJson, readFileIfThere, replaceFile } from '../aws/state-folder';
import { LocalFunction } from '../function-process';
import { LOCAL_BUCKET } from '../local-deployment';
import { wasInterrupted } from './collection';
import { StartError, StartInterrupted } from './start-error';

/** Most messages of one invocation, as of the deployed queue. */
const MESSAGES_IN_BATCH = 10;

const SWEEP_MESSAGE = { source: SWEEP.source, 'detail-type': SWEEP.detailType };

interface LocalDetectionOptions {
  /** The feed that is evaluated. */
  readonly feed: Feed;
  /** The tenant's folder. */
  readonly folder: string;
  /** Variables of the detector function. */
  readonly environment: Readonly<Record<string, string>>;
  /** Receives each line that the function writes. @default - the lines are dropped */
  readonly onLogLine?: (line: string) => void;
}

/**
 * Detection on this machine: a queue that gets a message for each new object of the archive, and the detector's
 * function, which takes them from there. What waits is kept in the folder, so that nothing is missed if the process dies.
 */
export class LocalDetection {
  readonly function: LocalFunction;
  private readonly file: string;
  /** Keys of objects that are not evaluated yet. */
  private waiting: readonly string[];
  private wake = (): void => undefined;

  /** @throws StartError if the file of the queue is broken */
  constructor(private readonly options: LocalDetectionOptions) {
    const { folder, environment, onLogLine } = options;
    this.file = join(folder, 'detection-queue.json');
    this.waiting = readQueue(this.file);
    this.function = new LocalFunction({
      codeFolder: join(folder, 'detector'),
      bundle: (codeFolder) => bundleDetector(codeFolder),
      environment,
      onLogLine,
    });
  }

  /** Queues a new object if it is one of the archive, as the rule of EventBridge does. */
  announce({ bucket, key }: CreatedObject): void {
    const { archive } = prefixesOf(this.options.feed);
    if (bucket !== LOCAL_BUCKET || !key.startsWith(`${archive}/`)) return;
    this.keep([...this.waiting, key]);
    this.wake();
  }

  /**
   * Evaluates what waits, and what comes until the collection has ended. Then does what is due without any event, as the
   * schedule does every few minutes.
   * @throws StartError if nothing of a batch could be evaluated. @throws StartInterrupted
   */
  async evaluateDuring(collection: Promise<unknown>): Promise<void> {
    let hasEnded = false;
    const end = (): void => {
      hasEnded = true;
      this.wake();
    };
    void collection.then(end, end);
    for (;;) {
      await this.evaluateWaiting();
      if (hasEnded) break;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    await this.deliver([{ messageId: 'sweep', body: SWEEP_MESSAGE }]);
  }

  private async evaluateWaiting(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, MESSAGES_IN_BATCH);
      const unfinished = await this.deliver(
        batch.map((key) => ({ messageId: key, body: objectCreated(key) })),
      );
      const later = this.waiting.filter((key) => !batch.includes(key));
      this.keep([...later, ...batch.filter((key) => unfinished.has(key))]);
    }
  }

  /** One invocation by the queue. @returns ids of the messages to be delivered again */
  private async deliver(
    messages: readonly { readonly messageId: string; readonly body: object }[],
  ): Promise<ReadonlySet<string>> {
    const Records = messages.map(({ messageId, body }) => ({ messageId, body: JSON.stringify(body) }));
    const end = await this.function.invoke({ Records });
    if (wasInterrupted(end)) throw new StartInterrupted();
    if (end.kind !== 'returned') {
      const reason = end.kind === 'failed' ? end.error.message : `its process ended with ${end.signal}`;
      throw new StartError(`The detector failed: ${reason}. The next npm start evaluates what is left.`);
    }
    const { batchItemFailures } = end.value as {
      readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
    };
    return new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  }

  private keep(waiting: readonly string[]): void {
    this.waiting = waiting;
    replaceFile(this.file, `${JSON.stringify(waiting)}\n`);
  }
}

function objectCreated(key: string): ObjectCreatedEvent {
  return {
    source: OBJECT_CREATED.source,
    'detail-type': OBJECT_CREATED.detailType,
    detail: { bucket: { name: LOCAL_BUCKET }, object: { key } },
  };
}

function readQueue(path: string): readonly string[] {
  const text = readFileIfThere(path);
  if (text === '') return [];
  const whatToDo = 'Delete it: what it listed is not evaluated then.';
  try {
    return parseStateJson(text, { path, isRight: isKeys, expected: 'a list of keys', whatToDo });
  } catch (cause) {
    throw new StartError((cause as Error).message, { cause });
  }
}

function isKeys(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((key) => typeof key === 'string');
}
