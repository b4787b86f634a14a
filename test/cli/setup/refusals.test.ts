import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { describeProbeFailure } from '../../../lib/cli/netskope/describe-probe-failure';
import { probe } from '../../../lib/cli/netskope/probe';
import type { Fault } from '../../../lib/local/netskope-simulator/gateway/fault';
import { TOKEN } from '../../pipeline';
import { SCRIPTED, SetupCommand } from './setup-command';

let command: SetupCommand;
let untouched: SetupCommand['secret'];

beforeAll(async () => {
  command = await SetupCommand.start();
  untouched = command.secret;
});
afterEach(() => command.repair());
afterAll(() => command.stop());

/** Fails every probe and returns the output of the command, with its variable parts made equal. */
async function refusedBy(fault: Fault): Promise<{ exitCode: number | null; stderr: string }> {
  command.breakNetskope(() => fault);
  return refused();
}

async function refused(environment: Readonly<Record<string, string>> = {}) {
  const { exitCode, stderr } = await command.run(SCRIPTED, { environment });
  return {
    exitCode,
    stderr: stderr.replaceAll(/probe-[0-9a-f]{16}/g, 'probe-ID').replaceAll(/:\d{4,5}/g, ':PORT'),
  };
}

/** Answers of Netskope and failures on the way to it, with exit code and message. */
const REFUSALS: readonly (readonly [string, Fault, number, string])[] = [
  [
    'a token that is unknown',
    { kind: 'unauthorized' },
    5,
    '✗ Netskope does not accept the token: HTTP 401: Unauthorized. It is mistyped, expired or revoked, or of another tenant. Nothing was changed.\n' +
      '  Look for it in Settings > Administration > Administrators & Roles > Service accounts (new tokens since November 2025) and Settings > Tools > REST API v2 (older tokens). A new one needs a role with Audit Log: View, one of the older kind read access to the endpoint /api/v2/events/dataexport/events/audit; a REST API v1 token does not work.\n',
  ],
  [
    'a token without the scope',
    { kind: 'forbidden', body: 'scope' },
    5,
    '✗ Netskope knows the token, but it may not read audit events: HTTP 403: You cannot consume this service. Nothing was changed.\n' +
      '  Give it read access to the endpoint /api/v2/events/dataexport/events/audit (Settings > Tools > REST API v2), or its service account a role with Audit Log: View.\n',
  ],
  [
    'an address that is not on the list',
    { kind: 'forbidden', body: 'address' },
    5,
    '✗ The tenant does not admit the source address of this machine: HTTP 403: Your IP address is not allowed. Nothing was changed.\n' +
      "  Add the address in Settings > Administration > IP Allowlist, or to the list of the token's role. The collector needs a listed address as well, and Lambda has no fixed one.\n",
  ],
  [
    'a gateway that answers 403 with a web page',
    { kind: 'forbidden', body: 'html' },
    5,
    '✗ corp.goskope.com refuses the request with a web page: HTTP 403, the body is text/html, not JSON. Perhaps the tenant does not admit the source address of this machine. Nothing was changed.\n' +
      "  Check that the address is in Settings > Administration > IP Allowlist, and in the list of the token's role. The collector needs a listed address as well, and Lambda has no fixed one. If the address is admitted, look for a proxy that answers in Netskope's place.\n",
  ],
  [
    'a REST API that is switched off',
    { kind: 'forbidden', body: 'api-disabled' },
    5,
    '✗ The REST API of the tenant is switched off: HTTP 403: REST API is disabled for this tenant. Nothing was changed.\n' +
      '  Switch it on in Settings > Tools > REST API v2, REST API Status.\n',
  ],
  [
    'a 403 in words that nobody knows, with every reason it may have',
    { kind: 'forbidden', body: 'text' },
    5,
    '✗ Netskope refuses the request and does not say why: HTTP 403: Access denied. Nothing was changed.\n' +
      '  Check in this order: that the token has read access to the endpoint /api/v2/events/dataexport/events/audit; Settings > Tools > REST API v2, REST API Status; Settings > Administration > IP Allowlist; whether the token has expired.\n',
  ],
  [
    'a rate limit that lasts',
    { kind: 'rate-limited', retryAfter: '3600' },
    1,
    '✗ Netskope limits the rate: HTTP 429: API rate limit exceeded; it asks to wait 1 h 00 min. Nothing was changed.\n' +
      '  Try again then. All consumers of the endpoint share its limit: find out what else polls audit events of this tenant.\n',
  ],
  [
    'another consumer on the index',
    { kind: 'conflict', body: 'text' },
    1,
    '✗ Netskope says that another consumer uses the index netskope-probe-ID: HTTP 409: Concurrency conflict, retry later. The name was made for this try alone. Nothing was changed.\n' +
      '  Try again, which uses a new name. If it stays so, stop whatever else reads audit events of this tenant, and open a case with Netskope.\n',
  ],
  [
    'a host with a web page where the API should be',
    { kind: 'foreign-host', status: 200 },
    1,
    '✗ corp.goskope.com answered as the API does not document: HTTP 200, but the body is text/html, not JSON. Nothing was changed.\n' +
      '  Check the domain, and look for a proxy that answers in its place; otherwise open a case with Netskope and give these words.\n',
  ],
  [
    'a host that sends people elsewhere',
    { kind: 'redirect' },
    1,
    '✗ corp.goskope.com is not a Netskope tenant: expected an answer of /api/v2/events/dataexport/events/audit, received HTTP 302, a redirect to sign-in.example.net. Nothing was changed.\n' +
      '  Check the domain. If the host is not yours, revoke the token in Netskope, for it was sent there.\n',
  ],
  [
    'a gateway that does not know the path',
    { kind: 'not-found' },
    1,
    '✗ corp.goskope.com is not a Netskope tenant: expected an answer of /api/v2/events/dataexport/events/audit, received HTTP 404: no Route matched with those values. Nothing was changed.\n' +
      '  Check the domain. If the host is not yours, revoke the token in Netskope, for it was sent there.\n',
  ],
  [
    'a gateway that fails',
    { kind: 'server-error', status: 503, cursorMoved: false },
    1,
    '✗ corp.goskope.com failed: HTTP 503: name resolution failed. Nothing was changed.\n' +
      "  Try again in a few minutes; if it stays so, look at the status page of your tenant's data center.\n",
  ],
  [
    'a connection that breaks before an answer',
    { kind: 'reset', cursorMoved: true },
    1,
    '✗ corp.goskope.com took the request and gave no answer (ECONNRESET). Nothing was changed.\n' +
      "  Try again in a few minutes; if it stays so, look at the status page of your tenant's data center.\n",
  ],
  [
    'answers that are cut each time',
    { kind: 'truncated-body' },
    1,
    '✗ corp.goskope.com answered, but each answer came damaged: HTTP 200, but the body was cut. Nothing was changed.\n' +
      '  Try again in a few minutes; if it stays so, look for a proxy that changes answers on the way.\n',
  ],
  [
    'an error in the clothes of a success',
    { kind: 'not-ok', result: 'tenant is being migrated' },
    1,
    '✗ corp.goskope.com answered as the API does not document: HTTP 200, but ok is 0: tenant is being migrated. Nothing was changed.\n' +
      '  Check the domain, and look for a proxy that answers in its place; otherwise open a case with Netskope and give these words.\n',
  ],
];

