import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateAuditEvents } from '../../lib/local/netskope-simulator/events/audit-events';
import { NetskopeSimulator } from '../../lib/local/netskope-simulator/netskope-simulator';
import { npmStart } from './npm-start';
import { storedInFolder } from './stored-events';

const TOKEN = 'a-token-that-must-not-be-seen';
const TENANT = { NETSKOPE_DOMAIN: 'corp.goskope.com', NETSKOPE_TOKEN: TOKEN };

let stateFolder: string;
beforeEach(() => {
  stateFolder = join(mkdtempSync(join(tmpdir(), 'test-server-')), 'state');
});
afterEach(() => rmSync(join(stateFolder, '..'), { recursive: true, force: true }));

function startAt(endpoint: string) {
  const environment = { ...TENANT, NETSKOPE_ENDPOINT_URL: endpoint };
  return npmStart({ args: ['--state-folder', stateFolder], environment });
}

describe('npm start with NETSKOPE_ENDPOINT_URL', () => {
  it('collects from the server on loopback, apart from the archive of the tenant itself', async () => {
    const simulator = await NetskopeSimulator.start({
      nowMs: Date.now,
      tokens: { valid: [TOKEN] },
      rateLimitPerS: 'unlimited',
      waitTimeS: 0,
    });
    const toEpochS = Math.floor(Date.now() / 1000) - 60;
    const events = generateAuditEvents({ seed: 3, count: 50, fromEpochS: toEpochS - 7200, toEpochS });
    simulator.add(events);
    const { exitCode, stdout, stderr } = await startAt(simulator.url);
    await simulator.stop();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`Source     ${simulator.url}, in the place of corp.goskope.com\n`);
    const { archived, quarantined } = storedInFolder(join(stateFolder, 'corp.goskope.com@loopback'));
    expect([...archived, ...quarantined].sort()).toEqual(events.map(({ text }) => text).sort());
    expect(existsSync(join(stateFolder, 'corp.goskope.com'))).toBe(false);
  });

  it('refuses any other server, and creates nothing', async () => {
    const end = await startAt('https://corp.goskope.com.evil.example');
    expect(end).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'NETSKOPE_ENDPOINT_URL is "https://corp.goskope.com.evil.example"; expected an http or https origin on this machine, such as http://127.0.0.1:8080. Unset it for Netskope itself.\n',
    });
    expect(existsSync(stateFolder)).toBe(false);
  });

  it('says that nothing listens there', async () => {
    const simulator = await NetskopeSimulator.start({ nowMs: Date.now });
    const { url } = simulator;
    await simulator.stop();
    const { exitCode, stderr } = await startAt(url);
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `127.0.0.1 cannot be reached on port ${new URL(url).port} (ECONNREFUSED): nothing was changed.\n`,
    );
  });

  it('shows the text of a server without control characters', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end('{"message":"gone\\u001b[2J\\u202e"} \u001b[2J\u009b2J');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { exitCode, stdout, stderr } = await startAt(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );
    server.close();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('HTTP 404');
    expect(stdout).toMatch(/^warning {2}.*HTTP 404/m);
    expect(`${stdout}${stderr}`).toContain('\\u{001b}[2J');
    expect(`${stdout}${stderr}`).not.toMatch(/(?!\n)\p{C}/u);
  });
});
