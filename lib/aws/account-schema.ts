import { STACK_NAME, STACK_NAME_PATTERN } from '../../lambdas/contract/deployment/deployment-outputs';

/** Tags of a resource, those of AWS aside (AWS General Reference, "Tag naming limits and requirements"). */
const MAX_TAGS = 50;

/** What CloudWatch Logs accepts (Amazon CloudWatch Logs API reference, PutRetentionPolicy). */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** Subnets and security groups of a function (AWS Lambda API reference, VpcConfig). */
const MAX_SUBNETS = 16;
const MAX_SECURITY_GROUPS = 5;
/** So that they fit into the 4 KB of all variables of a function (AWS Lambda developer guide, "Quotas"). */
const MAX_HOSTS = 20;

const NETWORK = {
  type: 'object',
  description: 'an object with subnetIds and securityGroupIds of the VPC that the functions are to be in',
  required: ['subnetIds', 'securityGroupIds'],
  additionalProperties: false,
  properties: {
    subnetIds: idsOf('subnet', 'subnets', MAX_SUBNETS),
    securityGroupIds: idsOf('sg', 'security groups', MAX_SECURITY_GROUPS),
    httpsProxy: {
      type: 'string',
      description:
        'the address of a proxy, without user and password, such as http://proxy.example.com:3128; the functions call Netskope and AWS through it',
      pattern: '^https?://[A-Za-z0-9.-]+(:\\d{1,5})?$',
    },
    noProxy: {
      type: 'array',
      description: `a list of at most ${MAX_HOSTS} different hosts that are called without httpsProxy`,
      maxItems: MAX_HOSTS,
      uniqueItems: true,
      items: {
        type: 'string',
        description:
          'a host name, or one with a dot before it for all below it, such as .eu-central-1.amazonaws.com',
        pattern: '^\\.?[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*$',
      },
    },
  },
} as const;

/** JSON Schema of a list of ids of one kind. */
function idsOf(prefix: string, kind: string, maxItems: number) {
  const example = `${prefix}-0123456789abcdef0`;
  return {
    type: 'array',
    description: `a list of 1 to ${maxItems} different ids of ${kind}, such as ${example}`,
    minItems: 1,
    maxItems,
    uniqueItems: true,
    items: {
      type: 'string',
      description: `an id such as ${example}`,
      pattern: `^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`,
    },
  } as const;
}

/** JSON Schema of the settings by which a deployment fits into an account, with their defaults. */
export const ACCOUNT_SETTINGS = {
  stackName: {
    type: 'string',
    description:
      'letters and digits, 16 at most, a letter first, not ending in Sources and a number; two deployments in one account and region need names that differ in more than upper and lower case',
    default: STACK_NAME,
    pattern: STACK_NAME_PATTERN.source,
  },
  tags: {
    type: 'object',
    description: `an object with at most ${MAX_TAGS} tags of every resource, such as {"cost-center": "4711"}`,
    default: {},
    maxProperties: MAX_TAGS,
    propertyNames: {
      type: 'string',
      description: '1 to 128 letters, digits, spaces and _ . : / = + - @, not beginning with aws:',
      pattern: '^(?![aA][wW][sS]:)[\\p{L}\\p{N} _.:/=+@-]{1,128}$',
    },
    additionalProperties: {
      type: 'string',
      description: 'a text of at most 256 letters, digits, spaces and _ . : / = + - @',
      pattern: '^[\\p{L}\\p{N} _.:/=+@-]{0,256}$',
    },
  },
  permissionsBoundary: {
    type: 'string',
    description:
      'the name or the ARN of a managed policy, which becomes the permissions boundary of every role',
    pattern: '^(arn:aws[a-z-]*:iam::(\\d{12}|aws):policy/)?([\\w+=,.@-]+/)*[\\w+=,.@-]{1,128}$',
  },
  logRetentionDays: {
    type: 'integer',
    description: `one of ${LOG_RETENTION_DAYS.join(', ')}`,
    default: 90,
    enum: LOG_RETENTION_DAYS,
  },
  network: NETWORK,
} as const;

/** Where in a VPC the functions are, from the context's `network`. */
export interface NetworkSettings {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** Address of the proxy that leads to Netskope and AWS. @default - the functions call them directly */
  readonly httpsProxy?: string;
  /** Hosts that are called without the proxy. @default - none */
  readonly noProxy?: readonly string[];
}

/** Settings by which a deployment fits into an account. */
export interface AccountSettings {
  /** Name of the pipeline's stack; every fixed name of the deployment begins with it. */
  readonly stackName: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Name or ARN of a managed policy. @default - roles have no boundary */
  readonly permissionsBoundary?: string;
  /** How long the logs of the functions are kept. @default 90 */
  readonly logRetentionDays: number;
  /** Where the functions are. @default - in no VPC */
  readonly network?: NetworkSettings;
}
