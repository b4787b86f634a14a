import type { IteratorOperation } from './iterator-operation';

/** A call that is executed after its client has given up. */
export interface LateCall {
  readonly operation: IteratorOperation;
  readonly index: string;
  /** When it is executed, unix milliseconds of `SimulatorOptions.nowMs`. */
  readonly dueMs: number | 'when-abandoned';
}

/** The calls that a stall left over, until they are executed. */
export class LateCalls {
  #calls: readonly LateCall[] = [];

  add(call: LateCall): void {
    this.#calls = [...this.#calls, call];
  }

  /** Removes and returns the calls that wait for a test, in the order of their arrival. */
  takeAbandoned(): readonly LateCall[] {
    return this.#take(({ dueMs }) => dueMs === 'when-abandoned');
  }

  /** Removes and returns the calls due by `nowMs`, in the order in which they are due. */
  takeOverdue(nowMs: number): readonly LateCall[] {
    const overdue = this.#take(({ dueMs }) => dueMs !== 'when-abandoned' && dueMs <= nowMs);
    return overdue.toSorted((one, other) => Number(one.dueMs) - Number(other.dueMs));
  }

  #take(isTaken: (call: LateCall) => boolean): readonly LateCall[] {
    const taken = this.#calls.filter(isTaken);
    this.#calls = this.#calls.filter((call) => !taken.includes(call));
    return taken;
  }
}
