import fc from 'fast-check';
import type { ArchivedEvent } from '../../../../lambdas/detector/core/event/archived-event';
import { sourceNetworkOf } from '../../../../lambdas/detector/core/event/network';
import { applyBatch } from '../../../../lambdas/detector/core/group/apply-batch';
import type { GroupState } from '../../../../lambdas/detector/core/group/group-state';
import { EMPTY_STATE } from '../../../../lambdas/detector/core/group/group-state';
import { matchEvents } from '../../../../lambdas/detector/core/group/match-events';
import { archivedEvent, from, NINE_S } from '../../archived';
import { exampleRule } from '../../example-rule';

const SEED = 20_261_130;
const RUNS = 500;
const DAY_S = 86_400;

const networks = exampleRule({ novelty: { valueOf: sourceNetworkOf, learningDays: 14 } });
const addresses = exampleRule({
  novelty: { valueOf: sourceNetworkOf, learningDays: 14, learnedSilently: 2, keepsAddress: true },
});

/** A login of alice so many seconds after nine. */
function login(id: string, afterS: number, address: string): ArchivedEvent {
  return archivedEvent({ p_row_id: id, timestamp: NINE_S + afterS, ...from(address) });
}

const morning = [
  login('b', 20, '192.0.2.7'),
  login('a', 10, '192.0.2.1'),
  login('c', 30, '198.51.100.1'),
  login('e', 50, '192.0.2.9'),
  login('d', 40, '192.0.2.8'),
];

function rowIds(rule: typeof networks): readonly (readonly string[])[] {
  return matchEvents(morning, [rule], 'o').batches.map(({ rows }) => rows.map(({ rowId }) => rowId));
}

test('of each value that may be new, an object has its first row only', () => {
  expect(rowIds(networks)).toEqual([['a', 'c']]);
});

test('and its latest, if the rule keeps the latest address', () => {
  expect(rowIds(addresses)).toEqual([['a', 'c', 'e']]);
});

test('all are counted', () => {
  expect(matchEvents(morning, [networks], 'o').counts.get('example-rule')?.matched).toBe(5);
});

test(`the rows that are left out change neither alerts nor what is learned: seed ${SEED}`, () => {
  const someLogins = fc.array(fc.tuple(fc.nat({ max: 3_599 }), fc.nat({ max: 7 }), fc.nat({ max: 3 })), {
    minLength: 1,
    maxLength: 20,
  });
  const days = fc.array(fc.tuple(fc.constantFrom(1, 6, 8, 20, 200), someLogins), { maxLength: 5 });
  fc.assert(
    fc.property(fc.constantFrom(networks, addresses), days, (rule, objects) => {
      let [state, expected]: [GroupState, GroupState] = [EMPTY_STATE, EMPTY_STATE];
      let atS = 0;
      for (const [place, [daysLater, logins]] of objects.entries()) {
        atS += daysLater * DAY_S;
        const events = logins.map(([afterS, network, host], index) =>
          login(`${place}-${index}`, atS + afterS, `203.0.${network}.${host}`),
        );
        const [batch] = matchEvents(events, [rule], `object-${place}`).batches;
        if (batch === undefined) throw new Error('expected a batch');
        const all = events.flatMap((event) => matchEvents([event], [rule], 'o').batches[0]?.rows ?? []);
        state = applyBatch(state, batch).state;
        expected = applyBatch(expected, { ...batch, rows: all }).state;
        expect(state).toEqual(expected);
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
});
