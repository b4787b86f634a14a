import { headlineOf } from '../../../../lambdas/detector/core/alert/headline';

const NOTHING = { who: [], addresses: [], changes: [], targets: [] };

test.each([
  [{}, 'Title'],
  [{ who: ['alice'] }, 'Title by alice'],
  [{ who: ['alice', 'Alice'] }, 'Title by alice'],
  [{ who: ['alice'], addresses: ['192.0.2.1'] }, 'Title by alice from 192.0.2.1'],
  [{ who: ['alice'], targets: ['bogdan', 'chiara'] }, 'Title by alice: bogdan and 1 more'],
  [
    { who: ['alice'], targets: ['Cards'], changes: ['"Cards": block -> allow'] },
    'Title by alice: "Cards": block -> allow',
  ],
  [{ addresses: ['192.0.2.1', '192.0.2.2'] }, 'Title from 192.0.2.1 and 1 more'],
  [{ who: ['alice', 'bogdan'] }, 'Title: 2 users'],
  [{ who: ['alice', 'bogdan', 'ALICE'], addresses: ['192.0.2.1'] }, 'Title: 2 users from 192.0.2.1'],
  [{ who: Array.from({ length: 20 }, (_, place) => `user ${place}`) }, 'Title: at least 20 users'],
  [{ targets: ['x'.repeat(300)] }, `Title: ${'x'.repeat(193)}`],
])('%j: %s', (lists, headline) => {
  expect(headlineOf('Title', { ...NOTHING, ...lists })).toBe(headline);
});
