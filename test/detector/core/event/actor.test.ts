import { archivedEvent, from } from '../../archived';

const NAMELESS = { ur_normalized: '', userPrincipalName: '', sAMAccountName: '' };

describe('who acted', () => {
  test.each([
    ['Elena.Petrova@corp.example'],
    ['student13'],
    ['alex'],
    ['xavier'],
    ['service-account'],
    ['елена'],
    ['5f4dcc3b5aa765d61d8327deb882cf99'],
  ])('%s is a user', (user) => {
    expect(archivedEvent({ ...NAMELESS, user }).user).toBe(user);
  });

  test.each([
    [''],
    ['   '],
    ['redacted'],
    ['REDACTED'],
    ['<redacted>'],
    ['[Redacted]'],
    ['***'],
    ['xxxxxxxx'],
    ['null'],
    ['N/A'],
    ['anonymized'],
    ['-'],
    [undefined],
    [17],
    [null],
  ])('%p is no user', (user) => {
    expect(archivedEvent({ ...NAMELESS, user }).user).toBeUndefined();
  });

  test('blanks around a name are not part of it', () => {
    expect(archivedEvent({ ...NAMELESS, user: ' alice@corp.example\n' }).user).toBe('alice@corp.example');
  });

  test('if the user is hidden, another field may name the user', () => {
    expect(archivedEvent({ ...NAMELESS, user: 'redacted', sAMAccountName: 'amiller' }).user).toBe('amiller');
  });

  test.each([['5f4dcc3b'], ['5F4DCC3B'], [' 5f4dcc3b ']])(
    'a name that the configuration lists as anonymous is no user, in any case and with blanks around it: %p',
    (user) => {
      const anonymous = new Set(['5f4dcc3b']);
      expect(archivedEvent({ ...NAMELESS, user }, anonymous).user).toBeUndefined();
    },
  );

  test('the other name that a login carries is not used: the tenant may hide it on purpose', () => {
    const hidden = { ...NAMELESS, user: 'redacted', ...from('192.0.2.1', 'alice@corp.example') };
    expect(archivedEvent(hidden).user).toBeUndefined();
  });
});

describe('where an action came from', () => {
  test.each([
    ['of a login', { data_type: 'user', data_values: ['192.0.2.44', 'a@corp.example'] }, ['192.0.2.44']],
    ['in IPv6', { data_type: 'user', data_values: ['2001:DB8::17', 'a@corp.example'] }, ['2001:db8::17']],
    ['as the only value', { data_type: 'user', data_values: '192.0.2.44' }, ['192.0.2.44']],
    ['behind the user', { data_type: 'User', data_values: ['a@corp.example', '192.0.2.44'] }, ['192.0.2.44']],
    ['twice', { data_type: 'user', data_values: ['192.0.2.44', '192.0.2.44'] }, ['192.0.2.44']],
    ['with blanks around it', { data_type: 'user', data_values: [' 192.0.2.44 '] }, ['192.0.2.44']],
    ['without a type', { data_type: null, data_values: ['192.0.2.44', 'a@corp.example'] }, ['192.0.2.44']],
    ['behind another value without a type', { data_values: ['a@corp.example', '192.0.2.44'] }, []],
    ['in a policy, which is no origin', { data_type: 'policy', data_values: ['192.0.2.44'] }, []],
    ['a host', { data_type: 'hostname', data_values: 'HOST123' }, []],
    ['nothing', { data_type: 'user', data_values: [''] }, []],
    ['a number', { data_type: 'user', data_values: [4] }, []],
    ['everything as text', '{"data_type":"user","data_values":["192.0.2.44"]}', ['192.0.2.44']],
    ['absent', undefined, []],
  ])('%s', (_what, supporting_data, addresses) => {
    expect(archivedEvent({ supporting_data }).sourceAddresses).toEqual(addresses);
  });
});
