import { handler } from '../../lambdas/detector/handler';

const CONTEXT = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 60_000 };

test.each([{}, null, { Records: [{ messageId: 'm1' }] }, { Records: 'none' }])(
  'an input that is not a batch of SQS messages fails: %j',
  async (event) => {
    await expect(handler(event, CONTEXT)).rejects.toMatchObject({
      name: 'ConfigError',
      message: 'input has no Records with messageId and body; expected a batch of SQS messages',
    });
  },
);

test('a wrongly configured function fails when it is invoked', async () => {
  await expect(handler({ Records: [] }, CONTEXT)).rejects.toMatchObject({ name: 'ConfigError' });
});
