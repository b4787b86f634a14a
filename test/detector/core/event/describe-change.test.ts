import { describeChange } from '../../../../lambdas/detector/core/event/describe-change';
import type { Change } from '../../../../lambdas/shared/changes';

test.each<[string, Partial<Change>, string]>([
  ['a text', { before: 'block', after: 'allow' }, '"DLP cards": action.name block -> allow'],
  ['a value that is no text', { before: ['PCI'], after: null }, '"DLP cards": action.name ["PCI"] -> null'],
  ['what was added', { after: true }, '"DLP cards": action.name added true'],
  ['what was removed', { before: true }, '"DLP cards": action.name removed true'],
  ['only the object, if no more is known', {}, '"DLP cards"'],
  ['no object, if it is unknown', { object: '', before: 1, after: 2 }, 'action.name 1 -> 2'],
  ['no path, if it is unknown', { path: '', before: 1, after: 2 }, '"DLP cards": 1 -> 2'],
])('a change in one line has %s', (_what, different, line) => {
  expect(describeChange({ object: 'DLP cards', path: 'data.match.rule.action.name', ...different })).toBe(
    line,
  );
});