describe('setup says what is wrong and what to do, and writes nothing', () => {
  it.each(REFUSALS)('%s', async (_case, fault, exitCode, stderr) => {
    expect(await refusedBy(fault)).toEqual({ exitCode, stderr });
    expect(command.secret).toEqual(untouched);
  });

  it('a host that does not exist', async () => {
    // No name server is asked: a part of a name has 63 characters at most (RFC 1035, 2.3.4).
    const origin = `https://${'x'.repeat(64)}.invalid`;
    const host = 'corp.goskope.com';
    const asked = { feed: AUDIT_FEED, origin, host, token: TOKEN, sourceId: 'netskope' };
    const { verdict } = await probe({ ...asked, nowMs: Date.now });
    const tried = { feed: AUDIT_FEED, host, indexName: 'netskope-probe' };
    expect(verdict.kind === 'served' ? verdict : describeProbeFailure(verdict, tried)).toMatchObject({
      what: 'Host corp.goskope.com was not found (ENOTFOUND).',
      whatToDo:
        'Check the domain: it is the host name in the address bar of the Netskope console, such as corp.goskope.com or corp.eu.goskope.com.',
    });
  });

  it('an endpoint that is not on this machine, to which nothing is sent', async () => {
    expect(await refused({ NETSKOPE_ENDPOINT_URL: 'https://user:secret@evil.example' })).toEqual({
      exitCode: 2,
      stderr:
        '✗ The environment variable NETSKOPE_ENDPOINT_URL is "https://…@evil.example"; expected an http or https origin on this machine, such as http://127.0.0.1:PORT.\n' +
        '  Correct it, or unset it: only local tests need it.\n',
    });
    expect(command.secret).toEqual(untouched);
  });

  it('a host that nobody listens on', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await refused({ NETSKOPE_ENDPOINT_URL: `http://127.0.0.1:${port}` })).toEqual({
      exitCode: 1,
      stderr:
        '✗ No connection to corp.goskope.com came up (ECONNREFUSED). Nothing was changed.\n' +
        '  Check the network of this machine: its name server, and whether a firewall lets it connect to port 443.\n',
    });
    expect(command.secret).toEqual(untouched);
  });

  it('a host that speaks no TLS, to which the token is not sent', async () => {
    const received: Buffer[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', (bytes) => {
        received.push(bytes);
        socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { exitCode, stderr } = await refused({ NETSKOPE_ENDPOINT_URL: `https://127.0.0.1:${port}` });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^✗ TLS with corp.goskope.com failed \(\w+\); the token was not sent. Nothing was changed.\n/,
    );
    expect(Buffer.concat(received).toString('latin1')).not.toContain('HTTP');
    expect(command.secret).toEqual(untouched);
    server.close();
    await once(server, 'close');
  });
});

describe('setup tries again if that may help', () => {
  it.each([
    ['a body that was cut', { kind: 'truncated-body' }],
    ['a rate limit that is over at once', { kind: 'rate-limited', retryAfter: '0' }],
  ] as const)('%s, each time on a new index', async (_case, fault) => {
    const { simulator } = command.deployed.pipeline;
    const before = simulator.requests.length;
    command.breakNetskope(({ number }) => (number <= before + 2 ? fault : undefined));
    expect((await command.run()).exitCode).toBe(0);
    const probes = simulator.requests.slice(before, before + 3).map(({ index }) => index);
    expect(new Set(probes).size).toBe(3);
    expect(probes.every((index) => index.startsWith('netskope-probe-'))).toBe(true);
  });
});
