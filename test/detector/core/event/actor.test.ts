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

  test('a name of any length is read in linear time', () => {
    const user = `a${'-'.repeat(1_000_000)}b`;
    expect(archivedEvent({ ...NAMELESS, user }).user).toBe(user);
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

  test.each([[null], [undefined], [[]], [[null, '', 'redacted']]])(
    'if the user is %p, another field may name the user',
    (user) => {
      expect(archivedEvent({ ...NAMELESS, user, userPrincipalName: 'amiller@corp.example' }).user).toBe(
        'amiller@corp.example',
      );
    },
  );

  test('of a list of users the first usable name counts', () => {
    const user = [null, 17, 'unknown', ' alice@corp.example ', 'bogdan@corp.example'];
    expect(archivedEvent({ ...NAMELESS, user }).user).toBe('alice@corp.example');
  });
});

describe('who logged in, where the acting user is unknown', () => {
  const failed = (user: unknown, different: Readonly<Record<string, unknown>> = {}) =>
    archivedEvent({
      ...NAMELESS,
      audit_log_event: 'Login Failed',
      user,
      ...from('203.0.113.5', 'student13'),
      ...different,
    }).user;

  test.each([
    ['unknown'],
    ['Unknown'],
    ['<unknown>'],
    ['N/A'],
    ['null'],
    ['-'],
    [''],
    [null],
    [undefined],
    [['unknown']],
  ])('the name behind the address of a login by %p counts', (user) => {
    expect(failed(user)).toBe('student13');
  });

  test.each([['Login Failed'], ['SSO Login Failed'], ['Access Denied'], ['Login Successful']])(
    'of "%s", too',
    (name) => {
      expect(failed('unknown', { audit_log_event: name })).toBe('student13');
    },
  );

  test.each([
    ['with blanks around the address', from(' 203.0.113.5 ', 'student13')],
    [
      'behind an empty value',
      { supporting_data: { data_type: 'user', data_values: ['203.0.113.5', '', 'student13'] } },
    ],
  ])('%s, too', (_where, different) => {
    expect(failed('unknown', different)).toBe('student13');
  });

  test('a user that the event does name is not replaced', () => {
    expect(failed('bogdan@corp.example')).toBe('bogdan@corp.example');
    expect(failed('unknown', { userPrincipalName: 'amiller@corp.example' })).toBe('amiller@corp.example');
  });

  test.each([['redacted'], ['***'], ['xxxxxx'], ['anonymized'], [['unknown', 'redacted']]])(
    'a user hidden as %p stays hidden: the tenant may do so on purpose',
    (user) => {
      expect(failed(user)).toBeUndefined();
    },
  );

  test('a user stays hidden, too, if another field hides the name, or the configuration lists it as anonymous', () => {
    expect(failed('unknown', { ur_normalized: 'redacted' })).toBeUndefined();
    const shared = { ...NAMELESS, audit_log_event: 'Login Failed', ...from('203.0.113.5', 'student13') };
    expect(archivedEvent({ ...shared, user: '5f4dcc3b' }, new Set(['5f4dcc3b'])).user).toBeUndefined();
    expect(archivedEvent({ ...shared, user: '' }, new Set(['student13'])).user).toBeUndefined();
  });

  test.each([
    ['of another event: it is the object', { audit_log_event: 'Edit admin record' }],
    ['of a password change: it may be the object', { audit_log_event: 'Password Change Failed Attempt' }],
    [
      'of another type',
      { supporting_data: { data_type: 'admin', data_values: ['203.0.113.5', 'student13'] } },
    ],
    ['without an address before it', { supporting_data: { data_type: 'user', data_values: ['student13'] } }],
    ['behind a number', { supporting_data: { data_type: 'user', data_values: [13, 'student13'] } }],
    [
      'before the address',
      { supporting_data: { data_type: 'user', data_values: ['student13', '203.0.113.5'] } },
    ],
    ['that is a placeholder', from('203.0.113.5', 'unknown')],
    ['that is an address', from('203.0.113.5', '203.0.113.6')],
    ['that is no text', { supporting_data: { data_type: 'user', data_values: ['203.0.113.5', 13] } }],
  ])('no name is taken %s', (_which, different) => {
    expect(failed('unknown', different)).toBeUndefined();
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
