/** JSON Schema of the settings that name what exists and is used instead of being made. */
export const ADOPT = {
  type: 'object',
  description: 'an object with what exists already, in the same account and region',
  default: {},
  additionalProperties: false,
  properties: {
    archiveBucket: {
      type: 'string',
      description: 'the name of a bucket',
      pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
    },
    checkpointTable: {
      type: 'string',
      description:
        'the name of a DynamoDB table with the partition key `streamId`, a string, and no sort key',
      pattern: '^[\\w.-]{3,255}$',
    },
    alarmTopicArn: {
      type: 'string',
      description: 'the ARN of a standard SNS topic, arn:aws:sns:<region>:<account>:<name>',
      pattern: '^arn:aws[a-z-]*:sns:[a-z0-9-]+:\\d{12}:[\\w-]{1,256}$',
    },
    glueDatabase: {
      type: 'string',
      description:
        'the name of a Glue database without the tables that are made: lower-case letters, digits and underscores, a letter first',
      pattern: '^[a-z][a-z0-9_]{0,254}$',
    },
  },
} as const;

/** JSON Schema of a source's own secret. */
export const OWN_SECRET = {
  type: 'string',
  description:
    'the name or the ARN of a secret that exists; left out, one is made that is named after deployment and source',
  pattern:
    '^([\\w/+=.@-]{1,512}|arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\\d{12}:secret:[\\w/+=.@-]+-[A-Za-z0-9]{6})$',
} as const;

/** What exists and is used instead of being made, from the context's `adopt`. */
export interface AdoptSettings {
  /** Name of the bucket of archive and quarantine. @default - one is made */
  readonly archiveBucket?: string;
  /** Name of the table of checkpoints. @default - one is made */
  readonly checkpointTable?: string;
  /** ARN of the topic that alarms notify. @default - one is made */
  readonly alarmTopicArn?: string;
  /** Name of the Glue database that gets the tables. @default - one is made */
  readonly glueDatabase?: string;
}
