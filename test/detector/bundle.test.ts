import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleDetector, FUNCTION_HANDLER } from '../../lib/build/function-bundles';
import { lambdaNodeBinary } from '../../lib/build/lambda-node';
import { NO_NODE_VERSION_WARNING } from '../../lib/local/aws/local-account';
import { FunctionProcess } from '../../lib/local/function-process';
import { archivedRecord } from './archived';
import { Detection, objectCreated } from './detection';

let codeFolder: string;
beforeAll(() => {
  codeFolder = mkdtempSync(join(tmpdir(), 'detector-bundle-'));
  bundleDetector(codeFolder, { rules: { 'many-deletes': { threshold: 2 } } });
});
afterAll(() => rmSync(codeFolder, { recursive: true }));

test('it is smaller than 1 MB, so that a cold start stays short', () => {
  expect(statSync(join(codeFolder, 'index.cjs')).size).toBeLessThan(1_000_000);
});

test('it holds the handler, and nothing of the collector or of this machine', () => {
  const map = readFileSync(join(codeFolder, 'index.cjs.map'), 'utf8');
  const own = (JSON.parse(map) as { sources: string[] }).sources.filter(
    (source) => !source.includes('node_modules/'),
  );
  expect(own.some((source) => source.endsWith('lambdas/detector/handler.ts'))).toBe(true);
  expect(
    own.filter((source) => !/\/lambdas\/(?:shared|contract|detector)\/|\/function\.ts$/.test(source)),
  ).toEqual([]);
});

test('its code changes with a rule of your own, and only then', () => {
  const rules = join(codeFolder, 'rules');
  mkdirSync(rules);
  const bundled = (name: string, rule: string): string => {
    writeFileSync(join(rules, 'own.ts'), rule);
    return readFileSync(bundleDetector(join(codeFolder, name), {}, rules), 'utf8');
  };
  const first = bundled('first', "export default { id: 'own', threshold: 1 };");
  expect(bundled('second', "export default { id: 'own', threshold: 2 };")).not.toBe(first);
  expect(bundled('third', "export default { id: 'own', threshold: 1 };")).toBe(first);
});

test.each([
  { name: 'the Node.js of Lambda', binary: lambdaNodeBinary },
  { name: 'the Node.js of this machine', binary: () => process.execPath },
])(
  'on $name it raises the alert of its configuration, and returns the messages to be delivered again',
  async ({ binary }) => {
    const detection = await Detection.start(Date.now);
    const environment = { ...detection.environment, ...NO_NODE_VERSION_WARNING };
    const detector = new FunctionProcess({
      codeFolder,
      handler: FUNCTION_HANDLER,
      environment,
      timeoutMs: 60_000,
      nodeBinary: binary(),
    });
    try {
      const key = await detection.archive(
        'o1',
        ['a', 'b'].map((id) =>
          archivedRecord({ p_row_id: `netskope:${id}`, audit_log_event: 'Deleted tag' }),
        ),
      );
      const batch = {
        Records: [
          { messageId: 'sound', body: objectCreated(key) },
          { messageId: 'other', body: objectCreated('quarantine/a') },
        ],
      };
      expect(await detector.invoke(batch)).toMatchObject({
        kind: 'returned',
        value: { batchItemFailures: [{ itemIdentifier: 'other' }] },
      });
      expect(detection.events().map((record) => [record.rule_id, record.threshold])).toEqual([
        ['many-deletes', 2],
      ]);
    } finally {
      await detector.stop();
      await detection.stop();
    }
  },
);
