/** npm start: the pipeline on one machine. */
import { resolve } from 'node:path';
import { COLLECTED_FEED } from '../lambdas/contract/feed/collected-feed';
import { visibleLines, visibleText } from '../lib/format/visible-text';
import { NO_NODE_VERSION_WARNING } from '../lib/local/aws/local-account';
import { Screen } from '../lib/local/start/screen';
import { start } from '../lib/local/start/start';
import { StartError, StartInterrupted } from '../lib/local/start/start-error';
import { chooseTenant, readStartOptions } from '../lib/local/start/start-options';

/** The exit status that a shell reports for a command ended by Ctrl-C: 128 plus the number of SIGINT. */
const EXIT_INTERRUPTED = 130;

async function main(): Promise<void> {
  const options = readStartOptions(process.argv.slice(2));
  const tenant = chooseTenant(options, process.env);
  // So that child processes do not inherit it.
  delete process.env.NETSKOPE_TOKEN;
  Object.assign(process.env, NO_NODE_VERSION_WARNING);
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interruption.abort());
  await start({
    feed: COLLECTED_FEED,
    tenant,
    stateFolder: resolve(options.stateFolder),
    screen: new Screen(process.stdout, process.env),
    signal: interruption.signal,
  });
}

main().catch((error: unknown) => {
  console.error(inWords(error));
  process.exitCode = error instanceof StartInterrupted ? EXIT_INTERRUPTED : 1;
});

/**
 * Shows an unexpected error by its stack alone: its fields may refer to a request that holds the token. Control
 * characters are made visible, because a message may quote a server.
 */
function inWords(error: unknown): string {
  if (error instanceof StartError || error instanceof StartInterrupted) return visibleText(error.message);
  return visibleLines(error instanceof Error ? (error.stack ?? error.message) : String(error), false);
}
