/** npm start: the pipeline on one machine. */
import { resolve } from 'node:path';
import { AUDIT_FEED } from '../lambdas/contract/feed/audit';
import { visibleLines, visibleText } from '../lib/format/visible-text';
import { NO_NODE_VERSION_WARNING } from '../lib/local/node-version-warning';
import { Screen } from '../lib/local/start/screen';
import { start } from '../lib/local/start/start';
import { StartError, StartInterrupted } from '../lib/local/start/start-error';
import { chooseTenant, readStartOptions } from '../lib/local/start/start-options';

/** What a shell reports for a command that Ctrl-C has ended: 128 and the number of SIGINT. */
const EXIT_INTERRUPTED = 130;

async function main(): Promise<void> {
  const options = readStartOptions(process.argv.slice(2));
  const tenant = chooseTenant(options, process.env);
  // No process that is started from here on inherits it.
  delete process.env.NETSKOPE_TOKEN;
  Object.assign(process.env, NO_NODE_VERSION_WARNING);
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interruption.abort());
  await start({
    feed: AUDIT_FEED,
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
 * Of an error nobody expected the stack as text, and never its fields: they may lead to a request with the token in it.
 * A message may hold what a server said.
 */
function inWords(error: unknown): string {
  if (error instanceof StartError || error instanceof StartInterrupted) return visibleText(error.message);
  return visibleLines(error instanceof Error ? (error.stack ?? error.message) : String(error), false);
}
