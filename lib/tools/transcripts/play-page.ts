import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import { LOCAL_BUCKET, LOCAL_TOPIC_ARN } from '../../local/local-deployment';
import { PASSWORD_STORE } from './initial-state';
import type { EndedCommand } from './screenplay';
import { consoleBlock, MAX_COLUMNS, readSteps, withTranscripts } from './screenplay';
import { StagedDeployment } from './staged-deployment';

const REPOSITORY = join(__dirname, '../../..');
const PROGRAM = join(REPOSITORY, 'bin/netskope-audit.mjs');

/** How a program is called that is linked as this package's `bin` (npm documentation, "npx"). */
const TYPED_PROGRAM = 'npx --no -- netskope-audit';

/** The tenant's name, shown instead of the address at which it is simulated. */
const TENANT_ORIGIN = 'https://corp.goskope.com';

/** What no transcript may contain, besides the tokens. */
const OF_THIS_MACHINE = ['127.0.0.1', 'localhost', REPOSITORY, tmpdir(), homedir()];

/** A scheduled run ends this long before each command. */
const MINUTES_SINCE_RUN = 2;
const MS_PER_HOUR = 3_600_000;

interface PlayOptions {
  /** The feed that is collected. */
  readonly feed: Feed;
  /** Receives bundles and output; the caller deletes it. */
  readonly folder: string;
  /** Receives each step as it begins. @default - steps are not reported */
  readonly onStep?: (step: string) => void;
}

/**
 * Runs what the markers of a page name, in the order of the page and against one deployment.
 * @param page Markdown with markers
 * @returns the page, with each transcript replaced by the new one
 * @throws Error if a marker is wrong, or a transcript would contain what it must not
 */
export async function playPage(page: string, { feed, folder, onStep }: PlayOptions): Promise<string> {
  const steps = readSteps(page);
  const deployment = await StagedDeployment.start(feed, folder);
  const transcripts: string[] = [];
  try {
    for (const step of steps) {
      onStep?.(step.kind === 'transcript' ? step.command : `meanwhile: ${step.event}`);
      if (step.kind === 'meanwhile') await letHappen(step.event, deployment);
      else transcripts.push(await transcriptOf(step.command, deployment, folder));
    }
  } finally {
    await deployment.stop();
  }
  return withTranscripts(page, transcripts);
}

async function transcriptOf(command: string, deployment: StagedDeployment, folder: string): Promise<string> {
  const { clock } = deployment;
  await deployment.passTo(clock.fullMinuteIn(1));
  clock.putForwardTo(clock.fullMinuteIn(MINUTES_SINCE_RUN));
  return consoleBlock(await runCommand(command, deployment, folder));
}

type Happening = (deployment: StagedDeployment) => Promise<void>;

/** Events that may happen between two commands, by the name in their marker. */
export const HAPPENINGS: Readonly<Record<string, Happening>> = {
  'a day of scheduled runs': async (deployment) => {
    const beginMs = deployment.clock.nowMs();
    for (let hours = 2; hours <= 24; hours += 2) await deployment.passTo(beginMs + hours * MS_PER_HOUR);
  },
  'an address is added that nobody confirms': async ({ aws }) =>
    aws.topics.put(LOCAL_TOPIC_ARN, [
      ...aws.topics.subscriptions(LOCAL_TOPIC_ARN),
      { protocol: 'email', endpoint: 'night-shift@example.org', isConfirmed: false },
    ]),
  'a newer version is deployed': async (deployment) => {
    deployment.codeFolder = deployment.bundles.current;
  },
  'somebody alters an archived object': alterObject,
};

/** @throws Error if there is no event of that name */
async function letHappen(event: string, deployment: StagedDeployment): Promise<void> {
  const happening = HAPPENINGS[event];
  if (happening === undefined)
    throw new Error(
      `The marker "meanwhile: ${event}" is unknown; expected one of: ${Object.keys(HAPPENINGS).join(', ')}.`,
    );
  await happening(deployment);
}

/** Makes the archive name another user, as anybody with write access to the bucket could. */
async function alterObject({ aws: { objects }, feed }: StagedDeployment): Promise<void> {
  const { archive } = prefixesOf(feed);
  const key = objects.keys(LOCAL_BUCKET).find((name) => name.startsWith(`${archive}/`)) ?? '';
  const { body } = await objects.read(LOCAL_BUCKET, key);
  const text = gunzipSync(body).toString();
  const altered = text.replace(/"user":"[^"]*"/, '"user":"nobody@corp.example"');
  if (altered === text) throw new Error(`Object ${key} has no event with a user that could be altered.`);
  await objects.put({
    bucket: LOCAL_BUCKET,
    key,
    body: gzipSync(altered),
    attributes: { contentType: 'application/gzip', userMetadata: {} },
    onlyIfAbsent: false,
  });
}

/** A parsed command from a marker. */
interface ReadCommand {
  /** The words after the program's name. */
  readonly args: readonly string[];
  /** The password that is piped into it; undefined if there is none. */
  readonly stdin?: string;
  /** As an operator types it. */
  readonly typed: string;
}

/** @throws Error if a piped password is not in the operator's store */
export function readCommand(command: string): ReadCommand {
  const [, passwordName, afterPipe] = /^pass show (\S+) \| (.*)$/.exec(command) ?? [];
  const words = afterPipe ?? command;
  const args = words.split(' ');
  if (passwordName === undefined) return { args, typed: `${TYPED_PROGRAM} ${words}` };
  const stdin = new Map(Object.entries(PASSWORD_STORE)).get(passwordName);
  if (stdin === undefined)
    throw new Error(
      `There is no password ${passwordName}; expected one of: ${Object.keys(PASSWORD_STORE).join(', ')}.`,
    );
  return { args, stdin, typed: `pass show ${passwordName} | ${TYPED_PROGRAM} ${words}` };
}

/**
 * Runs a command as a process of its own, to its end.
 * @param folder receives the output in one file, which keeps both streams in the order of writing
 * @throws Error if it prints what no transcript may contain
 */
async function runCommand(
  command: string,
  deployment: StagedDeployment,
  folder: string,
): Promise<EndedCommand> {
  const { args, stdin = '', typed } = readCommand(command);
  const path = join(folder, 'output');
  const file = openSync(path, 'w');
  try {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: REPOSITORY,
      env: {
        PATH: process.env.PATH,
        NO_COLOR: '1',
        COLUMNS: String(MAX_COLUMNS),
        ...deployment.environment(),
      },
      stdio: ['pipe', file, file],
    });
    child.stdin?.end(stdin);
    const [exitCode] = (await once(child, 'close')) as [number | null];
    const output = readFileSync(path, 'utf8').replaceAll(deployment.tenantOrigin, TENANT_ORIGIN);
    refuseForbidden(typed, output);
    if (exitCode === null) throw new Error(`${typed} was killed. It printed:\n${output}`);
    return { typed, output, exitCode };
  } finally {
    closeSync(file);
    rmSync(path);
  }
}

function refuseForbidden(typed: string, output: string): void {
  const ofMachine = OF_THIS_MACHINE.find((text) => output.includes(text));
  const isLeak = Object.values(PASSWORD_STORE).some((token) => output.includes(token));
  if (ofMachine === undefined && !isLeak) return;
  throw new Error(
    `${typed} prints ${isLeak ? 'a token' : ofMachine}; expected neither a token in a transcript nor an address or path of this machine.`,
  );
}
