import type { OcsfClass } from './ocsf-classes';
import { ACCOUNT_CHANGE, API_ACTIVITY, AUTHENTICATION, ENTITY_MANAGEMENT } from './ocsf-classes';

// How audit events map to OCSF: data only, because SQL is generated from it as well. Every pattern is a regular
// expression that ignores case, and uses only what JavaScript, Java and RE2 read alike: \b, ^, $, | and (?:…).

export const PRODUCT = { name: 'Netskope', vendor_name: 'Netskope' } as const;

/** Class and activity of the events whose name matches. */
export interface OcsfRule {
  readonly ocsfClass: OcsfClass;
  /** A caption in `ocsfClass.activities`. */
  readonly activity: string;
  /** The name matches if it matches each of these. */
  readonly patterns: readonly string[];
}

const ADMIN = '\\b(?:admin|admins|administrator|administrators)\\b|\\bsupport sso\\b';
// The base form of a verb counts only as the first word; elsewhere it may be a noun.
const CREATE = '^(?:create|add|import)\\b|\\b(?:created|added|imported)\\b';
const DELETE = '^(?:delete|remove|clear)\\b|\\b(?:deleted|removed|cleared)\\b';
const ENABLE = '^enable\\b|\\benabled\\b';
const DISABLE = '^disable\\b|\\bdisabled\\b';

/**
 * The first rule that matches `audit_log_event` counts. Names are an open set, so rules match words. Of the 55 names
 * that AWS CloudWatch pipelines map, each gets the same class (Amazon CloudWatch user guide, "Source configuration for
 * Netskope"). AWS publishes no activities; its lists are ordered as if a push were Activate.
 */
export const OCSF_RULES: readonly OcsfRule[] = [
  entity('Unknown', '^$'),
  api('Other', '\\bapi (?:call|v1 call|v2 call|v3 call)\\b'),

  authentication('Logoff', '\\blogout\\b|\\blogged out\\b'),
  authentication('Logon', '\\blogin (?:successful|failed|failure|attempt)\\b|\\blogged in\\b'),
  authentication('Logon', '^access denied$|\\botp validation\\b'),
  authentication('Other', '\\botp\\b|\\bverification email\\b|\\baccount (?:verification|activation)\\b'),

  account('Password Change', '\\bpassword (?:change|changed)\\b|\\b(?:change|changed) password\\b'),
  account('Password Reset', '\\bpassword reset\\b|\\breset password\\b'),
  account('Create', ADMIN, CREATE),
  account('Delete', ADMIN, DELETE),
  account('Enable', ADMIN, ENABLE),
  account('Disable', ADMIN, DISABLE),
  account('Unlock', ADMIN, '^unlock\\b|\\bunlocked\\b'),
  account('Lock', ADMIN, '^lock\\b|\\blocked\\b'),
  // Account Change has no activity for an edit.
  account('Other', ADMIN),

  entity('Create', CREATE),
  entity('Delete', DELETE),
  entity('Update', '^(?:edit|update|modify|change|set)\\b|\\b(?:edited|updated|modified|changed)\\b'),
  entity('Enable', ENABLE),
  entity('Disable', DISABLE),
  entity('Activate', '^(?:push|apply|activate|start)\\b|\\b(?:pushed|applied|activated|started)\\b'),
  entity('Deactivate', '^(?:stop|deactivate)\\b|\\b(?:stopped|deactivated)\\b'),
  entity('Suspend', '^(?:pause|suspend)\\b|\\b(?:paused|suspended)\\b'),
  entity('Resume', '^resume\\b|\\bresumed\\b'),
  entity('Move', '^(?:move|rename)\\b|\\b(?:moved|renamed)\\b'),
  entity('Read', '^(?:view|export|download)\\b|\\b(?:viewed|exported|downloaded)\\b'),
];

/**
 * What no rule matches. Entity Management is defined as activity "by a managed client, a micro service, or a user at a
 * management console", which every audit event is. The base event, class 0, could not tell who acted: it has no actor.
 */
export const OCSF_OTHERWISE: OcsfRule = entity('Other');

/** An activity of API calls and the HTTP methods, in capitals, that stand for it. */
interface OcsfApiActivity {
  readonly activity: keyof typeof API_ACTIVITY.activities;
  readonly methods: readonly string[];
}

/**
 * Activity of an API call by its HTTP method; any other method is Other. POST is not Create, because Netskope queries
 * and deploys with it as well (`/api/v2/incidents/uba/getuci`, `/api/v2/policy/urllist/deploy`).
 */
export const OCSF_API_ACTIVITIES: readonly OcsfApiActivity[] = [
  { activity: 'Read', methods: ['GET', 'HEAD', 'OPTIONS'] },
  { activity: 'Update', methods: ['PUT', 'PATCH'] },
  { activity: 'Delete', methods: ['DELETE'] },
];

/**
 * Events with such a name report a failure, all others a success: what failed says so. A logout "because of successive
 * login failures" did happen, so the plural does not count.
 */
export const OCSF_FAILURE = '\\b(?:failed|failure|denied)\\b';

/** The lowest HTTP status that is a failure. */
export const FIRST_FAILED_STATUS = 400;

/** OCSF's `email_t`: only such a user name is an `email_addr` as well. Case counts. */
export const OCSF_EMAIL = "^[a-zA-Z0-9!#$%&'*+,./=?^_`{|}~-]+@[a-zA-Z0-9-]+\\.[a-zA-Z0-9.-]+$";

/** A severity of OCSF and the `severity_level`s, as text in lower case, that stand for it. */
interface OcsfSeverity {
  readonly id: number;
  readonly caption: string;
  readonly levels: readonly string[];
}

/** Levels: 1, 2, 3 as Sekoia's parser reads them; the words are from Netskope's event schema. */
export const OCSF_SEVERITIES: readonly OcsfSeverity[] = [
  { id: 4, caption: 'High', levels: ['1', 'high'] },
  { id: 3, caption: 'Medium', levels: ['2', 'medium', 'med'] },
  { id: 2, caption: 'Low', levels: ['3', 'low'] },
];

/** A type of managed entities and the `data_type`s of `supporting_data`, in lower case, that stand for it. */
interface OcsfEntityType {
  readonly id: number;
  readonly caption: string;
  readonly dataTypes: readonly string[];
}

/** Any other `data_type` is Other, 99, with the `data_type` as its name. */
export const OCSF_ENTITY_TYPES: readonly OcsfEntityType[] = [
  { id: 1, caption: 'Device', dataTypes: ['hostname'] },
  { id: 2, caption: 'User', dataTypes: ['user'] },
  { id: 5, caption: 'Policy', dataTypes: ['policy'] },
];

function account(activity: keyof typeof ACCOUNT_CHANGE.activities, ...patterns: string[]): OcsfRule {
  return { ocsfClass: ACCOUNT_CHANGE, activity, patterns };
}

function authentication(activity: keyof typeof AUTHENTICATION.activities, ...patterns: string[]): OcsfRule {
  return { ocsfClass: AUTHENTICATION, activity, patterns };
}

function entity(activity: keyof typeof ENTITY_MANAGEMENT.activities, ...patterns: string[]): OcsfRule {
  return { ocsfClass: ENTITY_MANAGEMENT, activity, patterns };
}

function api(activity: keyof typeof API_ACTIVITY.activities, ...patterns: string[]): OcsfRule {
  return { ocsfClass: API_ACTIVITY, activity, patterns };
}
