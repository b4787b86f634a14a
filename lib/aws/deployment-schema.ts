import {
  MAX_LABEL_LENGTH,
  NoDataWindow,
  ScheduleDefault,
  SOURCE_ID_PATTERN,
  StartLookback,
} from '../../lambdas/contract/deployment/collector-event';
import { DOMAIN_PATTERN } from '../../lambdas/contract/deployment/tenant-host';
import type { Severity } from '../../lambdas/contract/storage/alert-record';
import { SEVERITIES } from '../../lambdas/contract/storage/alert-record';
import { MAX_THRESHOLD } from '../../lambdas/detector/core/rule/rule';
import type { TuningSettings } from '../../lambdas/detector/core/rule/tuning';
import { EXCLUSION_FIELDS } from '../../lambdas/detector/core/rule/tuning-problems';
import type { AccountSettings } from './account-schema';
import { ACCOUNT_SETTINGS } from './account-schema';
import type { AdoptSettings } from './adopt-schema';
import { ADOPT, OWN_SECRET } from './adopt-schema';
import type { ArchiveSettings } from './archive-schema';
import { ARCHIVE } from './archive-schema';

/** Limit on the addresses in one list: each is a subscription, and a stack has room for 500 resources. */
const MAX_EMAILS = 5;

/** An index not served for three schedules is not trusted any more; how long Netskope keeps an unused one is not documented. */
const MAX_SCHEDULE_MINUTES = 60;

/** Keyword of settings that are only documented here; `parseTuning` validates them. */
export const DOCUMENTED = 'documented';

/** JSON Schema of a list of e-mail addresses. `description` is the end of the message for a wrong value. */
const EMAIL_LIST = {
  type: 'array',
  description: `a list of at most ${MAX_EMAILS} different e-mail addresses`,
  maxItems: MAX_EMAILS,
  uniqueItems: true,
  items: { type: 'string', description: 'an e-mail address', pattern: '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$' },
} as const;

const ALARM_EMAILS = { ...EMAIL_LIST, default: [] } as const;

const SOURCE = {
  type: 'object',
  description: 'an object with at least an id',
  required: ['id'],
  additionalProperties: false,
  properties: {
    id: {
      type: 'string',
      description: 'lower-case letters, digits and hyphens, 40 at most, a letter first',
      pattern: SOURCE_ID_PATTERN.source,
    },
    label: {
      type: 'string',
      description: `a text of 1 to ${MAX_LABEL_LENGTH} characters`,
      minLength: 1,
      maxLength: MAX_LABEL_LENGTH,
    },
    scheduleMinutes: {
      type: 'integer',
      description: `an integer from 1 to ${MAX_SCHEDULE_MINUTES}`,
      default: ScheduleDefault.minutes,
      minimum: 1,
      maximum: MAX_SCHEDULE_MINUTES,
    },
    startLookbackHours: {
      type: 'integer',
      description: `an integer from 1 to ${StartLookback.maxHours}, for Netskope keeps events for 90 days`,
      default: StartLookback.defaultHours,
      minimum: 1,
      maximum: StartLookback.maxHours,
    },
    dailyRecheck: { type: 'boolean', description: 'true or false', default: true },
    noDataAlarm: { type: 'boolean', description: 'true or false', default: true },
    noDataWindowMinutes: {
      type: 'integer',
      description: `an integer from 15 to ${NoDataWindow.maxMinutes}, which is seven days`,
      default: NoDataWindow.defaultMinutes,
      minimum: 15,
      maximum: NoDataWindow.maxMinutes,
    },
    alarmEmails: ALARM_EMAILS,
    secret: OWN_SECRET,
    retired: { type: 'boolean', description: 'true or false', default: false },
  },
} as const;

const ALLOWED_DOMAINS = {
  type: 'array',
  description:
    "a list of at most 10 domain names in lower case, such as netskope.example.com: hosts of them get the token as those below Netskope's own do",
  default: [],
  maxItems: 10,
  uniqueItems: true,
  items: {
    type: 'string',
    description: 'a domain name in lower case, such as netskope.example.com',
    pattern: DOMAIN_PATTERN.source,
  },
} as const;

const EXCLUSION = Object.fromEntries(
  Object.entries(EXCLUSION_FIELDS).map(([name, { expected }]) => [
    `[].${name}`,
    { description: name === 'until' ? `${expected}; left out, there is no end` : expected },
  ]),
);

/**
 * JSON Schema of the context's `detection`. The settings of the rules have no types here: `parseTuning` validates them,
 * because it knows the rules, and the function validates them in the same way when it starts.
 */
