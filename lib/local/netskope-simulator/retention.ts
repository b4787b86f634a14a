/**
 * How long events are kept, in seconds. Netskope keeps them for 90 rolling days unless a tenant bought more (AWS
 * CloudWatch pipelines, Netskope source: range of at most 90 days).
 */
export const RETENTION_S = 90 * 86_400;
