import { Stream } from '../../../../lambdas/collector/core/protocol/stream';
import type { Checkpoint } from '../../../../lambdas/contract/storage/checkpoint-table';
import { TestClock } from '../../../test-clock';
import { TestLog } from '../../../test-log';
import { NOW_S } from './settled-feed';

/** A stream whose checkpoint is kept in memory, on a clock of the test. */
export class StreamInMemory {
  readonly clock = new TestClock(NOW_S * 1000);
  readonly log = new TestLog();
  /** Every version that was written, the latest one last. */
  readonly saved: Checkpoint[] = [];
  readonly deps = {
    checkpoints: {
      load: () => Promise.resolve(this.saved.at(-1)),
      save: (checkpoint: Checkpoint) => this.save(checkpoint),
    },
    clock: this.clock,
    log: this.log,
  };
  readonly stream: Stream;

  constructor(before: Checkpoint) {
    this.stream = new Stream(this.deps, 'run-1', before);
  }

  /** The writing of a version. A test replaces it where it is to fail. */
  save(checkpoint: Checkpoint): Promise<Checkpoint> {
    const stored = { ...checkpoint, version: checkpoint.version + 1 };
    this.saved.push(stored);
    return Promise.resolve(stored);
  }
}
