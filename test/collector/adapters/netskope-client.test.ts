import { gzipSync } from 'node:zlib';
import type { Call } from '../../../lambdas/collector/core/protocol/call';
import { EMPTY_PAGE, ScriptedTenant, TOKEN } from './scripted-tenant';

let tenant: ScriptedTenant;
beforeEach(async () => {
  tenant = await ScriptedTenant.start();
});
afterEach(() => tenant.stop());

describe('the request as Netskope sees it', () => {
  test.each<[string, Call, string]>([
    [
      'next',
      { operation: 'next' },
      '/api/v2/events/dataexport/events/audit?index=netskope-0123456789abcdef&operation=next',
    ],
    [
      'resend',
      { operation: 'resend' },
      '/api/v2/events/dataexport/events/audit?index=netskope-0123456789abcdef&operation=resend',
    ],
    [
      'an epoch in unix seconds',
      { operation: 'epoch', epochS: 1_795_003_200 },
      '/api/v2/events/dataexport/events/audit?index=netskope-0123456789abcdef&operation=1795003200',
    ],
  ])('%s', async (_what, call, url) => {
    await tenant.ask(call);
    expect(tenant.received.map(({ method, url: seen }) => [method, seen])).toEqual([['GET', url]]);
  });

  test('an index name is encoded', async () => {
    await tenant.ask({ operation: 'next' }, 'a b&operation=head#é');
    const url = new URL(tenant.received[0]?.url ?? '', 'http://tenant');
    expect([...url.searchParams]).toEqual([
      ['index', 'a b&operation=head#é'],
      ['operation', 'next'],
    ]);
  });

  test('the headers say who asks, and that gzip is understood', async () => {
    await tenant.ask();
    expect(tenant.received[0]?.headers).toMatchObject({
      host: `127.0.0.1:${tenant.port}`,
      accept: 'application/json',
      'accept-encoding': 'gzip',
      'user-agent': 'netskope-audit-collector/0.1.0',
      'netskope-api-token': TOKEN,
    });
  });

  test('the token is in its header and nowhere else', async () => {
    await tenant.ask();
    const { url = '', headers = {} } = tenant.received[0] ?? {};
    const elsewhere = { ...headers, 'netskope-api-token': undefined };
    expect(`${url} ${JSON.stringify(elsewhere)}`).not.toContain(TOKEN);
  });
});

describe('a page', () => {
  test('that was compressed is decoded', async () => {
    tenant.answerWith(
      200,
      { 'content-encoding': 'gzip' },
      gzipSync('{"ok":1,"result":[{"_id":"a"}],"wait_time":1}'),
    );
    const outcome = await tenant.ask();
    expect(outcome).toMatchObject({
      kind: 'page',
      rateLimitPauseMs: 0,
      page: { body: Buffer.from('{"ok":1,"result":[{"_id":"a"}],"wait_time":1}'), waitS: 1 },
    });
  });

  test('comes with the bytes and the SHA-256 of its body as transferred', async () => {
    tenant.answerWith(200, {}, EMPTY_PAGE);
    expect(await tenant.ask()).toMatchObject({
      kind: 'page',
      bytes: Buffer.from(EMPTY_PAGE),
      page: { sha256: '4f7720d6eebed261cb073d2c15edbb7fd63b269025b54ed05530eeda9f05a687' },
    });
  });

  test('a spent rate limit asks for a pause', async () => {
    tenant.answerWith(
      200,
      { 'RateLimit-Limit': '4', 'RateLimit-Remaining': '0', 'RateLimit-Reset': '1' },
      EMPTY_PAGE,
    );
    expect(await tenant.ask()).toMatchObject({ kind: 'page', rateLimitPauseMs: 1_000 });
  });

  test('is never a 204, whatever the call', async () => {
    tenant.answerWith(204);
    for (const operation of ['resend', 'next'] as const)
      expect(await tenant.ask({ operation })).toMatchObject({
        kind: 'unreadable',
        reason: 'HTTP 204, but the body is empty',
      });
  });
});

const LOOK_FOR_TOKEN =
  'the token is unknown, expired or revoked: look for it in Settings > Administration > Administrators & Roles > Service accounts (new tokens since November 2025) and Settings > Tools > REST API v2 (older tokens)';

describe('no reason shows the token, wherever the answer repeats it', () => {
  test.each<[string, number, string, string]>([
    ['a refusal', 401, `{"message":"Invalid token: ${TOKEN}"}`, `HTTP 401; ${LOOK_FOR_TOKEN}`],
    ['a refusal that repeats it often', 403, `${TOKEN} `.repeat(50), 'HTTP 403'],
    [
      'a refusal in a 200',
      200,
      JSON.stringify({ ok: 0, status: 401, result: `bad token ${TOKEN}` }),
      `HTTP 200 with status 401 in its body; ${LOOK_FOR_TOKEN}`,
    ],
  ])('%s: its body is not shown at all', async (_what, status, body, reason) => {
    tenant.answerWith(status, {}, body);
    expect(await tenant.ask()).toEqual({ kind: 'refused', reason });
  });

  test.each([403, 200])('the type of a %i', async (status) => {
    tenant.answerWith(status, { 'content-type': `text/${TOKEN}` }, 'no');
    expect(JSON.stringify(await tenant.ask())).toContain('the body is text/[token], not JSON');
  });

  test.each<[string, number, string]>([
    ['an error in a 200', 200, JSON.stringify({ ok: 0, result: `bad token ${TOKEN}` })],
    ['an unexpected `ok`', 200, JSON.stringify({ ok: TOKEN, result: [] })],
    ['a server error', 500, TOKEN],
  ])('%s', async (_what, status, body) => {
    tenant.answerWith(status, {}, body);
    const text = JSON.stringify(await tenant.ask());
    expect(text).not.toContain(TOKEN);
    expect(text).toContain('[token]');
  });
});

test('only the beginning of a long error page is shown', async () => {
  tenant.answerWith(400, {}, 'x '.repeat(50_000));
  expect(await tenant.ask()).toEqual({ kind: 'bad-request', reason: `HTTP 400: ${'x '.repeat(99)}x` });
});

test('a long run of characters is removed from an error page: it may be a token in another form', async () => {
  tenant.answerWith(400, {}, `no ${'x'.repeat(100_000)} here`);
  expect(await tenant.ask()).toEqual({ kind: 'bad-request', reason: 'HTTP 400: no [removed] here' });
});
