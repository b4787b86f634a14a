import { IndicatorFinder } from '../../../../lambdas/collector/core/page/indicators';
import { AUDIT_FEED } from '../../../../lambdas/contract/feed/audit';
import type { FieldSchema } from '../../../../lambdas/contract/feed/feed';
import { login } from '../../audit-events';

const NOON_S = 1_795_003_200;

function indicatorsWith(different: Readonly<Record<string, unknown>>) {
  return new IndicatorFinder(AUDIT_FEED.schema).find(
    login('e1', NOON_S, { user: '', supporting_data: {}, ...different }),
  );
}

const NONE = { emails: [], usernames: [], ipAddresses: [], domainNames: [] };

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
    domainNames: [],
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
      { user: ['a@corp.example', 7, 'student13'] },
      { emails: ['a@corp.example'], usernames: ['a@corp.example', 'student13'] },
    ],
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
      ...NONE,
      emails: ['b@example.org'],
      ipAddresses: ['192.0.2.1'],
    });
  });

  test('other fields are not', () => {
    expect(indicatorsWith({ ccl: '192.0.2.1', organization_unit: '192.0.2.2' })).toEqual(NONE);
  });
});

describe('a text that holds JSON is opened before anything is searched in it', () => {
  test.each<[string, Record<string, unknown>, object]>([
    [
      'two addresses with a line break between them',
      { details: String.raw`[{"value":"192.0.2.77\n192.0.2.78"}]` },
      { ipAddresses: ['192.0.2.77', '192.0.2.78'] },
    ],
    [
      'an e-mail address after a line break',
      { details: String.raw`[{"value":"asked by\nbob@example.org"}]` },
      { emails: ['bob@example.org'] },
    ],
    [
      'an escaped sign',
      { details: String.raw`[{"value":"bob\u0040example.org"}]` },
      { emails: ['bob@example.org'] },
    ],
    [
      'a text in a text in a text',
      { details: JSON.stringify([JSON.stringify({ value: JSON.stringify(['192.0.2.1\n192.0.2.2']) })]) },
      { ipAddresses: ['192.0.2.1', '192.0.2.2'] },
    ],
    [
      "Python's spelling of it",
      { supporting_data: "{'data_type': 'user', 'data_values': ['203.0.113.5', 'student13']}" },
      { ipAddresses: ['203.0.113.5'], usernames: ['student13'] },
    ],
    [
      'a value of supporting_data',
      { supporting_data: { data_type: 'config', data_values: ['{"address":"192.0.2.1\\t"}'] } },
      { ipAddresses: ['192.0.2.1'] },
    ],
  ])('%s', (_what, different, found) => {
    expect(indicatorsWith(different)).toEqual({ ...NONE, ...found });
  });

  test('however long it is', () => {
    const text = JSON.stringify([{ value: `${'"'.repeat(99_000)}\n192.0.2.1` }]);
    expect(indicatorsWith({ details: text }).ipAddresses).toEqual(['192.0.2.1']);
  });
});

describe('user names stand where the schema says, beside those of the acting user', () => {
  test.each<[string, unknown, string[]]>([
    ['values of the type user', { data_type: 'user', data_values: ['student13'] }, ['student13']],
    ['after an address', { data_type: 'user', data_values: ['203.0.113.5', 'student13'] }, ['student13']],
    ['values of the type admin', { data_type: 'Admin', data_values: ['A@example.org'] }, ['A@example.org']],
    ['one value that is no list', { data_type: 'user', data_values: ' student13 ' }, ['student13']],
    ['no empty value, and none that is no text', { data_type: 'user', data_values: ['', 7, null] }, []],
    ['no value of another type', { data_type: 'policy', data_values: ['student13'] }, []],
    ['no value without a type', { data_values: ['student13'] }, []],
    ['no value of a type that is no text', { data_type: null, data_values: ['student13'] }, []],
  ])('%s', (_where, supportingData, usernames) => {
    expect(indicatorsWith({ supporting_data: supportingData }).usernames).toEqual(usernames);
  });

  test.each(
    Object.entries<FieldSchema>(AUDIT_FEED.schema.properties).flatMap(([field, { nestedIndicators = [] }]) =>
      nestedIndicators.map((position) => ({ field, ...position })),
    ),
  )('$indicator in $field, $key', ({ field, key, indicator, where }) => {
    const besides = where === undefined ? {} : { [where.key]: where.isOneOf[0] };
    const found = indicatorsWith({ [field]: [{ deeper: { [key]: ['somebody'], ...besides } }] });
    const list = { username: found.usernames, hostname: found.domainNames }[indicator];
    expect(list).toEqual(['somebody']);
    expect(indicatorsWith({ [field]: [{ [`other_${key}`]: ['somebody'], ...besides }] })).toEqual(NONE);
  });

  test('who changed something last', () => {
    const details = [{ name: 'Coaching', last_modified_by: 'student13', diff: { status: 'other' } }];
    expect(indicatorsWith({ user: 'unknown', details }).usernames).toEqual(['unknown', 'student13']);
  });

  test('a user name with a dot is no host name', () => {
    const supportingData = { data_type: 'user', data_values: ['alice.meyer'] };
    expect(indicatorsWith({ supporting_data: supportingData })).toEqual({
      ...NONE,
      usernames: ['alice.meyer'],
    });
  });
});

describe('host names are told from what only looks like one', () => {
  test.each<[string, string[]]>([
    ['www.example.org', ['www.example.org']],
    ['https://WWW.Example.org:8443/a.html?b=c.example', ['www.example.org', 'c.example']],
    ['*.example.org, .example.net', ['example.org', 'example.net']],
    ['example.org.', ['example.org']],
    ['xn--bcher-kva.example', ['xn--bcher-kva.example']],
    ['a.xn--p1ai', ['a.xn--p1ai']],
    ['intranet.corp.internal\nwiki.corp.internal', ['intranet.corp.internal', 'wiki.corp.internal']],
    ['a@mail.example.org', []],
    ['anna.b.meyer@example.org', []],
    ['192.0.2.1', []],
    ['/api/v2/index.html', []],
    ['match_criteria.action_name', []],
    ['version 1.2.3', []],
    ['e.g. this', []],
    ['localhost', []],
  ])('%s', (text, domainNames) => {
    expect(indicatorsWith({ supporting_data: { data_values: [text] } }).domainNames).toEqual(domainNames);
  });

  test('a host without a domain counts where the schema says that one stands there', () => {
    const supportingData = { data_type: 'hostname', data_values: ['HOST123', '192.0.2.1', ''] };
    expect(indicatorsWith({ supporting_data: supportingData })).toEqual({
      ...NONE,
      ipAddresses: ['192.0.2.1'],
      domainNames: ['host123'],
    });
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
