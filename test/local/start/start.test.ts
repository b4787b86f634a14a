import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { NetskopeSimulator } from '../../../lib/local/netskope-simulator/netskope-simulator';
import type { SimulatorOptions } from '../../../lib/local/netskope-simulator/simulator-options';
import { Screen } from '../../../lib/local/start/screen';
import { start } from '../../../lib/local/start/start';
import { StartError, StartInterrupted } from '../../../lib/local/start/start-error';
import type { OpenTenant, Tenant } from '../../../lib/local/start/tenant';

const TOKEN = 'a-token-that-must-not-be-seen';

let stateFolder: string;

beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'start-'));
});

afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

/** A tenant without events that behaves as the test says. */
class TestTenant implements Tenant {
  readonly folderName = 'tenant';
  readonly startLookbackHours = 1;
  prepare = async (): Promise<void> => undefined;

  constructor(private readonly options: Partial<SimulatorOptions>) {}

  async open(): Promise<OpenTenant> {
    const simulator = await NetskopeSimulator.start({ nowMs: Date.now, waitTimeS: 0, ...this.options });
    return {
      description: 'a tenant of the test',
      secret: { domain: 'corp.goskope.com', token: TOKEN },
      environment: { NETSKOPE_ENDPOINT_URL: simulator.url },
      close: () => simulator.stop(),
    };
  }
}

/** Starts and returns the printed lines; a failure is the last one. */
async function printedBy(tenant: Tenant, signal = new AbortController().signal) {
  const printed: string[] = [];
  const screen = new Screen({ write: (text) => printed.push(text) }, {});
  const failure = await start({ feed: AUDIT_FEED, tenant, stateFolder, screen, signal }).catch(
    (error: unknown) => error,
  );
  return { text: printed.join(''), failure };
}

/** The content of all files of the state folder. */
function keptText(): string {
  const files = readdirSync(stateFolder, { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  return files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1')).join('\n');
}

describe('a start whose token is refused', () => {
  it('fails with what Netskope said, shows the warning, and neither prints nor keeps the token', async () => {
    const { text, failure } = await printedBy(new TestTenant({ tokens: { valid: ['another token'] } }));
    expect(failure).toBeInstanceOf(StartError);
    expect((failure as StartError).message).toMatch(/^The run failed: CredentialError: .*HTTP 401/);
    expect(text).toMatch(/^warning {2}no page, .*HTTP 401/m);
    expect(`${text}${String(failure)}`).not.toContain(TOKEN);
    expect(keptText()).not.toContain(TOKEN);
  });
});

describe('a start', () => {
  it('keeps the token of the tenant out of every file and every line', async () => {
    const { text, failure } = await printedBy(new TestTenant({ tokens: { valid: [TOKEN] } }));
    expect(failure).toBeUndefined();
    expect(text).toContain('Archive: empty');
    expect(text).not.toContain(TOKEN);
    expect(keptText()).not.toContain(TOKEN);
  });

  it('creates nothing if the tenant is not ready', async () => {
    const tenant = new TestTenant({});
    tenant.prepare = () => Promise.reject(new StartError('The tenant is not there.'));
    expect((await printedBy(tenant)).failure).toEqual(new StartError('The tenant is not there.'));
    expect(existsSync(join(stateFolder, 'tenant'))).toBe(false);
  });

  it('is interrupted, not failed, if the operator ends it while it looks for the tenant', async () => {
    const interruption = new AbortController();
    const tenant = new TestTenant({});
    tenant.prepare = () => {
      interruption.abort();
      return Promise.reject(new StartError('The tenant is not there.'));
    };
    const { failure } = await printedBy(tenant, interruption.signal);
    expect(failure).toBeInstanceOf(StartInterrupted);
  });
});
