import { isAboutBypass, isChange } from '../../../../lambdas/detector/core/event/event-names';

test.each([
  ['Update default actions for inline policies', true],
  ['Login Successful', false],
  ['Edit admin record failed', false],
])('"%s" changes the configuration: %p', (name, isOne) => {
  expect(isChange({ name })).toBe(isOne);
});

test.each([
  ['Exception Configuration', true],
  ['Edited do not decrypt rule', true],
  ['Edited inline policy', false],
])('"%s" is about traffic that is not inspected: %p', (name, isOne) => {
  expect(isAboutBypass({ name })).toBe(isOne);
});
