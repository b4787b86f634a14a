/** npm run transcripts: runs the commands shown in docs/operations.md and replaces their output there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COLLECTED_FEED } from '../lambdas/contract/feed/collected-feed';
import { playPage } from '../lib/tools/transcripts/play-page';

const PAGE = join(__dirname, '../docs/operations.md');

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'netskope-audit-transcripts-'));
  try {
    const onStep = (step: string): void => console.error(step);
    writeFileSync(PAGE, await playPage(readFileSync(PAGE, 'utf8'), { feed: COLLECTED_FEED, folder, onStep }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
