import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { askNetskope } from '../../../lib/cli/netskope/netskope-request';
import { classifyAnswer } from '../../../lib/cli/netskope/probe-verdict';

/** An answer of Netskope's gateway: JSON with a message. */
function answer(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
  const body = Buffer.from(JSON.stringify({ message }));
  return { kind: 'answered', status, headers, body, receivedAtMs: 1_795_003_200_000 } as const;
}

describe('the reason of a 403 is recognized by its text', () => {
  it.each([
    ['You cannot consume this service', 'scope-missing'],
    ['IP address not allowed: 192.0.2.7', 'address-refused'],
    ['Your IP address is not allowed', 'address-refused'],
    ['REST API is disabled for this tenant', 'api-disabled'],
    ['Invalid authentication credentials', 'token-refused'],
    ['Token expired', 'token-refused'],
    ['No recipient for this request', 'forbidden'],
  ])('%s: %s', (message, kind) => {
    expect(classifyAnswer(answer(403, message), 'token').kind).toBe(kind);
  });
});

it('a 429 tells how long to wait, in seconds or as a date', () => {
  const wait = (headers: Readonly<Record<string, string>>): unknown =>
    classifyAnswer(answer(429, 'API rate limit exceeded', headers), 'token');
  expect(wait({ 'retry-after': '7' })).toMatchObject({ kind: 'rate-limited', retryAfterMs: 7000 });
  expect(wait({ 'retry-after': 'Wed, 18 Nov 2026 12:01:00 GMT' })).toMatchObject({ retryAfterMs: 60_000 });
  expect(wait({ 'ratelimit-reset': '3' })).toMatchObject({ retryAfterMs: 3000 });
  expect(wait({})).toMatchObject({ retryAfterMs: undefined });
});

it('what a host answers can neither repaint the terminal nor repeat the token', () => {
  const { received } = classifyAnswer(answer(401, 'bad \u001b[2Jtoken s3cr3t\u202e'), 's3cr3t') as {
    readonly received: string;
  };
  expect(received).toBe('HTTP 401: bad \\u{001b}[2Jtoken [token]\\u{202e}');
});

it('a 204 means that the token is accepted', () => {
  expect(classifyAnswer(answer(204, ''), 'token')).toEqual({ kind: 'served', events: 0 });
});

it('a host that takes the request and never answers is given up after the timeout', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const asked = { origin: `http://127.0.0.1:${port}`, path: '/', query: {}, token: 'token', nowMs: () => 0 };
  const unanswered = await askNetskope({ ...asked, timeoutMs: 50 });
  expect(unanswered).toEqual({ kind: 'unanswered', stage: 'answer', code: 'TIMEOUT' });
  expect(classifyAnswer(unanswered, 'token')).toEqual({ kind: 'no-answer', received: 'TIMEOUT' });
  server.close();
});
