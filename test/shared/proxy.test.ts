import { codeOf, hostOf, proxyIn } from '../../lambdas/shared/proxy';

describe('the proxy of an environment', () => {
  test.each<[string, Record<string, string>, object | undefined]>([
    ['none', { NO_PROXY: 'example.com' }, undefined],
    ['an empty one', { HTTPS_PROXY: '' }, undefined],
    [
      'one',
      { HTTPS_PROXY: 'http://proxy.example.com:3128' },
      { HTTPS_PROXY: 'http://proxy.example.com:3128', NO_PROXY: '' },
    ],
    [
      'one with exceptions',
      { HTTPS_PROXY: 'https://proxy.example.com', NO_PROXY: '.amazonaws.com,example.org' },
      { HTTPS_PROXY: 'https://proxy.example.com', NO_PROXY: '.amazonaws.com,example.org' },
    ],
    [
      'lower case, without http://',
      { https_proxy: 'proxy.example.com:3128', no_proxy: 'example.org' },
      { HTTPS_PROXY: 'http://proxy.example.com:3128', NO_PROXY: 'example.org' },
    ],
  ])('%s', (_what, environment, proxy) => {
    expect(proxyIn(environment)).toEqual(proxy);
  });

  test('is named without user and password', () => {
    expect(hostOf({ HTTPS_PROXY: 'http://user:secret@proxy.example.com:3128', NO_PROXY: '' })).toBe(
      'proxy.example.com:3128',
    );
  });
});

test('a failed call is named by its code, and by the answer of the proxy', () => {
  const refused = Object.assign(new Error('no tunnel'), { code: 'ERR_PROXY_TUNNEL', statusCode: 407 });
  expect([
    codeOf(refused),
    codeOf(Object.assign(new Error('no'), { code: 'ECONNREFUSED' })),
    codeOf(Object.assign(new Error('no'), { name: 'TimeoutError' })),
  ]).toEqual(['ERR_PROXY_TUNNEL, HTTP 407', 'ECONNREFUSED', 'TimeoutError']);
});
