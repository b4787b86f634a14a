/** npx --no -- netskope-audit: the operator's command line. */
import { COLLECTED_FEED } from '../lambdas/contract/feed/collected-feed';
import type { EndReason } from '../lib/cli/command-line';
import { runCommandLine } from '../lib/cli/command-line';
import { NO_NODE_VERSION_WARNING } from '../lib/local/aws/local-account';

Object.assign(process.env, NO_NODE_VERSION_WARNING);

const ending = new AbortController();
const end = (reason: EndReason): void => ending.abort(reason);
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => end('interrupted'));
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    end('output-closed');
  });
}

void runCommandLine({
  feed: COLLECTED_FEED,
  args: process.argv.slice(2),
  streams: { input: process.stdin, output: process.stdout, error: process.stderr },
  environment: process.env,
  nowMs: Date.now,
  signal: ending.signal,
}).then((exitCode) => {
  // An interrupted command may still have pending work. Exit once the output is written: a pipe may be slow.
  process.stdout.write('', () => process.exit(exitCode));
});
