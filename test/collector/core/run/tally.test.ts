import type { AlreadyStored } from '../../../../lambdas/collector/core/page/already-stored';
import { validatePage } from '../../../../lambdas/collector/core/page/validated-page';
import type { StoredPage } from '../../../../lambdas/collector/core/protocol/commit-page';
import { NO_COUNTS, Tally } from '../../../../lambdas/collector/core/run/tally';
import { AUDIT_FEED } from '../../../../lambdas/contract/feed/audit';
import { NOW_S } from '../../../pipeline';
import { login, pageOf } from '../../audit-events';

const NONE: AlreadyStored = {
  earlier: new Set(),
  unfinished: new Set(),
  conflicting: new Set(),
  emptyHours: new Set(),
  uncounted: [],
  foreign: [],
};
const DRIFTED = { severity_level: '2' };
/** Two of its three events drift; one stands twice in it, and two more differ under one `_id`. */
const PAGE: StoredPage = {
  call: { operation: 'next' },
  askedAtMs: NOW_S * 1000,
  validated: {
    ...validatePage(
      AUDIT_FEED,
      pageOf(
        [login('e1', NOW_S), login('e2', NOW_S, DRIFTED), login('e3', NOW_S, DRIFTED)].map((event) =>
          JSON.stringify(event),
        ),
      ),
    ),
    repeated: 1,
    conflicting: 2,
  },
  alreadyStored: NONE,
  keptPages: 0,
  bytesIn: 700,
  bytesOut: 300,
};
const TOTALS = { archived: 3, quarantined: 4, drifted: 2 };

test('a run that has done nothing counts nothing', () => {
  expect(new Tally().counts).toEqual({
    pages: 0,
    archived: 0,
    quarantined: 0,
    drifted: 0,
    duplicatesDropped: 0,
    conflictingIds: 0,
    drift: {},
    bytesIn: 0,
    bytesOut: 0,
  });
});

test('pages add up: what they added to the totals, what was dropped, what deviated, and their bytes', () => {
  const tally = new Tally();
  tally.addPage(PAGE, TOTALS);
  tally.addPage(PAGE, TOTALS);
  expect(tally.counts).toEqual({
    pages: 2,
    archived: 6,
    quarantined: 8,
    drifted: 4,
    duplicatesDropped: 2,
    conflictingIds: 4,
    drift: { 'severity_level string': 4 },
    bytesIn: 1_400,
    bytesOut: 600,
  });
});

test('an event that was stored before is a duplicate, and its deviations were counted then', () => {
  const tally = new Tally();
  const alreadyStored = { ...NONE, earlier: new Set([1]), conflicting: new Set([0]) };
  tally.addPage({ ...PAGE, alreadyStored }, TOTALS);
  expect(tally.counts).toMatchObject({
    duplicatesDropped: 2,
    conflictingIds: 3,
    drift: { 'severity_level string': 1 },
  });
});

test('a page that was given up counts as many in quarantine as answers were kept', () => {
  const tally = new Tally();
  tally.addPage(PAGE, TOTALS);
  const kept = { events: 0, sha256: 'ab12' };
  tally.addGivenUpPage(50, [
    { ...kept, key: 'quarantine/pages/a.page', bytes: 40 },
    { ...kept, key: 'quarantine/pages/b.page', bytes: 8 },
  ]);
  expect(tally.counts).toMatchObject({ pages: 2, archived: 3, quarantined: 6, bytesIn: 750, bytesOut: 348 });
});

test('two runs count apart', () => {
  new Tally().addPage(PAGE, TOTALS);
  expect(new Tally().counts).toBe(NO_COUNTS);
  expect(NO_COUNTS.drift).toEqual({});
});
