import { TENANT_HOST_EXPECTED, tenantHost } from '../../lambdas/contract/tenant-host';

describe('what people paste is normalised to the bare host name', () => {
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

  test.each([undefined, null, 17, {}, ['corp.goskope.com']])('%j, which is no text', (value) => {
    expect(tenantHost(value)).toBeUndefined();
  });
});

test('the operator is told what was expected', () => {
  expect(TENANT_HOST_EXPECTED).toBe(
    'expected the host name of the tenant, such as corp.goskope.com; not a URL with user, port or path, nor an address',
  );
});
