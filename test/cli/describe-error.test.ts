import { describeError } from '../../lib/cli/describe-error';
import { ExitCode, OperatorError } from '../../lib/cli/operator-error';

test('an error for the operator is shown unchanged, without a stack', () => {
  const error = new OperatorError({ what: 'It rains.', whatToDo: 'Wait.', exitCode: ExitCode.Finding });
  expect(describeError(error)).toEqual({ what: 'It rains.', whatToDo: 'Wait.', exitCode: 3 });
});

test('an unexpected error is a bug: it is shown with its stack, and without its fields', () => {
  const error = Object.assign(new TypeError('x is undefined'), { request: { token: 'a-secret-token' } });
  const inWords = describeError(error);
  expect(inWords.what).toBe('This is a bug of netskope-audit: TypeError: x is undefined');
  expect(inWords.exitCode).toBe(1);
  expect(inWords.stack).toContain('describe-error.test.ts');
  expect(JSON.stringify(inWords)).not.toContain('a-secret-token');
});

test('a thrown value that is not an error is not shown, because it may contain anything', () => {
  const inWords = describeError({ token: 'a-secret-token' });
  expect(inWords.what).toBe(
    'This is a bug of netskope-audit: Error: a value that is no error was thrown: object',
  );
  expect(JSON.stringify(inWords)).not.toContain('a-secret-token');
});

test('an AWS error inside an error of the collector is shown in its place', () => {
  const cause = Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });
  const inWords = describeError(new Error('the checkpoint could not be read', { cause }));
  expect(inWords.what).toBe('No usable AWS credentials were found: Could not load credentials');
  expect(inWords.stack).toBeUndefined();
});
