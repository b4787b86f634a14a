import { SEVERITIES } from '../../../lambdas/contract/storage/alert-record';
import { MAX_THRESHOLD } from '../../../lambdas/detector/core/rule/rule';
import type { TuningSettings } from '../../../lambdas/detector/core/rule/tuning';
import { EMAIL_LIST } from './email-list';

/** Keyword of settings that are described for the documentation; who judges them is not the schema. */
export const DOCUMENTED = 'documented';

const EXCLUSION = {
  '[].user': { description: "a user's name" },
  '[].address': { description: 'an IP address, or a CIDR block such as 198.51.100.0/24' },
  '[].event': { description: "an event's name" },
};

/**
 * JSON Schema of the context's `detection`. What tunes the rules has no types here: `parseTuning` judges it, for it knows the
 * rules, and the function judges it in the same way when it starts.
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

/** How detection is done, from the context's `detection`. */
export interface DetectionSettings extends TuningSettings {
  /** Whether there is any. */
  readonly enabled: boolean;
  /** Who is notified of alerts. @default - who is notified of the deployment's alarms */
  readonly alertEmails?: readonly string[];
}

/** The part that the function is given. */
export function tuningOf({ rules, exclude, anonymousUsers }: DetectionSettings): TuningSettings {
  return { rules, exclude, anonymousUsers };
}
