import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleCollector, FUNCTION_HANDLER } from '../../lib/build/function-bundles';
import { lambdaNodeBinary } from '../../lib/build/lambda-node';
import { LocalAws } from '../../lib/local/aws/local-aws';
import type { InvocationEnd } from '../../lib/local/function-process';
import { FunctionProcess } from '../../lib/local/function-process';
import { LocalDeployment } from '../../lib/local/local-deployment';
import { generateAuditEvents } from '../../lib/local/netskope-simulator/events/audit-events';
import { NetskopeSimulator } from '../../lib/local/netskope-simulator/netskope-simulator';
import { storedInAws } from './stored-events';

const TOKEN = 'a-token-that-must-not-be-seen';

let codeFolder: string;

beforeAll(() => {
  codeFolder = mkdtempSync(join(tmpdir(), 'collector-bundle-'));
  bundleCollector(codeFolder);
});

afterAll(() => rmSync(codeFolder, { recursive: true, force: true }));

describe('the bundle', () => {
  function bundle(): string {
    return readFileSync(join(codeFolder, 'index.cjs'), 'utf8');
  }

  function sources(): string[] {
    const map = readFileSync(join(codeFolder, 'index.cjs.map'), 'utf8');
    return (JSON.parse(map) as { sources: string[] }).sources;
  }

  it('is smaller than 1 MB, so that a cold start stays short', () => {
    expect(statSync(join(codeFolder, 'index.cjs')).size).toBeLessThan(1_000_000);
  });

  it('generates no code at run time: the schema is compiled when the bundle is built', () => {
    expect(bundle()).not.toMatch(/\beval\(|\bnew Function\(|\bFunction\(["'`]/);
    expect(sources().filter((source) => source.includes('node_modules/ajv/dist/compile'))).toEqual([]);
  });

  it('loads parts of Node.js by require() alone, so that a cold start does not load fetch', () => {
    expect(bundle()).not.toMatch(/\bimport(?:[({*]| \w+ from)/);
  });

  it('holds no way to credentials but the environment, where Lambda has them', () => {
    expect(
      sources().filter((source) =>
        /credential-provider-(?!env|node)|nested-clients\/.*Client\.js/.test(source),
      ),
    ).toEqual([]);
  });

  it('holds the handler and nothing that is only for this machine', () => {
    const own = sources().filter((source) => !source.includes('node_modules/'));
    expect(own.some((source) => source.endsWith('lambdas/collector/handler.ts'))).toBe(true);
    expect(own.filter((source) => !/\/lambdas\/|\/(?:function\.ts|package\.json)$/.test(source))).toEqual([]);
  });
});

test('a failure names the sources, although Node.js does not read the source map', async () => {
  const collector = new FunctionProcess({
    codeFolder,
    handler: FUNCTION_HANDLER,
    environment: {},
    timeoutMs: 60_000,
    nodeBinary: lambdaNodeBinary(),
  });
  const end = await collector.invoke({ sourceId: 'netskope' }).finally(() => collector.stop());
  const { stack } = (end as { error: { stack: string } }).error;
  expect(stack.split('\n').filter((line) => /^ {4}at .*index\.cjs/.test(line))).toEqual([]);
  expect(stack).toMatch(/^ConfigError: environment variable ARCHIVE_BUCKET is not set/);
  expect(stack).toMatch(/\n {4}at .*lambdas\/collector\/settings\.ts:\d+:\d+\)\n/);
  expect(stack).toMatch(/\n {4}at .*lambdas\/collector\/handler\.ts:19:\d+\)\n/);
});

/** Events of two hours, the last of them five minutes old: two pages or three. */
function recentEvents(): ReturnType<typeof generateAuditEvents> {
  const toEpochS = Math.floor(Date.now() / 1000) - 300;
  return generateAuditEvents({
    seed: 11,
    count: 400,
    anomalyShare: 0.2,
    fromEpochS: toEpochS - 7200,
    toEpochS,
  });
}

/** The result of one invocation of the bundle. */
async function collectWith(nodeBinary: string, events: ReturnType<typeof generateAuditEvents>) {
  const logLines: string[] = [];
  const aws = await LocalAws.start();
  const simulator = await NetskopeSimulator.start({
    nowMs: Date.now,
    tokens: { valid: [TOKEN] },
    rateLimitPerS: 'unlimited',
    waitTimeS: 0,
  });
  simulator.add(events);
  const deployment = await LocalDeployment.create(aws);
  await deployment.putSecret('netskope', { domain: 'corp.goskope.com', token: TOKEN });
  const collector = new FunctionProcess({
    codeFolder,
    handler: FUNCTION_HANDLER,
    environment: { ...deployment.environment(), NETSKOPE_ENDPOINT_URL: simulator.url },
    timeoutMs: 300_000,
    nodeBinary,
    onLogLine: (line) => logLines.push(line),
  });
  try {
    const end = await collector.invoke({ sourceId: 'netskope', startLookbackHours: 3 });
    return { end, stored: await storedInAws(aws), logLines };
  } finally {
    await collector.stop();
    await simulator.stop();
    await aws.stop();
  }
}

function outcomeOf(end: InvocationEnd): unknown {
  return end.kind === 'returned' ? (end.value as { outcome: unknown }).outcome : end;
}

describe.each([
  { name: 'the Node.js of Lambda', binary: lambdaNodeBinary },
  { name: 'the Node.js of this machine', binary: () => process.execPath },
])('the bundle on $name', ({ binary }) => {
  it('stores every event once, character by character, and writes the token nowhere', async () => {
    const events = recentEvents();
    const { end, stored, logLines } = await collectWith(binary(), events);
    expect(outcomeOf(end)).toBe('caught-up');
    expect([...stored.archived, ...stored.quarantined].sort()).toEqual(events.map(({ text }) => text).sort());
    expect(stored.quarantined.length).toBeGreaterThan(0);
    expect(`${logLines.join('\n')}${stored.archived.join('\n')}`).not.toContain(TOKEN);
  });
});

describe('the Node.js of Lambda in the tests', () => {
  it('has the version that the function is deployed on', () => {
    expect(execFileSync(lambdaNodeBinary(), ['--version'], { encoding: 'utf8' })).toMatch(/^v24\./);
  });

  it('is reported as missing, with what to do, if it is not installed', () => {
    expect(() => lambdaNodeBinary('/nowhere')).toThrow(
      'No Node.js of Lambda in /nowhere; expected node-<platform>/bin/node. Run: npm run setup:lambda-node',
    );
  });
});
