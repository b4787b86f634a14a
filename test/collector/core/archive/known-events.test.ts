import { KnownEvents } from '../../../../lambdas/collector/core/archive/known-events';
import type { ValidatedPage } from '../../../../lambdas/collector/core/page/validated-page';
import { validatePage } from '../../../../lambdas/collector/core/page/validated-page';
import { AUDIT_FEED } from '../../../../lambdas/contract/feed/audit';
import { NOW_S } from '../../../pipeline';
import { login, pageOf } from '../../audit-events';

function validated(...events: object[]): ValidatedPage {
  return validatePage(AUDIT_FEED, pageOf(events.map((event) => JSON.stringify(event))));
}

const E1 = login('e1', NOW_S);

test('nothing is known at first', () => {
  expect([...new KnownEvents().among(validated(E1))]).toEqual([]);
});

test('an event that was noted is known wherever it stands in a page', () => {
  const known = new KnownEvents();
  known.add(validated(E1, login('e2', NOW_S)));
  expect([...known.among(validated(login('e3', NOW_S), E1))]).toEqual([1]);
});

test('an event with a known `_id` and other bytes is not known: it is evidence, and looked up', () => {
  const known = new KnownEvents();
  known.add(validated(E1));
  expect([...known.among(validated({ ...E1, count: 2 }))]).toEqual([]);
});
