import { handler } from '../../lambdas/collector/handler';

const CONTEXT = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 600_000 };

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test('a wrongly configured function fails with every problem at once, and not before it is invoked', async () => {
  process.env = { REQUEST_TIMEOUT_MS: 'soon' };
  await expect(handler({ sourceId: 'netskope' }, CONTEXT)).rejects.toMatchObject({
    name: 'ConfigError',
    message: [
      'environment variable ARCHIVE_BUCKET is not set; expected a bucket name',
      'environment variable CHECKPOINT_TABLE is not set; expected a table name',
      'environment variable SECRET_NAME_PREFIX is not set; expected what precedes the source id in a secret name',
      'environment variable REQUEST_TIMEOUT_MS is "soon"; expected an integer from 1000 to 600000',
    ].join('\n'),
  });
});

test('an input without a source fails, without any call', async () => {
  process.env = {
    ARCHIVE_BUCKET: 'a',
    CHECKPOINT_TABLE: 'c',
    SECRET_NAME_PREFIX: 's/',
    AWS_REGION: 'us-east-1',
  };
  await expect(handler({}, CONTEXT)).rejects.toMatchObject({
    name: 'ConfigError',
    message:
      'input sourceId is not set; expected lower-case letters, digits and hyphens, 40 at most, a letter first',
  });
});
