import { FAILED_RULE } from '../../../../lambdas/detector/core/rule/failed-rule';
import { archivedEvent } from '../../archived';

test('no event raises the alert about a failed rule by itself, and no setting excludes it', () => {
  const event = archivedEvent();
  expect(FAILED_RULE.rule.matches(event)).toBe(false);
  expect(FAILED_RULE.excludes(event)).toBe(false);
});
