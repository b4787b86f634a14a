import { gunzipSync, gzipSync } from 'node:zlib';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import { LOCAL_BUCKET, LOCAL_TOPIC_ARN } from '../../local/local-deployment';
import { runCommand } from './run-command';
import { consoleBlock, readSteps, withTranscripts } from './screenplay';
import { StagedDeployment } from './staged-deployment';

export interface PlayOptions {
  /** The feed that is collected. */
  readonly feed: Feed;
  /** Receives bundles and output; the caller deletes it. */
  readonly folder: string;
  /** Receives each step as it begins. @default - steps are not reported */
  readonly onStep?: (step: string) => void;
}

/** A scheduled run ends this long before each command. */
const MINUTES_SINCE_RUN = 2;

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

const MS_PER_HOUR = 3_600_000;

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
