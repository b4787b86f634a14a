import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunSummary } from '../../lambdas/contract/deployment/collector-event';
import {
  bundleCollector,
  bundleDailyMessage,
  bundleDetector,
  bundleVerifier,
  FUNCTION_HANDLER,
} from '../../lib/build/function-bundles';
import { lambdaNodeBinary } from '../../lib/build/lambda-node';
import { LocalAws } from '../../lib/local/aws/local-aws';
import type { InvocationEnd } from '../../lib/local/function-process';
import { FunctionProcess } from '../../lib/local/function-process';
import {
  createLocalDetection,
  LOCAL_CHECKPOINT_TABLE,
  LOCAL_TOPIC_ARN,
  LocalDeployment,
} from '../../lib/local/local-deployment';
import { NetskopeSimulator } from '../../lib/local/netskope-simulator/netskope-simulator';
import { CliProcess } from '../cli/cli-process';
import { deployedSource, OUTPUTS } from '../cli/deployed-pipeline';
import { simulatedLogin } from '../collector/audit-events';
import { storedInAws } from './stored-events';
import { TlsProxy, TRUSTS_THE_PROXY } from './tls-proxy';

const TOKEN = 'a-token-that-must-not-be-seen';
const TENANT = 'corp.goskope.com:443';

const BUNDLES = {
  collector: bundleCollector,
  detector: (folder: string) => bundleDetector(folder),
  'daily-message': bundleDailyMessage,
  verifier: bundleVerifier,
} as const;
type FunctionName = keyof typeof BUNDLES;

/** With the bundle of each function. */
const folders = new Map<string, string>();
let aws: LocalAws;
let simulator: NetskopeSimulator;
let proxy: TlsProxy;
let deployment: LocalDeployment;
const processes: FunctionProcess[] = [];

beforeAll(() => {
  for (const [name, bundle] of Object.entries(BUNDLES)) {
    const folder = mkdtempSync(join(tmpdir(), `${name}-behind-proxy-`));
    bundle(folder);
    folders.set(name, folder);
  }
});
afterAll(() => {
  for (const folder of folders.values()) rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  aws = await LocalAws.start();
  simulator = await NetskopeSimulator.start({
    nowMs: Date.now,
    tokens: { valid: [TOKEN] },
    rateLimitPerS: 'unlimited',
    waitTimeS: 0,
  });
  proxy = await TlsProxy.start(simulator.url);
  deployment = await LocalDeployment.create(aws);
  await deployment.putSecret('netskope', { domain: 'corp.goskope.com', token: TOKEN });
});

afterEach(async () => {
  for (const process of processes.splice(0)) await process.stop();
  await proxy.stop();
  await simulator.stop();
  await aws.stop();
});

/** Host and port of the embedded AWS. */
const awsHost = (): string => new URL(aws.url).host;

/** The variables as for HTTP, but by HTTPS and the proxy. */
function behindProxy(environment: Readonly<Record<string, string>>): Record<string, string> {
  const encrypted = Object.entries(environment).map(([name, value]) => [
    name,
    value.replace(aws.url, `https://${awsHost()}`),
  ]);
  return {
    ...(Object.fromEntries(encrypted) as Record<string, string>),
    ...TRUSTS_THE_PROXY,
    HTTPS_PROXY: `http://user:password@${proxy.host}`,
  };
}

interface Invoked {
  readonly environment: Readonly<Record<string, string>>;
  readonly onLogLine?: (line: string) => void;
}

/** One invocation of a deployed bundle, on the Node.js of Lambda. */
async function invoke(name: FunctionName, payload: unknown, invoked: Invoked): Promise<InvocationEnd> {
  const process = new FunctionProcess({
    codeFolder: String(folders.get(name)),
    handler: FUNCTION_HANDLER,
    timeoutMs: 300_000,
    nodeBinary: lambdaNodeBinary(),
    ...invoked,
  });
  processes.push(process);
  return process.invoke(payload);
}

function collect(invoked: Invoked): Promise<InvocationEnd> {
  return invoke('collector', { sourceId: 'netskope', startLookbackHours: 3, dailyRecheck: false }, invoked);
}

/** What the run logs of its first call without a page; it would try again for seconds. */
function firstFailure(environment: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const onLogLine = (line: string): void => {
      if (line.includes('"message":"no page"')) resolve(line);
    };
    const end = collect({ environment, onLogLine });
    end.then((unexpected) => reject(new Error(JSON.stringify(unexpected))), reject);
  });
}

function summaryOf(end: InvocationEnd): RunSummary {
  if (end.kind !== 'returned') throw new Error(JSON.stringify(end));
  return end.value as RunSummary;
}

