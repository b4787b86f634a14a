import type { FunctionProcessOptions } from '../../local/function-process';
import { FunctionProcess } from '../../local/function-process';

/** Lambda's longest timeout (AWS Lambda quotas). */
const TIMEOUT_MS = 900_000;

/** One invocation: what it returned and what it cost. */
export interface MeasuredInvocation {
  readonly value: unknown;
  /** User and system time of all threads of the process during this invocation. */
  readonly cpuMs: number;
  /** Peak memory of the process since its start. */
  readonly peakRssBytes: number;
}

/** A function in a process of its own, with the cost of each invocation. */
export class MeasuredFunction {
  private readonly process: FunctionProcess;
  private cpuMsBefore = 0;

  constructor(
    options: Pick<FunctionProcessOptions, 'codeFolder' | 'handler' | 'environment' | 'nodeBinary'>,
  ) {
    this.process = new FunctionProcess({ ...options, timeoutMs: TIMEOUT_MS });
  }

  /**
   * The first invocation of a process includes the cost of its start.
   * @throws Error if the function fails or its process dies
   */
  async invoke(payload: unknown): Promise<MeasuredInvocation> {
    const end = await this.process.invoke(payload);
    if (end.kind === 'died') throw new Error(`the measured process died: ${end.signal}`);
    if (end.kind === 'failed') throw new Error(`the measured function failed: ${end.error.message}`);
    const cpuMs = end.cpuMs - this.cpuMsBefore;
    this.cpuMsBefore = end.cpuMs;
    return { value: end.value, cpuMs, peakRssBytes: end.maxRssBytes };
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}
