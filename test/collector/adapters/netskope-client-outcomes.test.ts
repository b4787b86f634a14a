import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Outcome } from '../../../lambdas/collector/core/protocol/iterator';
import { EMPTY_PAGE, ScriptedTenant } from './scripted-tenant';

/** Node's diagnostics channel: the client has read the head of an answer. */
const HEAD_ARRIVED = 'http.client.response.finish';

const LOOK_FOR_TOKEN =
  'the token is unknown, expired or revoked: look for it in Settings > Administration > Administrators & Roles > Service accounts (new tokens since November 2025) and Settings > Tools > REST API v2 (older tokens)';
const LOOK_FOR_ADDRESS =
  "perhaps the source address of this function is not allowed: look at Settings > Administration > IP Allowlist and the list of the token's role";

let tenant: ScriptedTenant;
beforeEach(async () => {
  tenant = await ScriptedTenant.start();
});
afterEach(() => tenant.stop());

describe('an answer without a page, by what it says about the cursor', () => {
  test.each<[string, number, Record<string, string>, string | Buffer, Outcome]>([
    [
      '429',
      429,
      { 'Retry-After': '7' },
      '{"message":"API rate limit exceeded"}',
      { kind: 'not-served', reason: 'HTTP 429: {"message":"API rate limit exceeded"}', retryAfterMs: 7_000 },
    ],
    [
      '429 with a date',
      429,
      { 'Retry-After': 'Wed, 18 Nov 2026 12:00:09 GMT' },
      '',
      { kind: 'not-served', reason: 'HTTP 429', retryAfterMs: 9_000 },
    ],
    [
      '409',
      409,
      {},
      'Concurrency conflict, retry later',
      { kind: 'not-served', reason: 'HTTP 409: Concurrency conflict, retry later', retryAfterMs: undefined },
    ],
    [
      '401',
      401,
      {},
      '{"message":"Unauthorized"}',
      { kind: 'refused', reason: `HTTP 401; ${LOOK_FOR_TOKEN}` },
    ],
    [
      '401 as a web page',
      401,
      { 'content-type': 'text/html' },
      'your-token',
      { kind: 'refused', reason: `HTTP 401, the body is text/html, not JSON; ${LOOK_FOR_TOKEN}` },
    ],
    ['403', 403, {}, 'Access\n  denied', { kind: 'refused', reason: 'HTTP 403' }],
    [
      '403 as a web page',
      403,
      { 'content-type': 'text/html' },
      'your-token',
      { kind: 'refused', reason: `HTTP 403, the body is text/html, not JSON; ${LOOK_FOR_ADDRESS}` },
    ],
    [
      '403 as a web page without a type',
      403,
      {},
      '<!DOCTYPE html><p>your-token',
      { kind: 'refused', reason: `HTTP 403; ${LOOK_FOR_ADDRESS}` },
    ],
    [
      '403 as text',
      403,
      { 'content-type': 'text/plain' },
      'your-token',
      { kind: 'refused', reason: 'HTTP 403, the body is text/plain, not JSON' },
    ],
    ['400', 400, {}, '', { kind: 'bad-request', reason: 'HTTP 400' }],
    ['404', 404, {}, 'no Route', { kind: 'rejected', reason: 'HTTP 404: no Route' }],
    ['418', 418, {}, '', { kind: 'rejected', reason: 'HTTP 418' }],
    ['500', 500, {}, '', { kind: 'failed', reason: 'HTTP 500' }],
    ['503', 503, {}, '', { kind: 'failed', reason: 'HTTP 503' }],
    ['599', 599, {}, '', { kind: 'failed', reason: 'HTTP 599' }],
    ['502', 502, {}, '', { kind: 'doubtful', reason: 'HTTP 502' }],
    ['504', 504, {}, '', { kind: 'doubtful', reason: 'HTTP 504' }],
    ['408', 408, {}, '', { kind: 'doubtful', reason: 'HTTP 408' }],
    ['425', 425, {}, '', { kind: 'doubtful', reason: 'HTTP 425' }],
    ['499', 499, {}, '', { kind: 'doubtful', reason: 'HTTP 499' }],
    ['206', 206, {}, EMPTY_PAGE, { kind: 'failed', reason: 'HTTP 206: {"ok":1,"result":[]}' }],
    [
      'ok is 0',
      200,
      {},
      '{"ok":0,"result":"busy"}',
      { kind: 'failed', reason: 'HTTP 200, but ok is 0: busy' },
    ],
    [
      'ok is 0, for the token',
      200,
      {},
      '{"ok":0,"status":401,"result":"your-token"}',
      { kind: 'refused', reason: `HTTP 200 with status 401 in its body; ${LOOK_FOR_TOKEN}` },
    ],
    [
      'ok is 0, for the scope',
      200,
      {},
      '{"ok":0,"status":403,"result":"your-token"}',
      { kind: 'refused', reason: 'HTTP 200 with status 403 in its body' },
    ],
    [
      'a web page',
      200,
      { 'content-type': 'text/html; charset=utf-8' },
      '<html>',
      { kind: 'failed', reason: 'HTTP 200, but the body is text/html, not JSON' },
    ],
  ])('%s', async (_what, status, headers, body, outcome) => {
    tenant.answerWith(status, headers, body);
    expect(await tenant.ask()).toEqual(outcome);
  });

  test.each<[string, number, Record<string, string>, string, string]>([
    [
      'a body that is not gzip',
      200,
      { 'content-encoding': 'gzip' },
      EMPTY_PAGE,
      'HTTP 200, but the gzip body of 20 bytes cannot be unpacked: incorrect header check',
    ],
    [
      'an encoding nobody asked for',
      200,
      { 'content-encoding': 'br' },
      EMPTY_PAGE,
      'HTTP 200, but the body of 20 bytes has the content encoding "br", expected gzip or none',
    ],
    ['no body', 200, {}, '', 'HTTP 200, but the body is empty'],
    ['204', 204, {}, '', 'HTTP 204, but the body is empty'],
  ])('%s is complete but unreadable, and kept as evidence', async (_what, status, headers, body, reason) => {
    tenant.answerWith(status, { ...headers, 'RateLimit-Remaining': '0', 'RateLimit-Reset': '3' }, body);
    expect(await tenant.ask()).toEqual({
      kind: 'unreadable',
      reason,
      bytes: Buffer.from(body),
      contentEncoding: headers['content-encoding'],
      rateLimitPauseMs: 3_000,
    });
  });

  test.each([301, 302, 303, 307, 308])(
    'a redirect by %i is reported and not followed: the token goes nowhere else',
    async (status) => {
      tenant.answerWith(status, { Location: `http://127.0.0.1:${tenant.port}/elsewhere?x=1` });
      expect(await tenant.ask()).toEqual({
        kind: 'rejected',
        reason: `HTTP ${status}, a redirect to 127.0.0.1:${tenant.port}: is the domain right?`,
      });
      expect(tenant.received).toHaveLength(1);
    },
  );

  test('a redirect to nowhere in particular', async () => {
    tenant.answerWith(302, { Location: '/sign-in' });
    expect(await tenant.ask()).toMatchObject({
      reason: 'HTTP 302, a redirect to an unknown place: is the domain right?',
    });
  });
});

