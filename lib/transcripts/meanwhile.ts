import { gunzipSync, gzipSync } from 'node:zlib';
import { ARCHIVE_PREFIX } from '../../lambdas/contract/storage/archive-layout';
import { LOCAL_BUCKET } from '../local/local-deployment';
import { LOCAL_TOPIC_ARN } from '../local/local-stack';
import type { StagedDeployment } from './staged-deployment';

const MS_PER_HOUR = 3_600_000;

type Happening = (deployment: StagedDeployment) => Promise<void>;

/** What may happen between two commands, by the name in its marker. */
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

/** @throws Error where nothing of that name can happen */
export async function letHappen(event: string, deployment: StagedDeployment): Promise<void> {
  const happening = HAPPENINGS[event];
  if (happening === undefined)
    throw new Error(
      `The marker "meanwhile: ${event}" is unknown; expected one of: ${Object.keys(HAPPENINGS).join(', ')}.`,
    );
  await happening(deployment);
}

/** Makes the archive say that somebody else did it, as whoever may write to the bucket could. */
async function alterObject({ aws: { objects } }: StagedDeployment): Promise<void> {
  const key = objects.keys(LOCAL_BUCKET).find((name) => name.startsWith(`${ARCHIVE_PREFIX}/`)) ?? '';
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
