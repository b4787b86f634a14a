import { changesOf } from '../../../../lambdas/detector/core/event/changes';
import { archivedEvent } from '../../archived';

function changes(details: unknown) {
  return changesOf(archivedEvent({ details }));
}

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
  expect(changes(DOCUMENTED)).toEqual([
    { object: 'Logins - Block', path: 'name', before: 'Old', after: 'Logins - Block' },
    { object: 'Logins - Block', path: 'data.version', after: 2 },
    {
      object: 'Logins - Block',
      path: 'data.match_criteria_action.action_name',
      before: 'block',
      after: 'allow',
    },
    { object: 'Logins - Block', path: 'data.dlp_profile', before: ['PCI'] },
  ]);
});

test('the same form as JSON text gives the same result', () => {
  expect(changes(JSON.stringify(DOCUMENTED))).toEqual(changes(DOCUMENTED));
});

test('changes of two policies keep their policy', () => {
  const record = (name: string) => ({ name, diff: { key: 'status', changed: [true, false] } });
  expect(changes([record('One'), record('Two')])).toEqual([
    { object: 'One', path: 'status', before: true, after: false },
    { object: 'Two', path: 'status', before: true, after: false },
  ]);
});

test('a name deeper inside is a value, and not what the change belongs to', () => {
  const inner = { key: 'profile', name: 'inner', value1: 'a', value2: 'b' };
  expect(changes({ name: 'P', diff: { key: 'data', changed: [inner] } })).toEqual([
    { object: 'P', path: 'data.profile', before: 'a', after: 'b' },
  ]);
});

test('a value that was deleted and added under the same key was changed', () => {
  expect(
    changes({
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
  expect(changes(details)).toEqual([{ object: '', path, after: 2 }]);
});

test('two additions under the same key are two changes', () => {
  expect(
    changes({
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
  expect(changes(details)).toEqual([{ object: '', path, before, after }]);
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
  expect(changes(details)).toEqual([]);
});

test('nesting of any depth neither stops the reading nor overflows the stack', () => {
  let deep: unknown = { key: 'action_name', value1: 'block', value2: 'allow' };
  for (let level = 0; level < 10_000; level++) deep = { changed: [deep] };
  expect(changes(deep)).toEqual([]);
});

test('of a record with very many nodes, only the first 20,000 are read, the list itself included', () => {
  const one = { key: 'a', value1: 1, value2: 2 };
  expect(changes(Array.from({ length: 30_000 }, () => one))).toHaveLength(19_999);
});

test('of a sentence, only the first 20,000 characters are read', () => {
  const sentence = 'status changed from on to off';
  expect(changes(`${' '.repeat(19_971)}${sentence}`)).toHaveLength(1);
  expect(changes(`${' '.repeat(20_000)}${sentence}`)).toEqual([]);
});
