import type { Outcome } from './answer';
import type { Fault, PageFault } from './fault';
import { refusalAnswer, serverErrorAnswer } from './refusal';
import type { SimulatorRequest } from './request';

/** The effect of a fault on a call, by the moment at which it strikes. */
export type FaultPlan =
  /** The call never reaches the endpoint. */
  | { readonly strikes: 'before'; readonly outcome: Outcome }
  /** The iterator executes the call later, when a test says so or so many milliseconds have passed. */
  | { readonly strikes: 'late'; readonly served: 'when-abandoned' | { readonly afterMs: number } }
  /** The iterator has moved its cursor; the page is replaced by the outcome. */
  | { readonly strikes: 'after'; readonly outcome: Outcome }
  /** The iterator has moved its cursor; the page is served, damaged if there is a fault. */
  | { readonly strikes: 'page'; readonly pageFault?: PageFault };

/** A plan for a call that reaches its endpoint. */
export type ExecutedPlan = Exclude<FaultPlan, { strikes: 'before' }>;

/** A plan for a call whose client waits for an answer. */
export type ServedPlan = Exclude<ExecutedPlan, { strikes: 'late' }>;

/** Plans a fault; without one the page is served unchanged. */
export function planFault(fault: Fault | undefined, request: SimulatorRequest): FaultPlan {
  switch (fault?.kind) {
    case 'rate-limited':
    case 'conflict':
    case 'unauthorized':
    case 'forbidden':
    case 'not-found':
    case 'bad-request':
    case 'redirect':
    case 'foreign-host':
      return { strikes: 'before', outcome: refusalAnswer(fault, request) };
    case 'server-error':
      return { strikes: fault.cursorMoved ? 'after' : 'before', outcome: serverErrorAnswer(fault) };
    case 'reset': {
      const outcome: Outcome = { kind: 'reset', afterHeaders: fault.afterHeaders ?? false };
      return { strikes: fault.cursorMoved ? 'after' : 'before', outcome };
    }
    case 'stall':
      if (typeof fault.served === 'object' || fault.served === 'when-abandoned') {
        return { strikes: 'late', served: fault.served };
      }
      return { strikes: fault.served === 'at-once' ? 'after' : 'before', outcome: { kind: 'silence' } };
    case undefined:
    case 'truncated-body':
    case 'truncated-gzip':
    case 'cut-json':
    case 'empty-body':
    case 'garbled':
    case 'invalid-json':
    case 'not-ok':
    case 'no-content':
    case 'body':
    case 'envelope':
      return { strikes: 'page', pageFault: fault };
  }
}
