import type { AwsCall } from './aws-call';

/** What a test lets happen instead of the answer: an error of the service, or a TCP reset. */
export type AwsFault =
  | { readonly kind: 'error'; readonly status: number; readonly code: string; readonly message: string }
  | { readonly kind: 'reset' };

/** Nothing, or the fault to answer with. */
export type HookOutcome = AwsFault | void;

/** Where a test steps in. A hook that throws is answered with 500 InternalError. */
export interface AwsHooks {
  /** Awaited before the call is applied; a fault replaces the call. */
  before?(call: AwsCall): HookOutcome | Promise<HookOutcome>;
  /** Awaited after the call was applied or refused, before it is answered; a fault replaces the answer only. */
  after?(call: AwsCall): HookOutcome | Promise<HookOutcome>;
}
