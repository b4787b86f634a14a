import { weakeningsIn } from '../../../../lambdas/detector/core/event/policy-strength';

function words(path: string, before: unknown, after: unknown): readonly string[] {
  return weakeningsIn([{ object: 'P', path, before, after }]).map((weakening) => weakening.words);
}

test.each([
  ['block', 'allow'],
  ['block', 'alert'],
  ['block', 'useralert'],
  ['Quarantine', 'allow'],
  ['isolate', 'bypass'],
  ['legal_hold', 'alert'],
  ['User Alert', 'allow'],
  ['alert', 'none'],
])('an action that goes from %s to %s is weaker', (before, after) => {
  expect(words('data.match_criteria_action.action_name', before, after)).toEqual([
    `action_name changed from ${before} to ${after}`,
  ]);
});

test.each([
  ['allow', 'block'],
  ['alert', 'block'],
  ['block', 'block'],
  ['block', 'quarantine'],
  ['allow', 'bypass'],
  ['block', 'something new'],
  ['something old', 'allow'],
  ['block', 'constructor'],
  [undefined, 'allow'],
  ['block', undefined],
  ['block', ''],
])('an action that goes from %s to %s is not weaker', (before, after) => {
  expect(words('action_name', before, after)).toEqual([]);
});

test('an action inside a value counts, the strongest of several', () => {
  expect(words('match_criteria_action', { action_name: 'block' }, { action_name: 'alert' })).toEqual([
    'match_criteria_action changed from block to alert',
  ]);
  expect(
    words('rules', [{ action: 'alert' }, { action: 'block' }], [{ action: 'alert' }, { action: 'allow' }]),
  ).toEqual(['rules changed from block to alert']);
  expect(words('rules', [{ action: 'allow' }, { action: 'block' }], [{ action: 'block' }])).toEqual([]);
});

test('in a value, only the action field counts, and a value that is not a record has no action', () => {
  const noAction = { profile: 'block', action_name: 'alert' };
  expect(words('rule', noAction, { action_name: 'alert' })).toEqual([]);
  expect(words('rules', [null, 'block', { action: 'block' }], [{ action: 'allow' }])).toEqual([
    'rules changed from block to allow',
  ]);
});

test.each([
  ['status', true, false],
  ['enabled', '1', '0'],
  ['is_enabled', 1, 0],
  ['state', 'Enabled', 'Disabled'],
  ['state', ' enabled', 'disabled '],
  ['data.active', 'on', 'off'],
])('%s from %p to %p is switched off', (path, before, after) => {
  expect(words(path, before, after)).toHaveLength(1);
});

test.each([
  ['status', false, true],
  ['status', 'pending', 'disabled'],
  ['status', true, undefined],
  ['name', 'enabled', 'disabled'],
  ['status', ['enabled'], ['disabled']],
])('%s from %p to %p is not switched off', (path, before, after) => {
  expect(words(path, before, after)).toEqual([]);
});

test.each([
  [['PCI'], undefined, ['dlp_profile removed']],
  [['PCI'], [], ['dlp_profile removed']],
  ['PCI', '', ['dlp_profile removed']],
  ['PCI', ' ', ['dlp_profile removed']],
  ['PCI', null, ['dlp_profile removed']],
  [{ id: 1 }, {}, ['dlp_profile removed']],
  [['PCI'], ['GDPR'], []],
  [[], undefined, []],
  [undefined, ['PCI'], []],
  [null, undefined, []],
])('a DLP profile that goes from %j to %j', (before, after, expected) => {
  expect(words('data.dlp_profile', before, after)).toEqual(expected);
});

test('each weakening keeps its policy, in the order of the changes', () => {
  expect(
    weakeningsIn([
      { object: 'One', path: 'status', before: true, after: false },
      { object: 'Two', path: 'name', before: 'a', after: 'b' },
      { object: 'Three', path: 'action', before: 'block', after: 'allow' },
    ]),
  ).toEqual([
    { object: 'One', words: 'status changed from true to false' },
    { object: 'Three', words: 'action changed from block to allow' },
  ]);
});
