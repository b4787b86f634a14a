import type { ApiCall } from '../../../lambdas/detector/core/event/api-call';
import type { ArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { ruleOf } from './classification';
import { API_ACTIVITY } from './ocsf-classes';
import { FIRST_FAILED_STATUS, OCSF_FAILURE } from './ocsf-mapping';

/** How the action ended. */
export interface Outcome {
  readonly status_id: number;
  readonly status: string;
  /** The HTTP status of an API call. */
  readonly status_code: string | undefined;
  /** The reason that Netskope gives, such as `Logged out due to inactivity`. */
  readonly status_detail: string | undefined;
}

const FAILURE = new RegExp(OCSF_FAILURE, 'i');

export const STATUSES = {
  unknown: { status_id: 0, status: 'Unknown' },
  success: { status_id: 1, status: 'Success' },
  failure: { status_id: 2, status: 'Failure' },
} as const;

/** @param call the API call, if the event records one with a status */
export function outcomeOf(event: ArchivedEvent, call: ApiCall | undefined): Outcome {
  const { type, values } = event.supportingData;
  const reasons = type === 'reason' ? values.filter((value) => typeof value === 'string') : [];
  return {
    ...STATUSES[resultOf(event.name, call)],
    status_code: call === undefined ? undefined : String(call.status),
    status_detail: reasons.join(', ') || undefined,
  };
}

function resultOf(name: string, call: ApiCall | undefined): keyof typeof STATUSES {
  if (call !== undefined) return call.status < FIRST_FAILED_STATUS ? 'success' : 'failure';
  if (name === '' || ruleOf(name).ocsfClass === API_ACTIVITY) return 'unknown';
  return FAILURE.test(name) ? 'failure' : 'success';
}
