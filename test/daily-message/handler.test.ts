import { handler } from '../../lambdas/daily-message/handler';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test('a wrongly configured function fails with every problem at once, and not before it is invoked', async () => {
  process.env = { DEPLOYMENT_NAME: '' };
  await expect(handler({ sourceIds: [] })).rejects.toMatchObject({
    name: 'ConfigError',
    message: [
      'environment variable DEPLOYMENT_NAME is empty; expected the name of a deployment',
      'environment variable CHECKPOINT_TABLE is not set; expected a table name',
      'environment variable ALARM_TOPIC_ARN is not set; expected the ARN of a topic',
      'environment variable ARCHIVE_BUCKET is not set; expected a bucket name',
    ].join('\n'),
  });
});

test.each([undefined, {}, { sourceIds: 'corp' }, { sourceIds: [1] }])(
  'an input without sources fails, without any call: %j',
  async (event) => {
    process.env = {
      DEPLOYMENT_NAME: 's',
      ARCHIVE_BUCKET: 'b',
      CHECKPOINT_TABLE: 'c',
      ALARM_TOPIC_ARN: 'a',
      AWS_REGION: 'us-east-1',
    };
    await expect(handler(event)).rejects.toMatchObject({
      name: 'ConfigError',
      message: 'input has no sourceIds; expected a list of source ids',
    });
  },
);
