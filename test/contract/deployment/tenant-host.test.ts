import {
  foreignHost,
  mayReceiveToken,
  NETSKOPE_DOMAINS,
  TENANT_HOST_EXPECTED,
  tenantHost,
  tenantHostExpected,
} from '../../../lambdas/contract/deployment/tenant-host';

describe('what people paste is normalized to the bare host name', () => {
  test.each([
    ['corp.goskope.com', 'corp.goskope.com'],
    ['Corp.GoSkope.com', 'corp.goskope.com'],
    ['corp.eu.goskope.com', 'corp.eu.goskope.com'],
    ['corp.govskope.us', 'corp.govskope.us'],
    ['https://corp.goskope.com', 'corp.goskope.com'],
    ['HTTPS://corp.goskope.com/', 'corp.goskope.com'],
    ['corp.goskope.com/', 'corp.goskope.com'],
    [' \tcorp.goskope.com\n', 'corp.goskope.com'],
    ['my-corp2.goskope.com', 'my-corp2.goskope.com'],
  ])('%j', (pasted, host) => {
    expect(tenantHost(pasted)).toBe(host);
  });
});

describe('what could send the token elsewhere is refused', () => {
  test.each([
    'http://corp.goskope.com',
    'ftp://corp.goskope.com',
    '//corp.goskope.com',
    'https://https://corp.goskope.com',
    'https://user@corp.goskope.com',
    'corp.goskope.com@evil.example',
    'https://user:secret@evil.example/',
    'corp.goskope.com:8443',
    'corp.goskope.com/api/v2',
    'corp.goskope.com?x=1',
    'corp.goskope.com#x',
    'corp.goskope.com\\evil.example',
    'corp.goskope.com\r\nHost: evil.example',
    'corp.goskope.com evil.example',
    'corp.goskope.com,evil.example',
    'corp%2egoskope.com',
    '192.0.2.1',
    '3221225985',
    '0x7f.1',
    '192.0.2.1.5',
    '[2001:db8::1]',
    'localhost',
    'corp',
    '',
    '.goskope.com',
    'corp..goskope.com',
    'corp.goskope.com.',
    '-corp.goskope.com',
    'corp-.goskope.com',
    'corp_1.goskope.com',
    'cörp.goskope.com',
    `${'a'.repeat(64)}.goskope.com`,
    `${'a.'.repeat(125)}goskope.com`,
  ])('%j', (pasted) => {
    expect(tenantHost(pasted)).toBeUndefined();
  });

  test.each([undefined, null, 17, {}, ['corp.goskope.com']])('%j, which is not a string', (value) => {
    expect(tenantHost(value)).toBeUndefined();
  });
});

test('the operator is told what was expected', () => {
  expect(TENANT_HOST_EXPECTED).toBe(
    'expected the host name of the tenant, such as corp.goskope.com; not a URL with user, port or path, nor an address',
  );
});

describe('the value that is probably meant is suggested', () => {
  test.each([
    ['corp', 'corp.goskope.com'],
    [' CORP\n', 'corp.goskope.com'],
    [' Corp-2 ', 'corp-2.goskope.com'],
    ['http://corp.goskope.com', 'corp.goskope.com'],
    ['//corp.goskope.com', 'corp.goskope.com'],
    ['https://corp.goskope.com/ns#/home', 'corp.goskope.com'],
    ['https://corp.eu.goskope.com/ns#/login?next=%2F', 'corp.eu.goskope.com'],
    ['corp.goskope.com.', 'corp.goskope.com'],
    [' HTTPS://Corp.GoSkope.com.:443/ ', 'corp.goskope.com'],
    ['corp.goskope.com:443', 'corp.goskope.com'],
    ['https://admin:secret@corp.govskope.us/', 'corp.govskope.us'],
  ])('%j', (value, meant) => {
    expect(tenantHost(value)).toBeUndefined();
    expect(tenantHostExpected(value)).toBe(`${TENANT_HOST_EXPECTED} (did you mean ${meant}?)`);
  });

  test.each([
    'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6',
    'a-token-of-24-characters',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
    'https://evil.example/?token=a-token',
    'corp.goskope.com@evil.example',
    'localhost',
    '10.0.0.1',
    '',
    17,
    undefined,
  ])('and nothing of %j is shown, which may be a token or is not a Netskope host', (value) => {
    expect(tenantHostExpected(value)).toBe(TENANT_HOST_EXPECTED);
  });

  test('also below a domain that is allowed', () => {
    const pasted = 'http://netskope.example.com/ns#/home';
    expect(tenantHostExpected(pasted)).toBe(TENANT_HOST_EXPECTED);
    expect(tenantHostExpected(pasted, ['example.com'])).toBe(
      `${TENANT_HOST_EXPECTED} (did you mean netskope.example.com?)`,
    );
  });
});

describe('the token may be sent', () => {
  test.each(NETSKOPE_DOMAINS)('below %s, and not to that name itself', (domain) => {
    expect(mayReceiveToken(`corp.${domain}`, [])).toBe(true);
    expect(mayReceiveToken(`corp.eu.${domain}`, [])).toBe(true);
    expect(mayReceiveToken(domain, [])).toBe(false);
  });

  test.each(['corp.goskope.com.evil.example', 'evilgoskope.com', 'corp.goskope.co', 'netskope.com'])(
    'not to %s',
    (host) => {
      expect(mayReceiveToken(host, [])).toBe(false);
    },
  );

  test('to a domain that is allowed, and below it', () => {
    const allowed = ['netskope.example.com'];
    expect(mayReceiveToken('netskope.example.com', allowed)).toBe(true);
    expect(mayReceiveToken('corp.netskope.example.com', allowed)).toBe(true);
    expect(mayReceiveToken('example.com', allowed)).toBe(false);
    expect(mayReceiveToken('evilnetskope.example.com', allowed)).toBe(false);
  });
});

test('a host that is refused is named, unless it may be a token', () => {
  const why = "is not below goskope.com, govskope.us or govskope.ca, where Netskope's tenants are";
  expect(foreignHost('corp.example.com')).toBe(`corp.example.com ${why}`);
  expect(foreignHost('eyjhbgcioijiuzi1nij9.eyjzdwiioiixin0.c2lnbmf0dxjlc2lnbmf0dxjlc2lnbmf0dxjlcw')).toBe(
    `the host name ${why}`,
  );
});
