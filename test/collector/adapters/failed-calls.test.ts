import { wasNeverSent } from '../../../lambdas/collector/adapters/failed-calls';

function failure(code: string): Error {
  return Object.assign(new Error('failed'), { code });
}

function connectTimeout(): Error {
  return Object.assign(new Error('no connection within 10000 ms'), { name: 'TimeoutError' });
}

describe('a request that certainly never reached Netskope', () => {
  test.each([
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ERR_PROXY_TUNNEL',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'EPROTO',
  ])('%s', (code) => {
    expect(wasNeverSent(failure(code))).toBe(true);
  });

  test('no connection was made in time', () => {
    expect(wasNeverSent(connectTimeout())).toBe(true);
  });

  test('no address of the host could be reached', () => {
    expect(wasNeverSent(new AggregateError([failure('ECONNREFUSED'), failure('ENETUNREACH')]))).toBe(true);
  });
});

describe('a request that may have reached Netskope', () => {
  test.each([
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ECONNABORTED',
    'HPE_INVALID_CONSTANT',
    'A_CODE_OF_TOMORROW',
  ])('%s', (code) => {
    expect(wasNeverSent(failure(code))).toBe(false);
  });

  test('a reset, which the HTTP client calls a timeout but gives a code', () => {
    expect(wasNeverSent(Object.assign(connectTimeout(), { code: 'ECONNRESET' }))).toBe(false);
  });

  test('one address of several may have been reached', () => {
    expect(wasNeverSent(new AggregateError([failure('ECONNREFUSED'), failure('ECONNRESET')]))).toBe(false);
  });

  test.each([
    ['an error without a code', new Error('failed')],
    ['several errors, none of them known', new AggregateError([])],
    ['an abort', Object.assign(new Error('aborted'), { name: 'AbortError' })],
  ])('%s', (_what, error) => {
    expect(wasNeverSent(error)).toBe(false);
  });
});
