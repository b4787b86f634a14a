import { letsThrough, weakeningsIn } from '../../../../lambdas/detector/core/event/policy-strength';
import type { Change } from '../../../../lambdas/shared/changes';
import { archivedEvent } from '../../archived';

type Fields = Readonly<Record<string, unknown>>;

/** An event with these changes, of a policy unless its fields say otherwise. */
function edit(changes: readonly Change[], different: Fields = {}) {
  const event = archivedEvent({ audit_log_event: 'Edited inline policy', ...different });
  return {
    name: event.name,
    supportingData: event.supportingData,
    targets: event.targets,
    changes,
  };
}

function words(path: string, before: unknown, after: unknown): readonly string[] {
  return weakeningsIn(edit([{ object: 'P', path, before, after }])).map((weakening) => weakening.words);
}

const policyNamed = (...data_values: readonly string[]) => ({
  supporting_data: { data_type: 'policy', data_values },
});

/** A change that switches something off. */
function off(object = '', type?: string): Change {
  return {
    object,
    ...(type === undefined ? {} : { type }),
    path: 'status',
    before: 'enabled',
    after: 'disabled',
  };
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
  ['decrypt', 'Do Not Decrypt'],
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
    weakeningsIn(
      edit([
        { object: 'One', path: 'status', before: true, after: false },
        { object: 'Two', path: 'name', before: 'a', after: 'b' },
        { object: 'Three', path: 'action', before: 'block', after: 'allow' },
      ]),
    ),
  ).toEqual([
    { object: 'One', words: 'status changed from true to false' },
    { object: 'Three', words: 'action changed from block to allow' },
  ]);
});

describe('what is switched off is weaker only if it is a policy', () => {
  const elsewhere = { audit_log_event: 'Something edited' };

  test.each<[string, string | undefined, Fields]>([
    ['the name of the event', undefined, { audit_log_event: 'Edited Next Gen CASB API policies' }],
    ['the type of the record', 'Inline Policy', elsewhere],
    ['the type of the values', undefined, { ...elsewhere, ...policyNamed('P') }],
  ])('as %s says', (_where, type, different) => {
    expect(weakeningsIn(edit([off('P', type)], different))).toHaveLength(1);
  });

  test.each<[string, string | undefined, Fields]>([
    ['an administrator', 'Admin', { audit_log_event: 'Edit admin record' }],
    ['a report', 'Report', { audit_log_event: 'Edited scheduled report' }],
    ['nobody knows what', undefined, elsewhere],
  ])('and not if it is %s', (_what, type, different) => {
    expect(weakeningsIn(edit([off('P', type)], different))).toEqual([]);
  });
});

describe('a policy that lets traffic through is not missed when it is off', () => {
  test.each([
    'Allow HR portal',
    'Allow Notion',
    'allow-list of partners',
    'Permit backups',
    'Bypass video calls',
    'Exempted hosts',
    'Exceptions for finance',
    'Whitelisted sites',
  ])('by its name: %s', (name) => {
    expect(weakeningsIn(edit([off(name)]))).toEqual([]);
    expect(weakeningsIn(edit([off()], policyNamed(name)))).toEqual([]);
  });

  test.each([
    'Payment cards',
    'Disallow uploads',
    'Block what is not allowed',
    'Allow only managed devices',
    'Do not allow uploads',
    'Never allow Tor',
    'No permit, no upload',
    'Deny all, except backups',
    'Scan allowed downloads',
    'Threats in allowed apps',
  ])('unless its name says more: %s', (name) => {
    expect(weakeningsIn(edit([off(name)]))).toHaveLength(1);
    expect(weakeningsIn(edit([off()], policyNamed(name)))).toHaveLength(1);
  });

  test('if several are named, all must let through', () => {
    expect(weakeningsIn(edit([off()], policyNamed('Allow A', 'Allow B')))).toEqual([]);
    expect(weakeningsIn(edit([off()], policyNamed('Allow A', 'B')))).toHaveLength(1);
  });

  test('its action counts more than its name, the strongest that it had', () => {
    const action = (before: unknown, after?: unknown): Change => ({
      object: 'Allow HR portal',
      path: 'data.action_name',
      before,
      after,
    });
    const offToo = (...actions: readonly Change[]) =>
      weakeningsIn(edit([off('Allow HR portal'), ...actions])).map((weakening) => weakening.words);
    expect(offToo(action('block'))).toEqual(['status changed from enabled to disabled']);
    expect(offToo(action('allow'))).toEqual([]);
    expect(offToo(action(undefined, 'block'))).toEqual(['status changed from enabled to disabled']);
    expect(offToo(action('allow', 'block'))).toEqual([]);
    expect(offToo(action('allow'), { ...action('coach'), path: 'other.action' })).toHaveLength(1);
    expect(offToo({ ...action('block'), object: 'Another' })).toEqual([]);
    expect(
      weakeningsIn(edit([off('Payment cards'), { ...action('allow'), object: 'Payment cards' }])),
    ).toEqual([]);
  });

  test('of an event all of whose policies let through, less passes without them', () => {
    const deleted = (object: string, before: string): Change => ({ object, path: 'action', before });
    expect(letsThrough(edit([deleted('A', 'allow'), deleted('B', 'bypass')]))).toBe(true);
    expect(letsThrough(edit([deleted('A', 'allow'), deleted('B', 'block')]))).toBe(false);
    expect(letsThrough(edit([], policyNamed('Allow HR portal')))).toBe(true);
    expect(letsThrough(edit([], policyNamed('Payment cards')))).toBe(false);
    expect(letsThrough(edit([]))).toBe(false);
  });

  test('of very many changes, each is read once', () => {
    const many = Array.from({ length: 50_000 }, (_, place) => off(`Allow ${place}`));
    expect(weakeningsIn(edit(many))).toEqual([]);
  });
});
