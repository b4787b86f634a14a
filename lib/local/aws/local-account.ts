/** The account the endpoint plays; no AWS account has this number. */
export const ACCOUNT_ID = '000000000000';

/** The region the endpoint plays. */
export const REGION = 'us-east-1';

/** Name of that region for people, as CloudWatch writes it into notifications. */
export const REGION_LABEL = 'US East (N. Virginia)';

/** ARN of a resource of that account and region. */
export function localArn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
}
