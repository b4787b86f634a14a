import type { StoredPage } from '../../../../lambdas/collector/core/protocol/commit-page';
import { NO_COUNTS, Tally } from '../../../../lambdas/collector/core/run/tally';
import { NOW_S } from '../../../pipeline';
import { login, NOTHING_STORED, validated } from '../../audit-events';

const DRIFTED = { severity_level: '2' };
/** Two of its three events drift; one stands twice in it. */
const PAGE: StoredPage = {
  call: { operation: 'next' },
  askedAtMs: NOW_S * 1000,
  validated: {
    ...validated(login('e1', NOW_S), login('e2', NOW_S, DRIFTED), login('e3', NOW_S, DRIFTED)),
    repeated: 1,
  },
  alreadyStored: NOTHING_STORED,
  keptPages: 0,
  bytesIn: 700,
  bytesOut: 300,
};
const TOTALS = { archived: 3, quarantined: 4, drifted: 2, editions: 1, conflicting: 2 };

test('a run that has done nothing counts nothing', () => {
  expect(new Tally().counts).toEqual({
    pages: 0,
    archived: 0,
    quarantined: 0,
    drifted: 0,
    duplicatesDropped: 0,
    editions: 0,
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
    editions: 2,
    conflictingIds: 4,
    drift: { 'severity_level string': 4 },
    bytesIn: 1_400,
    bytesOut: 600,
  });
});

test('an event that was stored before is a duplicate, and its deviations were counted then', () => {
  const tally = new Tally();
  const alreadyStored = { ...NOTHING_STORED, earlier: new Set([1]) };
  tally.addPage({ ...PAGE, alreadyStored }, TOTALS);
  expect(tally.counts).toMatchObject({
    duplicatesDropped: 2,
    conflictingIds: 2,
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
