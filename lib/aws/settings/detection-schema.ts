import { SEVERITIES } from '../../../lambdas/contract/storage/alert-record';
import { MAX_THRESHOLD } from '../../../lambdas/detector/core/rule/rule';
import type { TuningSettings } from '../../../lambdas/detector/core/rule/tuning';
import { EMAIL_LIST } from './email-list';

/** Keyword of settings that are only documented here; `parseTuning` validates them. */
export const DOCUMENTED = 'documented';

const EXCLUSION = {
  '[].user': { description: "a user's name" },
  '[].address': { description: 'an IP address, or a CIDR block such as 198.51.100.0/24' },
  '[].event': { description: "an event's name" },
};

/**
 * JSON Schema of the context's `detection`. The settings of the rules have no types here: `parseTuning` validates them,
 * because it knows the rules, and the function validates them in the same way when it starts.
 */
export const DETECTION_SCHEMA = {
  type: 'object',
  description: 'an object',
  default: {},
  additionalProperties: false,
  properties: {
    enabled: { type: 'boolean', description: 'true or false', default: true },
    alertEmails: {
      ...EMAIL_LIST,
      description: `${EMAIL_LIST.description}; left out, those of \`alarmEmails\``,
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
        'a list of exclusions, each with at least one of user, address and event, and all that it has must fit',
      [DOCUMENTED]: EXCLUSION,
    },
    anonymousUsers: { description: 'a list of names that identify nobody' },
  },
} as const;

/** Settings of detection, from the context's `detection`. */
export interface DetectionSettings extends TuningSettings {
  /** Whether detection is deployed. */
  readonly enabled: boolean;
  /** Who is notified of alerts. @default - `alarmEmails` of the deployment */
  readonly alertEmails?: readonly string[];
}

/** The part that is bundled with the function. */
export function tuningOf({ rules, exclude, anonymousUsers }: DetectionSettings): TuningSettings {
  return { rules, exclude, anonymousUsers };
}
