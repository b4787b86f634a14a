import { changesIn } from '../../lambdas/shared/changes';

/** The nesting of Netskope's published event schema. */
const DOCUMENTED = [
  {
    _id: [
      {
        name: 'Logins - Block',
        type: 'Policy',
        id: '560',
        last_modified_by: 'a@corp.example',
        modify_type: 'Edited',
        diff: {
          key: '',
          added: [],
          changed: [
            { key: 'name', value1: 'Old', value2: 'Logins - Block' },
            {
              key: 'data',
              added: [{ key: 'version', value: 2 }],
              changed: [
                {
                  key: 'match_criteria_action',
                  added: [],
                  changed: [{ key: 'action_name', value1: 'block', value2: 'allow' }],
                  deleted: [],
                },
              ],
              deleted: [{ key: 'dlp_profile', value: ['PCI'] }],
            },
          ],
          deleted: [],
        },
      },
    ],
  },
];

test('the documented form is read, with the policy and the place of each change', () => {
  expect(changesIn(DOCUMENTED)).toEqual([
    { object: 'Logins - Block', type: 'Policy', path: 'name', before: 'Old', after: 'Logins - Block' },
    { object: 'Logins - Block', type: 'Policy', path: 'data.version', after: 2 },
    {
      object: 'Logins - Block',
      type: 'Policy',
      path: 'data.match_criteria_action.action_name',
      before: 'block',
      after: 'allow',
    },
    { object: 'Logins - Block', type: 'Policy', path: 'data.dlp_profile', before: ['PCI'] },
  ]);
});

test('the same form as JSON text gives the same result', () => {
  expect(changesIn(JSON.stringify(DOCUMENTED))).toEqual(changesIn(DOCUMENTED));
});

test('changes of two policies keep their policy', () => {
  const record = (name: string) => ({ name, diff: { key: 'status', changed: [true, false] } });
  expect(changesIn([record('One'), record('Two')])).toEqual([
    { object: 'One', path: 'status', before: true, after: false },
    { object: 'Two', path: 'status', before: true, after: false },
  ]);
});

test('a name deeper inside is a value, and not what the change belongs to', () => {
  const inner = { key: 'profile', name: 'inner', value1: 'a', value2: 'b' };
  expect(changesIn({ name: 'P', diff: { key: 'data', changed: [inner] } })).toEqual([
    { object: 'P', path: 'data.profile', before: 'a', after: 'b' },
  ]);
});

test('a value that was deleted and added under the same key was changed', () => {
  expect(
    changesIn({
      name: 'P',
      diff: {
        key: 'data',
        added: [{ key: 'action', value: { action_name: 'allow' } }],
        deleted: [{ key: 'action', value: { action_name: 'block' } }],
      },
    }),
  ).toEqual([
    { object: 'P', path: 'data.action', after: { action_name: 'allow' }, before: { action_name: 'block' } },
  ]);
});

test.each([
  ['in a field', { added: { items: [{ key: 'version', value: 2 }] } }, 'version'],
  [
    'in a record that was added',
    { added: [{ key: 'data', added: [{ key: 'version', value: 2 }] }] },
    'data.version',
  ],
  [
    'in a record that was deleted',
    { deleted: [{ key: 'data', added: [{ key: 'version', value: 2 }] }] },
    'data.version',
  ],
])('an addition %s is found', (_where, details, path) => {
  expect(changesIn(details)).toEqual([{ object: '', path, after: 2 }]);
});

test('two additions under the same key are two changes', () => {
  expect(
    changesIn({
      added: [
        { key: 0, value: 'a' },
        { key: 0, value: 'b' },
      ],
    }),
  ).toEqual([
    { object: '', path: '0', after: 'a' },
    { object: '', path: '0', after: 'b' },
  ]);
});

test.each([
  [
    { diff: [{ key: 'action_name', added: '', changed: ['block', 'allow'], deleted: '' }] },
    'action_name',
    'block',
    'allow',
  ],
  [{ changes: { action_name: { old: 'block', new: 'allow' } } }, 'action_name', 'block', 'allow'],
  [{ action_name: { changed: { from: 'block', to: 'allow' } } }, 'action_name', 'block', 'allow'],
  [{ key: 'status', changed: [null, 'enabled'] }, 'status', null, 'enabled'],
  [{ key: 'data', changed: [{ key: 'status', before: 1, after: 0 }, ''] }, 'data.status', 1, 0],
  [[{ key: 'status', before: 1, after: 0 }], 'status', 1, 0],
  ['status changed from "enabled" to "disabled"', 'status', 'enabled', 'disabled'],
  ['action_name changed from block to allow, by alice', 'action_name', 'block', 'allow'],
  ['action_name changed from block to allow ; by alice', 'action_name', 'block', 'allow'],
])('other shapes are read as well: %j', (details, path, before, after) => {
  expect(changesIn(details)).toEqual([{ object: '', path, before, after }]);
});

test.each([
  [undefined],
  [null],
  [''],
  ['nothing to see'],
  [7],
  [[]],
  [{}],
  [[[null]]],
  [{ changed: [] }],
  [{ key: 'status', value1: 'enabled' }],
  [{ key: 'status', value: 'enabled' }],
  [{ added: [{ key: 'data', changed: [{ key: 'status', value: 'enabled' }] }] }],
])('%j contains no change', (details) => {
  expect(changesIn(details)).toEqual([]);
});

