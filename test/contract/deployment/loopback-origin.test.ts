import { loopbackOrigin, shownAddress } from '../../../lambdas/contract/deployment/loopback-origin';

describe('a server on this machine', () => {
  test.each([
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['https://127.9.8.7', 'https://127.9.8.7'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['http://LOCALHOST:8080', 'http://localhost:8080'],
  ])('%s', (text, origin) => {
    expect(loopbackOrigin(text)).toBe(origin);
  });
});

describe('anything else is refused', () => {
  test.each([
    '',
    '127.0.0.1:8080',
    'corp.goskope.com',
    'https://corp.goskope.com',
    'http://10.0.0.1:8080',
    'http://0.0.0.0:8080',
    'http://128.0.0.1',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://127.0.0.1@evil.example',
    'http://user:secret@127.0.0.1:8080',
    'http://[::ffff:127.0.0.1]',
    'http://[::2]',
    'http://127.0.0.1:8080/api',
    'http://127.0.0.1:8080/?x=1',
    'ftp://127.0.0.1',
    'file:///tmp',
  ])('%j', (text) => {
    expect(loopbackOrigin(text)).toBeUndefined();
  });
});

test('a refused address is shown without user and password', () => {
  expect(shownAddress('https://corp.goskope.com')).toBe('"https://corp.goskope.com"');
  expect(shownAddress('http://user:secret@corp.example:80/x')).toBe('"http://…@corp.example:80/x"');
  expect(shownAddress('a-token@corp.example')).toBe('"…@corp.example"');
});