const DETECTION = {
  type: 'object',
  description: 'an object',
  default: {},
  additionalProperties: false,
  properties: {
    enabled: { type: 'boolean', description: 'true or false', default: true },
    alertEmails: {
      ...EMAIL_LIST,
      description: `${EMAIL_LIST.description}, each also as {"email": …, "minSeverity": …} to get only messages at least that urgent; left out, those of \`alarmEmails\``,
      items: {
        ...EMAIL_LIST.items,
        type: ['string', 'object'],
        description: 'an e-mail address, or an object with email and minSeverity',
        required: ['email', 'minSeverity'],
        additionalProperties: false,
        properties: {
          email: EMAIL_LIST.items,
          minSeverity: { enum: SEVERITIES, description: `one of ${SEVERITIES.join(', ')}` },
        },
      },
    },
    chatNotifications: {
      type: 'boolean',
      description:
        'true or false; true adds the topic of output `ChatTopic`, which Amazon Q Developer shows in Slack and Teams',
      default: false,
    },
    rules: {
      description: 'an object with rule ids as names',
      [DOCUMENTED]: {
        '.<rule id>.enabled': { description: 'true or false', default: true },
        '.<rule id>.threshold': {
          description: `an integer from 1 to ${MAX_THRESHOLD}; left out, the rule's`,
        },
        '.<rule id>.severity': { description: `one of ${SEVERITIES.join(', ')}; left out, the rule's` },
        '.<rule id>.exclude': { description: 'a list of exclusions, as below', default: [] },
      },
    },
    exclude: {
      description:
        'a list of exclusions, each with at least one of user, address, event, object and apiPath, and all that it has must fit; in names and paths, `*` stands for any text',
      [DOCUMENTED]: EXCLUSION,
    },
    anonymousUsers: { description: 'a list of names that identify nobody' },
    networks: {
      description:
        'an object with names of networks, each with a list of CIDR blocks that count as one network, such as the prefixes of a provider',
    },
    rulesFolder: {
      type: 'string',
      description: 'the path of a folder with rules of your own; a relative one counts from `cdk.json`',
      minLength: 1,
    },
  },
} as const;

/**
 * JSON Schema of the settings in the CDK context, with their defaults. `description` says what is expected, as worded
 * in the message for a wrong value.
 */
export const DEPLOYMENT_SCHEMA = {
  type: 'object',
  description: 'an object',
  additionalProperties: false,
  properties: {
    sources: {
      type: 'array',
      description: 'a list of at least one source',
      default: [{ id: 'netskope', label: 'Netskope' }],
      minItems: 1,
      items: SOURCE,
    },
    fleet: {
      type: 'boolean',
      description:
        'true or false; true, without `sources`, collects those that `netskope-audit sources add` has put into the table',
      default: false,
    },
    allowedDomains: ALLOWED_DOMAINS,
    alarmEmails: ALARM_EMAILS,
    runbookUrl: {
      type: 'string',
      description:
        'an https address, of your copy of docs/runbook.md: messages about alarms, and the dashboard, lead to its entries',
      pattern: '^https://[^\\s#]{1,400}$',
    },
    dashboard: { type: 'boolean', description: 'true or false', default: true },
    dailyMessage: { type: 'boolean', description: 'true or false', default: true },
    archive: ARCHIVE,
    adopt: ADOPT,
    detection: DETECTION,
    ...ACCOUNT_SETTINGS,
  },
} as const;

/** One entry of the context's `sources`, validated and with its defaults. */
export interface SourceSettings {
  /** Names secret and alarms: lower-case letters, digits and hyphens, 40 at most, a letter first. */
  readonly id: string;
  /** For people. @default - the id */
  readonly label: string;
  /** Minutes between runs, 1 to 60. @default 5 */
  readonly scheduleMinutes: number;
  /** How far back the first run begins, 1 to 2160. @default 24 */
  readonly startLookbackHours: number;
  /** Whether the last day is read again once a day. @default true */
  readonly dailyRecheck: boolean;
  /** Whether an alarm fires when events stop. @default true */
  readonly noDataAlarm: boolean;
  /** Minutes without events until it fires, 15 to 10080 and no less than three runs take. @default 1440 */
  readonly noDataWindowMinutes: number;
  /** Who is notified of its alarms. @default - those of the deployment */
  readonly alarmEmails: readonly string[];
  /** Name or ARN of an existing secret. @default - one is made */
  readonly secret?: string;
  /** No longer collected; the entry only keeps the place of the sources after it. @default false */
  readonly retired: boolean;
}

/** Settings of detection, from the context's `detection`. */
export interface DetectionSettings extends TuningSettings {
  /** Whether detection is deployed. @default true */
  readonly enabled: boolean;
  /** Who is notified of alerts. @default - `alarmEmails` of the deployment */
  readonly alertEmails?: readonly AlertEmail[];
  /** Whether messages are also published for a chat. @default false */
  readonly chatNotifications: boolean;
  /** Folder with rules in addition to the pack. @default - none */
  readonly rulesFolder?: string;
}

/** An address that gets all messages about alerts, or those that are at least so urgent. */
export type AlertEmail = string | { readonly email: string; readonly minSeverity: Severity };

/** The whole configuration of a deployment. */
export interface DeploymentSettings extends AccountSettings {
  /** Empty if the deployment is a fleet. */
  readonly sources: readonly SourceSettings[];
  /** Whether the sources are in the table, and are added and retired without a deployment. @default false */
  readonly fleet: boolean;
  /** Domains besides Netskope's own that tokens may be sent to. @default - none */
  readonly allowedDomains: readonly string[];
  /** Who is notified of the deployment's alarms, and of those of sources without addresses of their own. @default - nobody */
  readonly alarmEmails: readonly string[];
  /** Address of a copy of docs/runbook.md, without an anchor. @default - messages name the file */
  readonly runbookUrl?: string;
  /** Whether there is a dashboard, for as many sources as one has room for. @default true */
  readonly dashboard: boolean;
  /** Whether the recipients of alarms get a message once a day. @default true */
  readonly dailyMessage: boolean;
  readonly archive: ArchiveSettings;
  /** What exists already. @default - everything is made */
  readonly adopt: AdoptSettings;
  readonly detection: DetectionSettings;
}

/** The part that is bundled with the function. */
export function tuningOf({ rules, exclude, anonymousUsers, networks }: DetectionSettings): TuningSettings {
  return { rules, exclude, anonymousUsers, networks };
}
