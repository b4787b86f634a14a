import { devNull } from 'node:os';

/** The account of the endpoint; no AWS account has this number. */
export const ACCOUNT_ID = '000000000000';

/** The region of the endpoint. */
export const REGION = 'us-east-1';

/** Readable name of that region, as CloudWatch writes it into notifications. */
export const REGION_LABEL = 'US East (N. Virginia)';

export function localArn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
}

/**
 * Environment variables that send every client of the AWS SDK to one endpoint and nowhere else (AWS SDKs and Tools
 * Reference Guide, "Settings reference"). They are meant to be laid over the caller's own environment: each variable
 * that could lead elsewhere is set, if need be to an empty value.
 */
export function sdkEnvironment(url: string, accessKeyId = 'LOCALACCESSKEY'): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ENDPOINT_URL_S3: url,
    AWS_ENDPOINT_URL_DYNAMODB: url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
    AWS_ENDPOINT_URL_CLOUDWATCH: url,
    AWS_ENDPOINT_URL_CLOUDFORMATION: url,
    AWS_ENDPOINT_URL_LAMBDA: url,
    AWS_ENDPOINT_URL_SNS: url,
    AWS_ENDPOINT_URL_STS: url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: url,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
    AWS_USE_FIPS_ENDPOINT: 'false',
    AWS_USE_DUALSTACK_ENDPOINT: 'false',
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'local-only',
    AWS_SESSION_TOKEN: '',
    AWS_PROFILE: '',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Silences the AWS SDK's warning that support for Node.js 20 will end; the deployed function runs on a later one. */
export const NO_NODE_VERSION_WARNING = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } as const;
