import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { askNetskope, describeProxy } from '../../../lib/cli/netskope/netskope-request';
import { classifyAnswer } from '../../../lib/cli/netskope/probe-verdict';

const CALLED = { host: 'corp.goskope.com', token: 'token', feed: AUDIT_FEED };

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
    expect(classifyAnswer(answer(403, message), CALLED).kind).toBe(kind);
  });
});

/** An answer that is a web page, from a gateway or a web server. */
function page(status: number, contentType = 'text/html') {
  const body = Buffer.from('<html><body>no</body></html>');
  return { ...answer(status, '', { 'content-type': contentType }), body } as const;
}

describe('a web page from a host below a domain of Netskope', () => {
  it.each([
    [403, 'page-forbidden', 'HTTP 403, the body is text/html, not JSON'],
    [401, 'token-refused', 'HTTP 401, the body is text/html, not JSON'],
    [409, 'index-busy', 'HTTP 409, the body is text/html, not JSON'],
    [429, 'rate-limited', 'HTTP 429, the body is text/html, not JSON'],
    [503, 'netskope-failed', 'HTTP 503, the body is text/html, not JSON'],
    [200, 'not-understood', 'HTTP 200, but the body is text/html, not JSON'],
    [400, 'not-understood', 'HTTP 400, the body is text/html, not JSON'],
    [404, 'not-netskope', 'HTTP 404, the body is text/html, not JSON'],
  ])('says what its status says: %i, %s', (status, kind, received) => {
    expect(classifyAnswer(page(status), CALLED)).toMatchObject({ kind, received });
  });

  it('is one by its text, too', () => {
    const verdict = { kind: 'page-forbidden', received: 'HTTP 403 with a web page' };
    for (const type of [undefined, 'application/json'])
      expect(classifyAnswer({ ...page(403), headers: { 'content-type': type } }, CALLED)).toEqual(verdict);
  });

  it.each(['corp.govskope.us', 'corp.eu.goskope.com'])('such as %s', (host) => {
    expect(classifyAnswer(page(403), { ...CALLED, host }).kind).toBe('page-forbidden');
  });
});

it.each([
  [200, 'corp.example.com'],
  [401, 'corp.example.com'],
  [403, 'corp.example.com'],
  [429, 'corp.example.com'],
  [403, 'goskope.com.evil.example'],
  [403, 'evilgoskope.com'],
])('a web page with %i from %s is no tenant', (status, host) => {
  expect(classifyAnswer(page(status), { ...CALLED, host }).kind).toBe('not-netskope');
});

it('a 200 of another type is named by its type', () => {
  const plain = { ...page(200, 'text/plain; charset=utf-8'), body: Buffer.from('Please sign in') };
  expect(classifyAnswer(plain, CALLED)).toEqual({
    kind: 'answer-damaged',
    received: 'HTTP 200, but the body is text/plain, not JSON',
  });
});

it.each([
  ['{"ok":0,"status":401,"result":"Token has expired"}', 'token-refused'],
  ['{"ok":0,"status":403,"result":"You cannot consume this service"}', 'scope-missing'],
  ['{"ok":0,"status":403,"result":"no"}', 'forbidden'],
])('a refusal in a 200 is one: %s', (body, kind) => {
  expect(classifyAnswer({ ...answer(200, ''), body: Buffer.from(body) }, CALLED).kind).toBe(kind);
});

it('a 429 tells how long to wait, in seconds or as a date', () => {
  const wait = (headers: Readonly<Record<string, string>>): unknown =>
    classifyAnswer(answer(429, 'API rate limit exceeded', headers), CALLED);
  expect(wait({ 'retry-after': '7' })).toMatchObject({ kind: 'rate-limited', retryAfterMs: 7000 });
  expect(wait({ 'retry-after': 'Wed, 18 Nov 2026 12:01:00 GMT' })).toMatchObject({ retryAfterMs: 60_000 });
  expect(wait({ 'ratelimit-reset': '3' })).toMatchObject({ retryAfterMs: 3000 });
  expect(wait({})).toMatchObject({ retryAfterMs: undefined });
});

it('what a host answers can neither repaint the terminal nor repeat the token', () => {
  const called = { ...CALLED, token: 's3cr3t' };
  expect(classifyAnswer(answer(401, 'bad \u001b[2Jtoken s3cr3t\u202e'), called)).toMatchObject({
    received: 'HTTP 401: bad \\u{001b}[2Jtoken [token]\\u{202e}',
  });
  const type = { 'content-type': 'text/html-s3cr3t\u009b2J' };
  expect(classifyAnswer(answer(403, '', type), called)).toMatchObject({
    received: 'HTTP 403, the body is text/html-[token]\\u{009b}2j, not JSON',
  });
});

it('a 204 means that the token is accepted', () => {
  expect(classifyAnswer(answer(204, ''), CALLED)).toEqual({ kind: 'served', events: 0 });
});

it('a host that takes the request and never answers is given up after the timeout', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const asked = { origin: `http://127.0.0.1:${port}`, path: '/', query: {}, token: 'token', nowMs: () => 0 };
  const unanswered = await askNetskope({ ...asked, timeoutMs: 50 });
  expect(unanswered).toEqual({ kind: 'unanswered', stage: 'answer', code: 'TIMEOUT' });
  expect(classifyAnswer(unanswered, CALLED)).toEqual({ kind: 'no-answer', received: 'TIMEOUT' });
  server.close();
});

it.each([
  ['20.20.2', 'HTTPS_PROXY is set, but Node.js 20.20.2 does not go by it; 22.21 and 24.5 do'],
  ['22.20.0', 'HTTPS_PROXY is set, but Node.js 22.20.0 does not go by it; 22.21 and 24.5 do'],
  ['22.21.0', 'through the proxy proxy.example.com:3128'],
  ['24.4.1', 'HTTPS_PROXY is set, but Node.js 24.4.1 does not go by it; 22.21 and 24.5 do'],
  ['24.21.0', 'through the proxy proxy.example.com:3128'],
  ['26.0.0', 'through the proxy proxy.example.com:3128'],
])('on Node.js %s a failed call says what came of the proxy: %s', (version, words) => {
  const environment = { HTTPS_PROXY: 'http://user:secret@proxy.example.com:3128' };
  expect(describeProxy(environment, version)).toBe(words);
  expect(describeProxy({}, version)).toBeUndefined();
});

it('a failed call behind a proxy is told with it', () => {
  const proxy = 'through the proxy proxy.example.com:3128';
  const failed = { kind: 'unanswered', stage: 'connect', code: 'ECONNREFUSED', proxy } as const;
  expect(classifyAnswer(failed, CALLED)).toEqual({
    kind: 'unreachable',
    received: 'ECONNREFUSED; through the proxy proxy.example.com:3128',
  });
});
