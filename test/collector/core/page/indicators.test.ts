import { IndicatorFinder } from '../../../../lambdas/collector/core/page/indicators';
import { AUDIT_FEED } from '../../../../lambdas/contract/feed/audit';
import { login } from '../../audit-events';

const NOON_S = 1_795_003_200;

function indicatorsWith(different: Readonly<Record<string, unknown>>) {
  return new IndicatorFinder(AUDIT_FEED.schema).find(
    login('e1', NOON_S, { user: '', supporting_data: {}, ...different }),
  );
}

const NONE = { emails: [], usernames: [], ipAddresses: [] };

test('an event without any has no indicator', () => {
  expect(indicatorsWith({})).toEqual(NONE);
});

test('a login gives its user as e-mail and user name, and its address', () => {
  expect(
    new IndicatorFinder(AUDIT_FEED.schema).find(
      login('e1', NOON_S, {
        user: 'A@example.org',
        ur_normalized: 'a@example.org',
        supporting_data: { data_type: 'user', data_values: ['192.0.2.44', 'a@example.org'] },
      }),
    ),
  ).toEqual({
    emails: ['A@example.org', 'a@example.org'],
    usernames: ['A@example.org', 'a@example.org'],
    ipAddresses: ['192.0.2.44'],
  });
});

describe('each field that names a user is searched', () => {
  test.each<[Record<string, unknown>, { emails: string[]; usernames: string[] }]>([
    [{ user: 'student13' }, { emails: [], usernames: ['student13'] }],
    [{ ur_normalized: 'student13' }, { emails: [], usernames: ['student13'] }],
    [{ sAMAccountName: 'CORP\\a.meyer' }, { emails: [], usernames: ['CORP\\a.meyer'] }],
    [{ userPrincipalName: 'a@corp.example' }, { emails: ['a@corp.example'], usernames: ['a@corp.example'] }],
    [{ organization_unit: 'a@corp.example' }, { emails: [], usernames: [] }],
    [
      { user: 17, sAMAccountName: null },
      { emails: [], usernames: [] },
    ],
  ])('%j', (different, { emails, usernames }) => {
    expect(indicatorsWith(different)).toEqual({ ...NONE, emails, usernames });
  });
});

describe('addresses are found in the text of supporting_data and details, at any depth', () => {
  test.each<[string, string[]]>([
    ['192.0.2.1', ['192.0.2.1']],
    ['login from 192.0.2.1.', ['192.0.2.1']],
    ['192.0.2.1:443', ['192.0.2.1']],
    ['192.0.2.0/24', ['192.0.2.0']],
    ['192.0.2.1,198.51.100.2', ['192.0.2.1', '198.51.100.2']],
    ['192.0.2.1 and 192.0.2.1 again', ['192.0.2.1']],
    ['2001:db8::1', ['2001:db8::1']],
    ['[2001:db8::1]:443', ['2001:db8::1']],
    ['fe80::1%eth0', ['fe80::1']],
    ['2001:DB8:0:0:0:0:0:1', ['2001:DB8:0:0:0:0:0:1']],
    ['::ffff:192.0.2.9', ['192.0.2.9', '::ffff:192.0.2.9']],
    ['version 1.2.3.4.5', []],
    ['v1.2.3.4', []],
    ['10.0.19041.1', []],
    ['999.1.1.1', []],
    ['12:30:45', []],
    ['01:23:45:67:89:ab', []],
    ['std::string', []],
    ['before :: after', []],
  ])('%s', (text, ipAddresses) => {
    expect(indicatorsWith({ supporting_data: { data_values: [text] } })).toEqual({ ...NONE, ipAddresses });
    expect(indicatorsWith({ details: [{ diff: [{ changed: ['', text] }] }] })).toEqual({
      ...NONE,
      ipAddresses,
    });
  });

  test('a documented field that came as bare text is searched, too', () => {
    expect(indicatorsWith({ supporting_data: '192.0.2.1', details: 'by b@example.org' })).toEqual({
      emails: ['b@example.org'],
      usernames: [],
      ipAddresses: ['192.0.2.1'],
    });
  });

  test('other fields are not', () => {
    expect(indicatorsWith({ ccl: '192.0.2.1', organization_unit: '192.0.2.2' })).toEqual(NONE);
  });
});

describe('e-mail addresses are told from what only looks like one', () => {
  test.each<[string, string[]]>([
    ['a@example.org', ['a@example.org']],
    ['Meyer, Anna <anna.meyer+soc@mail.example.org>;', ['anna.meyer+soc@mail.example.org']],
    ['mailto:a@example.org', ['a@example.org']],
    ['a@example.org, b@example.org', ['a@example.org', 'b@example.org']],
    ['user@localhost', []],
    ['@example.org', []],
    ['at @ noon.example', []],
  ])('%s', (text, emails) => {
    expect(indicatorsWith({ supporting_data: { data_values: [text] } }).emails).toEqual(emails);
  });
});

test('of more than 1,000 of a kind the first are found, each once', () => {
  const addresses = Array.from({ length: 1_001 }, (_, n) => `10.0.${Math.floor(n / 250)}.${n % 250}`);
  const { ipAddresses } = indicatorsWith({ details: [addresses[0], ...addresses] });
  expect(ipAddresses).toEqual(addresses.slice(0, 1_000));
});

test('100,000 nested arrays are searched to the bottom', () => {
  const nested: unknown = JSON.parse(`${'['.repeat(100_000)}"192.0.2.1"${']'.repeat(100_000)}`);
  expect(indicatorsWith({ details: nested }).ipAddresses).toEqual(['192.0.2.1']);
});

test('an event gets its own indicators, however many were searched before it', () => {
  const finder = new IndicatorFinder(AUDIT_FEED.schema);
  const events = ['192.0.2.1', '192.0.2.2', '192.0.2.1', 'nothing', `${'.'.repeat(300)} 192.0.2.3`].map(
    (text) => login('e1', NOON_S, { user: text, supporting_data: { data_values: [text] } }),
  );
  for (const event of events) finder.find(event).ipAddresses.push('spoiled');
  expect(events.map((event) => finder.find(event).ipAddresses)).toEqual([
    ['192.0.2.1'],
    ['192.0.2.2'],
    ['192.0.2.1'],
    [],
    ['192.0.2.3'],
  ]);
});
