/** Limit on days in a lifecycle rule or an Object Lock retention: S3 accepts it, and more is surely a mistake. */
const MAX_DAYS = 36_500;

const OBJECT_LOCK = {
  type: 'object',
  description: 'an object with mode and days',
  required: ['mode', 'days'],
  additionalProperties: false,
  properties: {
    mode: { type: 'string', description: '"GOVERNANCE" or "COMPLIANCE"', enum: ['GOVERNANCE', 'COMPLIANCE'] },
    days: { type: 'integer', description: `an integer from 1 to ${MAX_DAYS}`, minimum: 1, maximum: MAX_DAYS },
  },
} as const;

/** JSON Schema of the context's `archive`. */
export const ARCHIVE = {
  type: 'object',
  description: 'an object',
  default: {},
  additionalProperties: false,
  properties: {
    createKmsKey: { type: 'boolean', description: 'true or false', default: false },
    kmsKeyArn: {
      type: 'string',
      description: 'the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>',
      pattern: '^arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/[A-Za-z0-9-]+$',
    },
    objectLock: OBJECT_LOCK,
    expireAfterDays: {
      type: 'integer',
      description: `an integer from 1 to ${MAX_DAYS}`,
      minimum: 1,
      maximum: MAX_DAYS,
    },
    signing: {
      type: 'boolean',
      description: 'true or false; true signs the daily heads of the hash chains with a key of its own',
      default: false,
    },
    selfVerification: {
      type: 'boolean',
      description:
        'true or false; true reads once a day what was archived, and holds it against the manifest',
      default: true,
    },
  },
} as const;

/** How the archive is kept, from the context's `archive`. */
export interface ArchiveSettings {
  /** Whether it is encrypted with a KMS key of its own. @default false */
  readonly createKmsKey: boolean;
  /** ARN of the KMS key that encrypts it. @default - S3 encrypts with its own keys */
  readonly kmsKeyArn?: string;
  /** Keeps events from being deleted or replaced, for so many days. @default - nothing is locked */
  readonly objectLock?: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly days: number };
  /** Days until events are deleted. @default - nothing expires */
  readonly expireAfterDays?: number;
  /** Whether a key of its own signs the daily heads of the hash chains. @default false */
  readonly signing: boolean;
  /** Whether a function verifies once a day that nothing in it was changed. @default true */
  readonly selfVerification: boolean;
}
