import { handler } from '../../lambdas/verifier/handler';

const CONTEXT = { getRemainingTimeInMillis: () => 900_000 };

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test('a wrongly configured function fails with every problem at once, and not before it is invoked', async () => {
  process.env = { DEPLOYMENT_NAME: '', EXPIRE_AFTER_DAYS: 'a year' };
  await expect(handler({ sourceIds: [] }, CONTEXT)).rejects.toMatchObject({
    name: 'ConfigError',
    message: [
      'environment variable EXPIRE_AFTER_DAYS is a year; expected a number of days',
      'environment variable DEPLOYMENT_NAME is empty; expected the name of a deployment',
      'environment variable ARCHIVE_BUCKET is not set; expected a bucket name',
      'environment variable CHECKPOINT_TABLE is not set; expected a table name',
    ].join('\n'),
  });
});

test('an input without sources fails, without any call', async () => {
  process.env = { DEPLOYMENT_NAME: 's', ARCHIVE_BUCKET: 'b', CHECKPOINT_TABLE: 'c', AWS_REGION: 'us-east-1' };
  await expect(handler({}, CONTEXT)).rejects.toMatchObject({
    name: 'ConfigError',
    message: 'input has no sourceIds; expected a list of source ids',
  });
});
