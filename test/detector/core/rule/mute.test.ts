import { MUTES_ID } from '../../../../lambdas/contract/storage/detection-table';
import type { GroupState } from '../../../../lambdas/detector/core/group/group-state';
import type { Mute } from '../../../../lambdas/detector/core/rule/mute';
import { readMutes, withMutes } from '../../../../lambdas/detector/core/rule/mute';
import { archivedEvent } from '../../archived';
import { exampleRule } from '../../example-rule';
import { DetectorInMemory } from '../detector-in-memory';

const MUTE = { id: 'mute-1', user: 'alice@*', until: '2026-11-22', because: 'migration' };

function read(state?: unknown) {
  const detector = new DetectorInMemory();
  if (state !== undefined) detector.stored.set(MUTES_ID, { state: state as GroupState, version: 3 });
  return readMutes(detector.depsWith().states);
}

test('the mutes are read with their version', async () => {
  expect(await read({ mutes: [MUTE] })).toEqual({ state: { mutes: [MUTE] }, version: 3 });
});

test('before the first mute there are none', async () => {
  expect(await read()).toEqual({ state: { mutes: [] }, version: 0 });
});

test('of wrong mutes everything that is wrong is said', async () => {
  await expect(read({ mutes: ['all', { ...MUTE, id: 7 }] })).rejects.toMatchObject({
    name: 'StateError',
    message:
      'the mutes, item #mutes, are wrong: mutes[0] is "all"; expected an object; mutes[1].id is 7; expected the id of a mute',
  });
});

describe('which events do not count', () => {
  const rules = [exampleRule({ id: 'one' }), exampleRule({ id: 'two' })];
  const alice = archivedEvent();
  const bogdan = archivedEvent({ user: 'bogdan@corp.example', ur_normalized: '' });

  /** Ids of the rules that do not count the event. */
  function excluding(event: typeof alice, mutes: readonly Mute[]): readonly string[] {
    const tuning = withMutes({ rules, anonymousUsers: new Set() }, { mutes });
    return tuning.rules.filter((tuned) => tuned.excludes(event)).map(({ rule }) => rule.id);
  }

  test('those of a muted rule', () => {
    expect(excluding(alice, [{ ...MUTE, rule: 'one' }])).toEqual(['one']);
  });

  test('of a mute without a rule, those of all', () => {
    expect(excluding(alice, [MUTE])).toEqual(['one', 'two']);
    expect(excluding(bogdan, [MUTE])).toEqual([]);
  });

  test('also those that the settings exclude', () => {
    const excluded = { ...exampleRule(), excludes: () => true };
    const tuning = { rules: [excluded], anonymousUsers: new Set(['5f4dcc3b']) };
    const muted = withMutes(tuning, { mutes: [MUTE] });
    expect(muted.rules[0]?.excludes(bogdan)).toBe(true);
    expect(muted.anonymousUsers).toBe(tuning.anonymousUsers);
  });

  test('without any mute, the rules stay as they are', () => {
    const tuning = { rules, anonymousUsers: new Set<string>() };
    expect(withMutes(tuning, { mutes: [] })).toBe(tuning);
  });
});
