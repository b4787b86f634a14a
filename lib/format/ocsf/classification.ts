import type { ApiCall } from '../../../lambdas/detector/core/event/api-call';
import type { ArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { API_ACTIVITY } from './ocsf-classes';
import type { OcsfRule } from './ocsf-mapping';
import {
  FIRST_FAILED_STATUS,
  OCSF_API_ACTIVITIES,
  OCSF_FAILURE,
  OCSF_OTHERWISE,
  OCSF_RULES,
  OCSF_SEVERITIES,
} from './ocsf-mapping';

const RULES = OCSF_RULES.map((rule) => ({
  rule,
  expressions: rule.patterns.map((pattern) => new RegExp(pattern, 'i')),
}));
const FAILURE = new RegExp(OCSF_FAILURE, 'i');

export const STATUSES = {
  unknown: { status_id: 0, status: 'Unknown' },
  success: { status_id: 1, status: 'Success' },
  failure: { status_id: 2, status: 'Failure' },
} as const;

/** The attributes by which OCSF classifies an event. */
export interface Classification {
  readonly category_uid: number;
  readonly category_name: string;
  readonly class_uid: number;
  readonly class_name: string;
  readonly activity_id: number;
  readonly activity_name: string;
  readonly type_uid: number;
  readonly type_name: string;
}

/** The first rule that matches the name of an event. */
export function ruleOf(name: string): OcsfRule {
  const matching = RULES.find(({ expressions }) => expressions.every((expression) => expression.test(name)));
  return matching?.rule ?? OCSF_OTHERWISE;
}

/**
 * @param name `audit_log_event`
 * @param method the HTTP method of the API call that the event records; undefined if it names none
 */
export function classificationOf(name: string, method: string | undefined): Classification {
  const rule = ruleOf(name);
  const { uid, caption, category, activities } = rule.ocsfClass;
  const activity = (rule.ocsfClass === API_ACTIVITY && activityOfMethod(method)) || rule.activity;
  const activityId = activities[activity] ?? activities.Other;
  return {
    category_uid: category.uid,
    category_name: category.caption,
    class_uid: uid,
    class_name: caption,
    activity_id: activityId,
    activity_name: activity === 'Other' ? name : activity,
    type_uid: uid * 100 + activityId,
    type_name: `${caption}: ${activity}`,
  };
}

function activityOfMethod(method: string | undefined): string | undefined {
  return OCSF_API_ACTIVITIES.find(({ methods }) => method !== undefined && methods.includes(method))
    ?.activity;
}

/** How the action ended. */
export interface Outcome {
  readonly status_id: number;
  readonly status: string;
  /** The HTTP status of an API call. */
  readonly status_code: string | undefined;
  /** The reason that Netskope gives, such as `Logged out due to inactivity`. */
  readonly status_detail: string | undefined;
}

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

export interface Severity {
  readonly severity_id: number;
  readonly severity: string;
}

/** @param level `severity_level`: a number or a text; another level than the known ones is Other, with its own name */
export function severityOf(level: unknown): Severity {
  const text = typeof level === 'string' || typeof level === 'number' ? String(level).trim() : '';
  if (text === '') return { severity_id: 0, severity: 'Unknown' };
  const known = OCSF_SEVERITIES.find(({ levels }) => levels.includes(text.toLowerCase()));
  return { severity_id: known?.id ?? 99, severity: known?.caption ?? text };
}