describe('the collector behind a proxy', () => {
  it('calls Netskope and AWS through it, Netskope on a connection of its own each time', async () => {
    simulator.add([simulatedLogin('e1', Math.floor(Date.now() / 1000) - 3600)]);
    const end = await collect({ environment: behindProxy(deployment.environment()) });
    expect(summaryOf(end)).toMatchObject({ outcome: 'caught-up', archived: 1 });
    expect((await storedInAws(aws)).archived).toHaveLength(1);
    expect(new Set(proxy.tunnels)).toEqual(new Set([TENANT, awsHost()]));
    expect(simulator.requests.length).toBeGreaterThan(1);
    expect(proxy.tunnels.filter((tunnel) => tunnel === TENANT)).toHaveLength(simulator.requests.length);
  });

  it.each([
    [
      'refuses',
      async () => {
        proxy.status = 407;
      },
      'ERR_PROXY_TUNNEL, HTTP 407',
    ],
    ['is not there', () => proxy.stop(), 'ECONNREFUSED'],
  ])(
    'has not reached Netskope if the proxy %s, and names it without its password',
    async (_what, breakIt, cause) => {
      const { host } = proxy;
      const environment = { ...behindProxy({}), ...deployment.environment() };
      await breakIt();
      const logged = await firstFailure(environment);
      expect(JSON.parse(logged)).toMatchObject({
        outcome: 'not-served',
        reason: `Netskope could not be reached through the proxy ${host}: ${cause}`,
      });
      expect(logged).not.toContain('password');
      expect(simulator.requests).toEqual([]);
    },
  );
});

describe('the other functions behind a proxy', () => {
  it('call AWS through it: the detector', async () => {
    const environment = behindProxy(await createLocalDetection(aws));
    const sweep = JSON.stringify({ source: 'netskope-audit.detection', 'detail-type': 'Sweep' });
    const end = await invoke('detector', { Records: [{ messageId: '1', body: sweep }] }, { environment });
    expect(end).toMatchObject({ kind: 'returned', value: { batchItemFailures: [] } });
    expect(new Set(proxy.tunnels)).toEqual(new Set([awsHost()]));
  });

  it('call AWS through it: the daily message', async () => {
    aws.topics.put(LOCAL_TOPIC_ARN);
    const environment = behindProxy({
      ...aws.environment(),
      DEPLOYMENT_NAME: 'NetskopeAudit',
      ARCHIVE_BUCKET: 'netskope-audit-archive',
      CHECKPOINT_TABLE: LOCAL_CHECKPOINT_TABLE,
      ALARM_TOPIC_ARN: LOCAL_TOPIC_ARN,
    });
    const end = await invoke('daily-message', { sourceIds: ['netskope'] }, { environment });
    expect(end).toMatchObject({ kind: 'returned' });
    expect(new Set(proxy.tunnels)).toEqual(new Set([awsHost()]));
  });
});

it('the verification behind a proxy calls AWS through it', async () => {
  const environment = behindProxy({
    ...aws.environment(),
    DEPLOYMENT_NAME: 'NetskopeAudit',
    ARCHIVE_BUCKET: 'netskope-audit-archive',
    CHECKPOINT_TABLE: LOCAL_CHECKPOINT_TABLE,
  });
  const end = await invoke('verifier', { sourceIds: ['netskope'] }, { environment });
  expect(end).toMatchObject({ kind: 'returned' });
  expect(new Set(proxy.tunnels)).toEqual(new Set([awsHost()]));
});

describe('setup behind a proxy', () => {
  async function setUp(environment: Readonly<Record<string, string>>) {
    aws.stacks.put('NetskopeAudit', { ...OUTPUTS, Sources: JSON.stringify([deployedSource('netskope')]) });
    const value = { outcome: 'caught-up', archived: 0, quarantined: 0, pages: 1 };
    aws.functions.put(OUTPUTS.CollectorFunction, async () => ({
      kind: 'returned',
      value,
      cpuMs: 0,
      maxRssBytes: 0,
      fullCollections: 0,
    }));
    return CliProcess.start({
      args: ['setup', '--domain', 'corp.goskope.com', '--token-file', '-'],
      environment,
      nowMs: Date.now(),
      stdin: TOKEN,
      nodeBinary: lambdaNodeBinary(),
    }).end;
  }

  it('tries the token and calls AWS through the proxy of the shell', async () => {
    const { exitCode, stdout } = await setUp(behindProxy(aws.environment()));
    expect(stdout).toContain('✓ Netskope serves audit events');
    expect(exitCode).toBe(0);
    expect(new Set(proxy.tunnels)).toEqual(new Set([TENANT, awsHost()]));
  });

  it('says which proxy refused, without its password', async () => {
    proxy.status = 407;
    const { exitCode, stderr } = await setUp({ ...behindProxy({}), ...aws.environment() });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `No connection to corp.goskope.com came up (ERR_PROXY_TUNNEL, HTTP 407; through the proxy ${proxy.host}). Nothing was changed.`,
    );
    expect(stderr).not.toContain('password');
  });

  it('says that TLS failed if the proxy shows a certificate that nobody trusts', async () => {
    const environment = { ...behindProxy({}), ...aws.environment(), NODE_EXTRA_CA_CERTS: '' };
    const { stderr } = await setUp(environment);
    expect(stderr).toContain(
      `TLS with corp.goskope.com failed (DEPTH_ZERO_SELF_SIGNED_CERT; through the proxy ${proxy.host}); the token was not sent.`,
    );
    expect(simulator.requests).toEqual([]);
  });
});
