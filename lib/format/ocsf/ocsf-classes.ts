// What OCSF 1.5.0 defines, as far as audit events use it. Source: github.com/ocsf/ocsf-schema, tag v1.5.0, events/iam
// and events/application.

export const OCSF_VERSION = '1.5.0';

/** Activities of every class. With `Other`, `activity_name` is the name that the product uses. */
const COMMON_ACTIVITIES = { Unknown: 0, Other: 99 } as const;

/** A class of events. The `type_uid` of an event is 100 times `uid` plus the id of its activity. */
export interface OcsfClass {
  readonly uid: number;
  readonly caption: string;
  readonly category: { readonly uid: number; readonly caption: string };
  /** `activity_id` by caption. */
  readonly activities: Readonly<Record<string, number>> & typeof COMMON_ACTIVITIES;
}

const IDENTITY_AND_ACCESS = { uid: 3, caption: 'Identity & Access Management' } as const;
const APPLICATION_ACTIVITY = { uid: 6, caption: 'Application Activity' } as const;

export const ACCOUNT_CHANGE = {
  uid: 3001,
  caption: 'Account Change',
  category: IDENTITY_AND_ACCESS,
  activities: {
    ...COMMON_ACTIVITIES,
    Create: 1,
    Enable: 2,
    'Password Change': 3,
    'Password Reset': 4,
    Disable: 5,
    Delete: 6,
    Lock: 9,
    Unlock: 12,
  },
} as const satisfies OcsfClass;

export const AUTHENTICATION = {
  uid: 3002,
  caption: 'Authentication',
  category: IDENTITY_AND_ACCESS,
  activities: { ...COMMON_ACTIVITIES, Logon: 1, Logoff: 2 },
} as const satisfies OcsfClass;

export const ENTITY_MANAGEMENT = {
  uid: 3004,
  caption: 'Entity Management',
  category: IDENTITY_AND_ACCESS,
  activities: {
    ...COMMON_ACTIVITIES,
    Create: 1,
    Read: 2,
    Update: 3,
    Delete: 4,
    Move: 5,
    Enable: 8,
    Disable: 9,
    Activate: 10,
    Deactivate: 11,
    Suspend: 12,
    Resume: 13,
  },
} as const satisfies OcsfClass;

export const API_ACTIVITY = {
  uid: 6003,
  caption: 'API Activity',
  category: APPLICATION_ACTIVITY,
  activities: { ...COMMON_ACTIVITIES, Create: 1, Read: 2, Update: 3, Delete: 4 },
} as const satisfies OcsfClass;
