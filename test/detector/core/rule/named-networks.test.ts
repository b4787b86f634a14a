import { applyBatch } from '../../../../lambdas/detector/core/group/apply-batch';
import type { GroupState } from '../../../../lambdas/detector/core/group/group-state';
import { EMPTY_STATE } from '../../../../lambdas/detector/core/group/group-state';
import { matchEvents } from '../../../../lambdas/detector/core/group/match-events';
import type { NamedNetworks } from '../../../../lambdas/detector/core/rule/named-networks';
import { withNamedNetworks } from '../../../../lambdas/detector/core/rule/named-networks';
import { parseTuning } from '../../../../lambdas/detector/core/rule/tuning';
import { actionFromNewAddress } from '../../../../lambdas/detector/rules/action-from-new-address';
import { manyDeletes } from '../../../../lambdas/detector/rules/many-deletes';
import { newKindOfAction } from '../../../../lambdas/detector/rules/new-kind-of-action';
import { archivedEvent, from, NINE_S } from '../../archived';

const DAY_S = 86_400;
const OFFICES = { Offices: ['198.51.100.0/24', '203.0.112.0/22', '2001:db8::/32'] };

interface Login {
  readonly day: number;
  readonly address: string;
  readonly name?: string;
}

/** What alice's logins, one object each, leave of her state, and the new values that they raise alerts for. */
function after(logins: readonly Login[], networks: NamedNetworks, before = EMPTY_STATE) {
  const parsed = parseTuning({ networks }, [actionFromNewAddress, newKindOfAction], 'detection');
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join('\n'));
  const raised: (string | undefined)[] = [];
  let state: GroupState = before;
  for (const [place, { day, address, name = 'Login Successful' }] of logins.entries()) {
    const event = archivedEvent({
      p_row_id: `netskope:${day}-${place}`,
      timestamp: NINE_S + day * DAY_S,
      audit_log_event: name,
      ...from(address),
    });
    for (const batch of matchEvents([event], parsed.tuning.rules, 'object').batches) {
      const applied = applyBatch(state, batch);
      ({ state } = applied);
      for (const { cause } of applied.raised) raised.push(...(cause?.rows ?? []).map(({ value }) => value));
    }
  }
  return { state, raised };
}

const LEARNED = [
  { day: 0, address: '198.51.100.17' },
  { day: 1, address: '192.0.2.8' },
];

test('a login from another network of the same name is none from a new one', () => {
  const later = [
    { day: 20, address: '203.0.113.44' },
    { day: 21, address: '2001:db8:77::1' },
    { day: 22, address: '203.0.116.1' },
  ];
  expect(after([...LEARNED, ...later], OFFICES).raised).toEqual(['203.0.116.0/24']);
  expect(after([...LEARNED, ...later], {}).raised).toEqual([
    '203.0.113.0/24',
    '2001:db8:77::/48',
    '203.0.116.0/24',
  ]);
});

test('an alert names a network that is new as it is named', () => {
  const learned = [
    { day: 0, address: '192.0.2.8' },
    { day: 1, address: '192.0.3.8' },
  ];
  expect(after([...learned, { day: 20, address: '198.51.100.17' }], OFFICES).raised).toEqual(['Offices']);
});

test('networks that were learned before they had a name are known by it', () => {
  const { state } = after(LEARNED, {});
  expect(after([{ day: 20, address: '203.0.113.44' }], OFFICES, state).raised).toEqual([]);
});

test('what is new besides networks stays as it is', () => {
  const tagged = after([{ day: 0, address: '198.51.100.17', name: 'Deleted tag' }], OFFICES);
  expect(tagged.state.known?.values.map(({ value }) => value)).toEqual(['Offices', 'deleted tag']);
});

test('a rule that is not about new values stays as it is, and so does each without names', () => {
  expect(withNamedNetworks(manyDeletes, OFFICES)).toBe(manyDeletes);
  expect(withNamedNetworks(actionFromNewAddress, {})).toBe(actionFromNewAddress);
});

test('an event without a value has none', () => {
  const { novelty } = withNamedNetworks(actionFromNewAddress, OFFICES);
  expect(novelty?.valueOf(archivedEvent({ audit_log_event: 'Deleted tag' }))).toBeUndefined();
});
