import { describeError } from '../../../lib/cli/errors/describe-error';
import { ExitCode, OperatorError } from '../../../lib/cli/errors/operator-error';

test('an error for the operator is told as it is, without a stack', () => {
  const error = new OperatorError({ what: 'It rains.', whatToDo: 'Wait.', exitCode: ExitCode.Finding });
  expect(describeError(error)).toEqual({ what: 'It rains.', whatToDo: 'Wait.', exitCode: 3 });
});

test('an error that nobody expected is a bug: it is told with its stack, and without its fields', () => {
  const error = Object.assign(new TypeError('x is undefined'), { request: { token: 'a-secret-token' } });
  const inWords = describeError(error);
  expect(inWords.what).toBe('This is a bug of netskope-audit: TypeError: x is undefined');
  expect(inWords.exitCode).toBe(1);
  expect(inWords.stack).toContain('describe-error.test.ts');
  expect(JSON.stringify(inWords)).not.toContain('a-secret-token');
});

test('what is thrown and is no error is not shown, for nobody knows what it holds', () => {
  const inWords = describeError({ token: 'a-secret-token' });
  expect(inWords.what).toBe(
    'This is a bug of netskope-audit: Error: a value that is no error was thrown: object',
  );
  expect(JSON.stringify(inWords)).not.toContain('a-secret-token');
});

test('an AWS error behind an error of the collector is told instead of it', () => {
  const cause = Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });
  const inWords = describeError(new Error('the checkpoint could not be read', { cause }));
  expect(inWords.what).toBe('No usable AWS credentials were found: Could not load credentials');
  expect(inWords.stack).toBeUndefined();
});
