import { STATUSES } from '../../../format/ocsf/classification';
import type { OcsfClass } from '../../../format/ocsf/ocsf-classes';
import {
  ACCOUNT_CHANGE,
  API_ACTIVITY,
  AUTHENTICATION,
  ENTITY_MANAGEMENT,
} from '../../../format/ocsf/ocsf-classes';
import {
  FIRST_FAILED_STATUS,
  OCSF_API_ACTIVITIES,
  OCSF_FAILURE,
  OCSF_OTHERWISE,
  OCSF_RULES,
  OCSF_SEVERITIES,
} from '../../../format/ocsf/ocsf-mapping';
import { bigint, fieldOf, firstOf, integer, isOneOf, literal, matches, text, trimmed } from './trino';

const CLASSES: readonly OcsfClass[] = [ACCOUNT_CHANGE, AUTHENTICATION, ENTITY_MANAGEMENT, API_ACTIVITY];

/** The type by the first rule that matches `event_name`, such as `Authentication: Logon`. */
export const TYPE_BY_NAME = firstOf(
  OCSF_RULES.map(({ ocsfClass, activity, patterns }) => [
    patterns.map((pattern) => matches('event_name', `(?i)${pattern}`)).join(' AND '),
    typeName(ocsfClass, activity),
  ]),
  typeName(OCSF_OTHERWISE.ocsfClass, OCSF_OTHERWISE.activity),
);

/** The type of an event with `type_by_name`, whose activity depends on `call_method` if it is an API call. */
export const TYPE_BY_METHOD = firstOf(
  OCSF_API_ACTIVITIES.map(({ activity, methods }) => [
    `${isOfClass(API_ACTIVITY, 'type_by_name')} AND ${isOneOf('call_method', methods)}`,
    typeName(API_ACTIVITY, activity),
  ]),
  'type_by_name',
);

export const TYPE_UID = firstOf(
  CLASSES.flatMap((ocsfClass) =>
    Object.entries(ocsfClass.activities).map(([activity, id]) => [
      `ocsf_type = ${typeName(ocsfClass, activity)}`,
      String(ocsfClass.uid * 100 + id),
    ]),
  ),
);

/** @param type column with a type such as `Authentication: Logon` */
export function isOfClass(ocsfClass: OcsfClass, type = 'ocsf_type'): string {
  return `${className(type)} = ${literal(ocsfClass.caption)}`;
}

/** The attributes by which OCSF classifies an event, from `ocsf_type`, `ocsf_type_uid` and `event_name`. */
export const CLASSIFICATION = {
  category_uid: integer(ofClass(({ category }) => String(category.uid))),
  category_name: text(ofClass(({ category }) => literal(category.caption))),
  class_uid: integer(ofClass(({ uid }) => String(uid))),
  class_name: text(className('ocsf_type')),
  activity_id: integer('ocsf_type_uid % 100'),
  activity_name: text(firstOf([[`${activityName()} = 'Other'`, 'event_name']], activityName())),
  type_uid: bigint('ocsf_type_uid'),
  type_name: text('ocsf_type'),
};

function typeName({ caption }: OcsfClass, activity: string): string {
  return literal(`${caption}: ${activity}`);
}

function className(type: string): string {
  return `split_part(${type}, ': ', 1)`;
}

function activityName(): string {
  return `split_part(ocsf_type, ': ', 2)`;
}

function ofClass(attributeOf: (ocsfClass: OcsfClass) => string): string {
  return firstOf(CLASSES.map((ocsfClass) => [isOfClass(ocsfClass), attributeOf(ocsfClass)]));
}

/** `severity_level` as text; null if it is neither number nor text. */
export const LEVEL = `nullif(${firstOf([
  [matches(`json_format(${fieldOf('raw', 'severity_level')})`, '^["0-9-]'), trimmed('severity_level')],
])}, '')`;

/** How grave the event is, by `level`, and how it ended. */
export const OUTCOME = {
  severity_id: integer(severity({ unknown: '0', other: '99' }, ({ id }) => String(id))),
  severity: text(severity({ unknown: "'Unknown'", other: 'level' }, ({ caption }) => literal(caption))),
  status_id: integer(status(({ status_id }) => String(status_id))),
  status: text(status(({ status: caption }) => literal(caption))),
  status_code: text('CAST(call_status AS varchar)'),
  status_detail: text(firstOf([["data_type = 'reason'", "nullif(array_join(texts, ', '), '')"]])),
};

function severity(
  { unknown, other }: { readonly unknown: string; readonly other: string },
  attributeOf: (known: (typeof OCSF_SEVERITIES)[number]) => string,
): string {
  return firstOf(
    [
      ['level IS NULL', unknown],
      ...OCSF_SEVERITIES.map((known) => [isOneOf('lower(level)', known.levels), attributeOf(known)] as const),
    ],
    other,
  );
}

function status(attributeOf: (status: (typeof STATUSES)[keyof typeof STATUSES]) => string): string {
  return firstOf(
    [
      [`call_status < ${String(FIRST_FAILED_STATUS)}`, attributeOf(STATUSES.success)],
      ['call_status IS NOT NULL', attributeOf(STATUSES.failure)],
      [`event_name = '' OR ${isOfClass(API_ACTIVITY)}`, attributeOf(STATUSES.unknown)],
      [matches('event_name', `(?i)${OCSF_FAILURE}`), attributeOf(STATUSES.failure)],
    ],
    attributeOf(STATUSES.success),
  );
}
