import { inspect } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretSettings } from '../../../lambdas/collector/adapters/secret';
import { SecretCredentialStore } from '../../../lambdas/collector/adapters/secret';
import type { CredentialError } from '../../../lambdas/collector/core/errors';
import type { SecretOwner } from '../../../lambdas/contract/deployment/source-secret';
import { LocalAws } from '../../../lib/local/aws/local-aws';
import { clientSettings } from './client-settings';

const SECRET_NAME = 'audit/netskope';
const TOKEN = 'a-token-no-error-may-show';

let aws: LocalAws;
let client: SecretsManagerClient;
beforeEach(async () => {
  aws = await LocalAws.start();
  client = new SecretsManagerClient(clientSettings(aws));
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

function holdsText(value: string): void {
  aws.secrets.create(SECRET_NAME);
  aws.secrets.putValue(SECRET_NAME, value, 'version-1');
}

function read({ secret, ...settings }: Partial<SecretSettings> & Pick<SecretOwner, 'secret'> = {}) {
  const store = new SecretCredentialStore(client, { namePrefix: 'audit/', ...settings });
  return store.read({ sourceId: 'netskope', secret });
}

/** @throws Error if reading succeeds */
async function failureOf(reading: Promise<unknown>): Promise<CredentialError> {
  const failure: unknown = await reading.then(
    (value) => new Error(`expected a CredentialError, received ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  return failure as CredentialError;
}

test('domain and token are the credentials', async () => {
  holdsText(JSON.stringify({ domain: 'corp.goskope.com', token: TOKEN }));
  expect(await read()).toEqual({
    host: 'corp.goskope.com',
    origin: 'https://corp.goskope.com',
    token: TOKEN,
    tokenExpiresAtMs: undefined,
  });
});

test.each(['by its name', 'by its ARN'])('an adopted secret is read %s', async (how) => {
  const { name, arn } = aws.secrets.create('security/corp');
  aws.secrets.putValue(name, JSON.stringify({ domain: 'corp.goskope.com', token: TOKEN }), 'version-1');
  expect(await read({ secret: how === 'by its ARN' ? arn : name })).toMatchObject({ token: TOKEN });
});

test('a pasted URL, blanks around the token and other fields are accepted', async () => {
  holdsText(JSON.stringify({ domain: ' https://Corp.goskope.com/ ', token: `${TOKEN}\n`, owner: 'soc' }));
  expect(await read()).toMatchObject({ origin: 'https://corp.goskope.com', token: TOKEN });
});

test('a token expires at the end of its day, UTC', async () => {
  holdsText(JSON.stringify({ domain: 'corp.goskope.com', token: TOKEN, tokenExpiresAt: '2026-11-28' }));
  expect(await read()).toMatchObject({ tokenExpiresAtMs: 1_795_910_399_999 });
});

test.each([null, ''])('tokenExpiresAt %j is treated as absent', async (tokenExpiresAt) => {
  holdsText(JSON.stringify({ domain: 'corp.goskope.com', token: TOKEN, tokenExpiresAt }));
  expect((await read())?.tokenExpiresAtMs).toBeUndefined();
});

test('for local use another origin replaces the tenant', async () => {
  holdsText(JSON.stringify({ domain: 'corp.goskope.com', token: TOKEN }));
  const elsewhere = await read({ endpointUrl: 'http://127.0.0.1:8080' });
  expect(elsewhere).toMatchObject({ origin: 'http://127.0.0.1:8080', host: 'corp.goskope.com' });
});

describe('a domain that is not below one of Netskope', () => {
  const foreign = JSON.stringify({ domain: 'corp.example.com', token: TOKEN });

  test('is refused, and named with what was expected and the setting that allows it', async () => {
    holdsText(foreign);
    const failure = await failureOf(read({ allowedDomains: ['example.org'] }));
    expect([failure.name, failure.message]).toEqual([
      'CredentialError',
      "secret audit/netskope, field domain: corp.example.com is not below goskope.com, govskope.us or govskope.ca, where Netskope's tenants are; expected such a host, or one of a domain in the setting allowedDomains of cdk.json, deployed. The token was not sent",
    ]);
  });

  test('is accepted if the settings allow it', async () => {
    holdsText(foreign);
    const credentials = await read({ allowedDomains: ['example.org', 'example.com'] });
    expect(credentials?.origin).toBe('https://corp.example.com');
  });

  test('is suggested if the settings allow it and more than the host was pasted', async () => {
    holdsText(JSON.stringify({ domain: 'https://corp.example.com/ns#/home', token: TOKEN }));
    expect((await failureOf(read({ allowedDomains: ['example.com'] }))).message).toContain(
      'nor an address (did you mean corp.example.com?)',
    );
  });

  test('is accepted if another origin gets the token', async () => {
    holdsText(foreign);
    expect((await read({ endpointUrl: 'http://127.0.0.1:8080' }))?.host).toBe('corp.example.com');
  });
});

describe('a secret that nobody has filled yet is no error', () => {
  test('it has no value at all', async () => {
    aws.secrets.create(SECRET_NAME);
    expect(await read()).toBeUndefined();
  });

  test.each([
    '',
    ' \n',
    '{}',
    '{"domain":"","token":""}',
    '{"domain":"corp.goskope.com"}',
    '{"domain":"corp.goskope.com","token":null}',
    '{"domain":"corp.goskope.com","token":"  "}',
    '{"domain":"<tenant>.goskope.com","token":"<token>"}',
    '{"domain":"corp.goskope.com","token":"…"}',
    '{"domain":"corp.goskope.com","token":"REPLACE_ME"}',
    '{"domain":"corp.goskope.com","token":"change-me"}',
  ])('it is %j', async (value) => {
    holdsText(value);
    expect(await read()).toBeUndefined();
  });
});

describe('a malformed secret names the secret and the field, and no value that may be the token', () => {
  const DOMAIN_EXPECTED =
    'secret audit/netskope, field domain: expected the host name of the tenant, such as corp.goskope.com; not a URL with user, port or path, nor an address';
  const TOKEN_EXPECTED =
    'secret audit/netskope, field token: expected a REST API v2 token, visible characters without spaces';
  const DAY_EXPECTED = 'secret audit/netskope, field tokenExpiresAt: expected a day as YYYY-MM-DD';
  const SHAPE_EXPECTED = 'expected {"domain":"corp.goskope.com","token":"…"}';

  test.each<[string, string]>([
    [TOKEN, `secret audit/netskope is not JSON; ${SHAPE_EXPECTED}`],
    [
      `{"domain":"corp.goskope.com","token":"${TOKEN}"`,
      `secret audit/netskope is not JSON; ${SHAPE_EXPECTED}`,
    ],
    [`"${TOKEN}"`, `secret audit/netskope is not a JSON object; ${SHAPE_EXPECTED}`],
    [`["${TOKEN}"]`, `secret audit/netskope is not a JSON object; ${SHAPE_EXPECTED}`],
    ['null', `secret audit/netskope is not a JSON object; ${SHAPE_EXPECTED}`],
    [`{"token":"${TOKEN}"}`, DOMAIN_EXPECTED],
    [`{"domain":"${TOKEN}","token":"${TOKEN}"}`, DOMAIN_EXPECTED],
    [
      `{"domain":"https://user@corp.goskope.com","token":"${TOKEN}"}`,
      `${DOMAIN_EXPECTED} (did you mean corp.goskope.com?)`,
    ],
    [`{"domain":"corp","token":"${TOKEN}"}`, `${DOMAIN_EXPECTED} (did you mean corp.goskope.com?)`],
    [`{"domain":17,"token":"${TOKEN}"}`, DOMAIN_EXPECTED],
    [`{"domain":"corp.goskope.com","token":"${TOKEN} ${TOKEN}"}`, TOKEN_EXPECTED],
    [`{"domain":"corp.goskope.com","token":"${TOKEN}\\r\\nHost: evil"}`, TOKEN_EXPECTED],
    ['{"domain":"corp.goskope.com","token":17}', TOKEN_EXPECTED],
    [`{"domain":"corp.goskope.com","token":"${TOKEN}é"}`, TOKEN_EXPECTED],
    [`{"domain":"corp.goskope.com","token":"${TOKEN}","tokenExpiresAt":"28.11.2026"}`, DAY_EXPECTED],
    [`{"domain":"corp.goskope.com","token":"${TOKEN}","tokenExpiresAt":"2026-13-01"}`, DAY_EXPECTED],
    [`{"domain":"corp.goskope.com","token":"${TOKEN}","tokenExpiresAt":1795910399}`, DAY_EXPECTED],
  ])('%s', async (value, message) => {
    holdsText(value);
    const failure = await failureOf(read());
    expect([failure.name, failure.message]).toEqual(['CredentialError', message]);
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(TOKEN);
  });
});

describe('a secret that cannot be read', () => {
  test('does not exist', async () => {
    expect((await failureOf(read())).message).toBe(
      'secret audit/netskope could not be read: ResourceNotFoundException',
    );
  });

  test('is forbidden to the function', async () => {
    holdsText(JSON.stringify({ domain: 'corp.goskope.com', token: TOKEN }));
    const denied = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' } as const;
    aws.hooks = { before: () => denied };
    expect((await failureOf(read())).message).toBe(
      'secret audit/netskope could not be read: AccessDeniedException',
    );
  });

  test('has no value, and may not be described either', async () => {
    aws.secrets.create(SECRET_NAME);
    const denied = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' } as const;
    aws.hooks = { before: ({ operation }) => (operation === 'DescribeSecret' ? denied : undefined) };
    expect((await failureOf(read())).message).toBe(
      'secret audit/netskope could not be described: AccessDeniedException',
    );
  });
});
