import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FunctionProcess } from '../../lib/local/function-process';

/** Collects the whole heap as often as it is told, and lets the observers of that have their turns. */
const HANDLER = `exports.handler = async (times) => {
  for (let time = 0; time < times; time++) gc();
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
};`;

let codeFolder: string;
let measured: FunctionProcess;

beforeEach(() => {
  codeFolder = mkdtempSync(join(tmpdir(), 'netskope-audit-function-'));
  writeFileSync(join(codeFolder, 'index.cjs'), HANDLER);
  const environment = { NODE_OPTIONS: '--expose-gc' };
  measured = new FunctionProcess({ codeFolder, handler: 'index.handler', environment, timeoutMs: 60_000 });
});

afterEach(async () => {
  await measured.stop();
  rmSync(codeFolder, { recursive: true });
});

async function use(
  times: number,
): Promise<{ readonly fullCollections: number; readonly maxRssBytes: number }> {
  const end = await measured.invoke(times);
  if (end.kind !== 'returned') throw new Error(`the function ${end.kind}`);
  return end;
}

test('an invocation reports how often the whole heap was collected since the start', async () => {
  const before = await use(0);
  const after = await use(3);
  expect(after.fullCollections - before.fullCollections).toBe(3);
});

test('peak memory is that of the function, whatever the process that starts it takes', async () => {
  const ballast = Buffer.alloc(400_000_000, 1);
  const { maxRssBytes } = await use(0);
  expect(maxRssBytes).toBeGreaterThan(20_000_000);
  expect(maxRssBytes).toBeLessThan(300_000_000);
  expect(ballast).toHaveLength(400_000_000);
});