test.each<[string, unknown, readonly unknown[]]>([
  [
    'a steering exception, as text with escaped slashes',
    String.raw`[{"name":"Partner sites","type":"Exception Configuration","modify_type":"Edited","diff":{"key":"","added":[{"key":"exception\/Domain","value":"www.example.org"},{"key":"exception\/Domain\/Notes","value":"one\ntwo"}],"changed":[]}}]`,
    [
      {
        object: 'Partner sites',
        type: 'Exception Configuration',
        path: 'exception.Domain',
        after: 'www.example.org',
      },
      {
        object: 'Partner sites',
        type: 'Exception Configuration',
        path: 'exception.Domain.Notes',
        after: 'one\ntwo',
      },
    ],
  ],
  [
    'a path of slashes as key',
    {
      name: 'P',
      diff: { changed: [{ key: 'match_criteria_action/action_name', value1: 'block', value2: 'allow' }] },
    },
    [{ object: 'P', path: 'match_criteria_action.action_name', before: 'block', after: 'allow' }],
  ],
  [
    '`removed` in place of `deleted`',
    { name: 'P', diff: { removed: [{ key: 'policy/status', value: 'enabled' }] } },
    [{ object: 'P', path: 'policy.status', before: 'enabled' }],
  ],
  [
    'values by their names',
    { name: 'P', diff: { added: { 'exception/Domain': 'www.example.org' }, removed: { owner: 'bob' } } },
    [
      { object: 'P', path: 'exception.Domain', after: 'www.example.org' },
      { object: 'P', path: 'owner', before: 'bob' },
    ],
  ],
  [
    'pairs by their names',
    {
      name: 'P',
      diff: { changed: { status: ['enabled', 'disabled'], list: [{ key: 'a', changed: [1, 2] }] } },
    },
    [
      { object: 'P', path: 'status', before: 'enabled', after: 'disabled' },
      { object: 'P', path: 'a', before: 1, after: 2 },
    ],
  ],
  [
    'a field with a name that every object of JavaScript has',
    { added: { constructor: 'x' } },
    [{ object: '', path: 'constructor', after: 'x' }],
  ],
  [
    'a key that is a URL',
    { added: [{ key: 'https://www.example.org/a', value: 1 }] },
    [{ object: '', path: 'https://www.example.org/a', after: 1 }],
  ],
  [
    'a record without a diff',
    [{ name: 'P', type: 'Policy', modify_type: 'Deleted' }],
    [{ object: 'P', type: 'Policy', path: '' }],
  ],
  [
    'texts inside texts',
    JSON.stringify([
      { name: 'P', diff: JSON.stringify({ changed: [{ key: 'a', value1: '["x"]', value2: '[]' }] }) },
    ]),
    [{ object: 'P', path: 'a', before: ['x'], after: [] }],
  ],
  [
    "Python's text",
    "[{'name': 'P', 'diff': {'changed': [{'key': 'status', 'value1': True, 'value2': False}]}}]",
    [{ object: 'P', path: 'status', before: true, after: false }],
  ],
])('is read: %s', (_what, details, expected) => {
  expect(changesIn(details)).toEqual(expected);
});

describe('without a limit beyond which it gives up', () => {
  const CHANGE = { key: 'action_name', value1: 'block', value2: 'allow' };

  test('nesting of any depth', () => {
    let deep: unknown = CHANGE;
    for (let level = 0; level < 100_000; level++) deep = { changed: [deep] };
    expect(changesIn(deep)).toEqual([{ object: '', path: 'action_name', before: 'block', after: 'allow' }]);
  });

  test('many records', () => {
    expect(changesIn(Array.from({ length: 30_000 }, () => CHANGE))).toHaveLength(30_000);
  });

  test('long texts, JSON or a sentence', () => {
    expect(changesIn(JSON.stringify([{ note: 'x'.repeat(200_000) }, CHANGE]))).toHaveLength(1);
    expect(changesIn(`${'x'.repeat(200_000)} status changed from on to off`)).toEqual([
      { object: '', path: 'status', before: 'on', after: 'off' },
    ]);
  });

  test('of a path and a name 500 characters are kept, the last ones and the first ones', () => {
    let deep: unknown = { ...CHANGE, key: 'end' };
    for (let level = 0; level < 1_000; level++) deep = { key: 'k', changed: [deep] };
    const [change] = changesIn({ name: `n${'x'.repeat(1_000)}`, diff: deep });
    expect(change?.path).toBe(`${'.k'.repeat(248)}.end`);
    expect(change?.object).toBe(`n${'x'.repeat(499)}`);
    const [inWords] = changesIn(`${'x'.repeat(1_000)} changed from on to off`);
    expect(inWords?.path).toBe('x'.repeat(500));
  });
});

test('a sentence with two changes has both', () => {
  expect(changesIn('status changed from "on" to "off", action changed from block to allow')).toEqual([
    { object: '', path: 'status', before: 'on', after: 'off' },
    { object: '', path: 'action', before: 'block', after: 'allow' },
  ]);
});

test('a sentence that does not say what changed has no change', () => {
  expect(changesIn('it -> changed from on to off')).toEqual([]);
});
