import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import { LOCAL_BUCKET } from '../../../lib/local/local-deployment';
import { openLocalPipeline } from '../../../lib/local/start/local-pipeline';
import { exampleAlert } from '../../detector/example-alert';
import { makeLocalArchive } from '../local-archive-of-a-day';
import { runLocalCli } from '../run-cli';
import { MANY_DELETES } from './alerts-archive';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'alerts-local-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function cli(...args: readonly string[]): Promise<string> {
  const { stdout } = await runLocalCli(folder, 'alerts', ...args);
  return stdout;
}

test('alerts --local reads the archive that npm start has left', async () => {
  await makeLocalArchive(folder, 20);
  expect(await cli('list')).not.toContain('No detector is deployed here');
  const pipeline = await openLocalPipeline({ feed: AUDIT_FEED, stateFolder: folder });
  await pipeline.aws.objects.put({
    bucket: LOCAL_BUCKET,
    key: `alerts/netskope_audit/source=netskope/dt=2026-11-22/${MANY_DELETES}.ndjson.gz`,
    body: gzipSync(`${JSON.stringify(exampleAlert())}\n`),
    attributes: { contentType: 'application/gzip', userMetadata: {} },
    onlyIfAbsent: false,
  });
  await pipeline.close();
  expect(await cli('list', '--from', '2020-01-01')).toContain(MANY_DELETES);
  expect(await cli('show', MANY_DELETES)).toContain('[HIGH] Many objects deleted by alice@corp.example');
});
