/** The account of the endpoint; no AWS account has this number. */
export const ACCOUNT_ID = '000000000000';

/** The region of the endpoint. */
export const REGION = 'us-east-1';

/** Readable name of that region, as CloudWatch writes it into notifications. */
export const REGION_LABEL = 'US East (N. Virginia)';

export function localArn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
}