describe('the connection', () => {
  test('is reset before an answer: the request may have been served', async () => {
    tenant.answer = (request) => request.socket.resetAndDestroy();
    expect(await tenant.ask()).toEqual({
      kind: 'doubtful',
      reason: 'the connection broke before an answer came: ECONNRESET',
    });
  });

  test('ends in the middle of a body: the page was made', async () => {
    tenant.answer = (request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"ok":1,');
      setImmediate(() => request.socket.destroy());
    };
    expect(await tenant.ask()).toEqual({
      kind: 'cut',
      reason: 'the body of a 200 was cut: aborted',
      rateLimitPauseMs: 0,
    });
  });

  test('is refused: there was no request', async () => {
    await tenant.stop();
    expect(await tenant.ask()).toEqual({
      kind: 'not-served',
      reason: 'Netskope could not be reached: ECONNREFUSED',
    });
  });

  test('stays silent beyond the timeout: the request may still be running', async () => {
    tenant.answer = () => tenant.clock.expireTimeouts();
    expect(await tenant.ask()).toEqual({ kind: 'doubtful', reason: 'no answer within 120000 ms' });
  });

  test('brings a 200 whose body never ends: the page was made', async () => {
    tenant.answer = (_request, response) => response.writeHead(200).write('{"ok":1,');
    const headArrived = (): void => void setImmediate(() => tenant.clock.expireTimeouts());
    subscribe(HEAD_ARRIVED, headArrived);
    try {
      expect(await tenant.ask()).toEqual({
        kind: 'cut',
        reason: 'the body of a 200 was cut: the body did not end in time',
        rateLimitPauseMs: 0,
      });
    } finally {
      unsubscribe(HEAD_ARRIVED, headArrived);
    }
  });
});
