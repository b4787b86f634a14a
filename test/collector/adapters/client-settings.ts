import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { LocalAws } from '../../../lib/local/aws/local-aws';

/** Settings of an SDK client that talks to the embedded endpoint and never retries. */
export function clientSettings({ url }: LocalAws) {
  return {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'TEST', secretAccessKey: 'test' },
    maxAttempts: 1,
  } satisfies S3ClientConfig;
}
