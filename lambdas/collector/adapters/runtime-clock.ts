import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../core/ports';

/** The system clock. */
export const RUNTIME_CLOCK: Clock = {
  nowMs: () => Date.now(),
  sleep: (ms) => sleep(ms),
  timeoutSignal: (ms) => AbortSignal.timeout(ms),
};
