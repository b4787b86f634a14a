import {
  AlertError,
  BatchError,
  StateError,
  UnfinishedObjectError,
} from '../../../lambdas/detector/core/errors';
import { ArchiveError, ConfigError, MetricsError } from '../../../lambdas/shared/errors';

test.each([
  ['ArchiveError: no such object', () => new ArchiveError('no such object')],
  ['StateError: no such table', () => new StateError('no such table')],
  ['AlertError: no such topic', () => new AlertError('no such topic')],
  ['MetricsError: refused', () => new MetricsError('refused')],
  ['BatchError: none is done', () => new BatchError('none is done')],
  ['ConfigError: TOPIC is not set', () => new ConfigError(['TOPIC is not set'])],
  [
    'UnfinishedObjectError: object o1 was evaluated except for 2 problems: one; two',
    () => new UnfinishedObjectError('o1', ['one', 'two']),
  ],
])('the log shows %s', (logged, error) => {
  expect(String(error())).toBe(logged);
});

test('all wrong settings are reported at once, one per line', () => {
  expect(new ConfigError(['TOPIC is not set', 'TABLE is not set']).message).toBe(
    'TOPIC is not set\nTABLE is not set',
  );
});

test('an unfinished object names the first five of many problems, and says how many there are', () => {
  const { message } = new UnfinishedObjectError('o1', ['1', '2', '3', '4', '5', '6', '7']);
  expect(message).toBe('object o1 was evaluated except for 7 problems: 1; 2; 3; 4; 5');
});
