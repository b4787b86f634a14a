import type { OcsfClass } from '../../../format/ocsf/ocsf-classes';
import {
  ACCOUNT_CHANGE,
  API_ACTIVITY,
  AUTHENTICATION,
  ENTITY_MANAGEMENT,
} from '../../../format/ocsf/ocsf-classes';
import { OCSF_API_ACTIVITIES, OCSF_OTHERWISE, OCSF_RULES } from '../../../format/ocsf/ocsf-mapping';
import { bigint, firstOf, integer, isOneOf, literal, matches, text } from './trino';

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
