import {
  bySourceAddress,
  byTenant,
  byUser,
  byUserAndEvent,
  describeGroup,
  groupId,
  groupNote,
  ofTenant,
  standsAlone,
} from '../../../../lambdas/detector/core/rule/group';
import { archivedEvent, from } from '../../archived';

const ALICE = { user: 'alice@corp.example', ur_normalized: '' };
const HIDDEN = { user: 'redacted', ur_normalized: 'redacted' };

function userGroup(different: Readonly<Record<string, unknown>>): string {
  return groupId('example-rule', byUser(archivedEvent(different)));
}

test('events of one user are one group, whatever the case of the name', () => {
  expect(userGroup(ALICE)).toBe(userGroup({ ...ALICE, user: 'Alice@Corp.Example', p_row_id: 'netskope:e2' }));
});

test('different users are different groups, and so is one name in two tenants', () => {
  expect(userGroup(ALICE)).not.toBe(userGroup({ ...ALICE, user: 'bogdan@corp.example' }));
  expect(userGroup(ALICE)).not.toBe(userGroup({ ...ALICE, p_source_id: 'other' }));
});

test('one user is another group in another rule', () => {
  const group = byUser(archivedEvent(ALICE));
  expect(groupId('example-rule', group)).not.toBe(groupId('other-rule', group));
});

test.each([['redacted'], [''], ['***'], ['null']])(
  'users hidden as %p are distinguished by address',
  (user) => {
    const hidden = { ...HIDDEN, user, ur_normalized: user };
    const group = byUser(archivedEvent({ ...hidden, ...from('192.0.2.1', user) }));
    expect(describeGroup(group)).toBe('address 192.0.2.1');
    expect(groupNote(group)).toBe('Netskope hides the user, so the events are counted by address.');
    expect(standsAlone(group)).toBe(false);
    expect(userGroup({ ...hidden, ...from('192.0.2.1', user) })).not.toBe(
      userGroup({ ...hidden, ...from('192.0.2.2', user) }),
    );
  },
);

test('all addresses of an event together identify a hidden user', () => {
  const data_values = ['192.0.2.1', '192.0.2.2'];
  const group = byUser(archivedEvent({ ...HIDDEN, supporting_data: { data_type: 'user', data_values } }));
  expect(describeGroup(group)).toBe('address 192.0.2.1 192.0.2.2');
});

test('hidden users without an address are never one group', () => {
  const group = byUser(archivedEvent(HIDDEN));
  expect(standsAlone(group)).toBe(true);
  expect(groupNote(group)).toBe(
    'Netskope hides the user and the event names no address, so each event is evaluated alone.',
  );
  expect(userGroup(HIDDEN)).not.toBe(userGroup({ ...HIDDEN, p_row_id: 'netskope:e2' }));
});

test('hashes instead of names distinguish users, and a hash that all share can be listed as anonymous', () => {
  const hashed = { user: '5f4dcc3b5aa765d61d8327deb882cf99', ur_normalized: '' };
  expect(describeGroup(byUser(archivedEvent(hashed)))).toBe('user 5f4dcc3b5aa765d61d8327deb882cf99');
  const shared = new Set(['5f4dcc3b5aa765d61d8327deb882cf99']);
  expect(standsAlone(byUser(archivedEvent(hashed, shared)))).toBe(true);
});

test('a group of a known user needs no note', () => {
  expect(groupNote(byUser(archivedEvent(ALICE)))).toBeUndefined();
});

test('by user and event, two events of a user are two groups', () => {
  const group = byUserAndEvent(archivedEvent({ ...ALICE, audit_log_event: 'Deleted admin' }));
  expect(describeGroup(group)).toBe('user alice@corp.example, event name Deleted admin');
});

test('hidden users stay apart by user and event, too', () => {
  expect(standsAlone(byUserAndEvent(archivedEvent(HIDDEN)))).toBe(true);
});

test('by address, the user does not matter', () => {
  const one = bySourceAddress(archivedEvent({ ...ALICE, ...from('192.0.2.1') }));
  const other = bySourceAddress(
    archivedEvent({ user: 'bogdan@corp.example', ...from('192.0.2.1', 'bogdan') }),
  );
  expect(groupId('example-rule', one)).toBe(groupId('example-rule', other));
  expect(groupId('example-rule', one)).not.toBe(
    groupId('example-rule', bySourceAddress(archivedEvent({ ...ALICE, ...from('192.0.2.2') }))),
  );
  expect(describeGroup(one)).toBe('address 192.0.2.1');
  expect(standsAlone(one)).toBe(false);
  expect(groupNote(bySourceAddress(archivedEvent({ ...HIDDEN, ...from('192.0.2.1') })))).toBeUndefined();
  expect(standsAlone(bySourceAddress(archivedEvent(ALICE)))).toBe(true);
});

test('by tenant, users and addresses do not matter, but the tenant does', () => {
  const idOf = (different: Readonly<Record<string, unknown>>) =>
    groupId('example-rule', byTenant(archivedEvent(different)));
  expect(idOf(ALICE)).toBe(idOf({ ...HIDDEN, ...from('192.0.2.1'), p_row_id: 'netskope:e2' }));
  expect(idOf(ALICE)).not.toBe(idOf({ ...ALICE, p_source_id: 'other' }));
  expect(groupNote(byTenant(archivedEvent(ALICE)))).toBeUndefined();
  expect(describeGroup(byTenant(archivedEvent(ALICE)))).toBe('tenant netskope');
});

test('an event that stands alone can be widened to the tenant, and keeps what else it is grouped by', () => {
  const deleted = { ...HIDDEN, audit_log_event: 'Deleted admin' };
  const group = ofTenant(byUserAndEvent(archivedEvent(deleted)));
  expect(describeGroup(group)).toBe('tenant netskope, event name Deleted admin');
  expect(groupNote(group)).toBe(
    'Netskope hides the user and the event names no address, so the events of the whole tenant are counted together.',
  );
  expect(standsAlone(group)).toBe(false);
  const another = byUserAndEvent(archivedEvent({ ...deleted, p_row_id: 'netskope:e2' }));
  expect(groupId('example-rule', ofTenant(another))).toBe(groupId('example-rule', group));
});

test('by address, events that name the same two addresses are one group', () => {
  const data_values = ['192.0.2.1', '192.0.2.2'];
  const group = bySourceAddress(archivedEvent({ supporting_data: { data_type: 'user', data_values } }));
  expect(describeGroup(group)).toBe('address 192.0.2.1 192.0.2.2');
});

test('a group is named by its rule and a hash, so that no name, however long or strange, gets into a key', () => {
  expect(userGroup({ ...ALICE, user: `${'x#'.repeat(5_000)}@corp.example` })).toMatch(
    /^example-rule#[0-9a-f]{32}$/,
  );
});

test('a name that contains the words of another part is not taken for it', () => {
  const one = byUserAndEvent(archivedEvent({ user: 'a, event name b', audit_log_event: 'c' }));
  const other = byUserAndEvent(archivedEvent({ user: 'a', audit_log_event: 'b, event name c' }));
  expect(groupId('example-rule', one)).not.toBe(groupId('example-rule', other));
});
