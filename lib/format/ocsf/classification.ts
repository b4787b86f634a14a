import { API_ACTIVITY } from './ocsf-classes';
import type { OcsfRule } from './ocsf-mapping';
import { OCSF_API_ACTIVITIES, OCSF_OTHERWISE, OCSF_RULES } from './ocsf-mapping';

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

const RULES = OCSF_RULES.map((rule) => ({
  rule,
  expressions: rule.patterns.map((pattern) => new RegExp(pattern, 'i')),
}));

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
