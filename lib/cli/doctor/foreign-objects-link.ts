import { S3Client } from '@aws-sdk/client-s3';
import { countOf } from '../count-of';
import { foreignObjects } from '../foreign-objects';
import { visibleText } from '../../format/visible-text';
import type { Examination } from './examination';
import { good, note } from './finding';
import type { Finding } from './finding';

/** More are counted, not named. */
const MAX_NAMED = 3;

/** The collector passes over what it does not know; whoever put it there may have done more. */
export async function checkForeignObjects(examination: Examination): Promise<Finding> {
  const { aws, deployment, source, nowMs } = examination;
  const bucket = deployment.outputs.ArchiveBucket;
  const newestLine = (await examination.checkpoint())?.manifest?.number ?? 0;
  const place = { client: aws.client(S3Client), bucket, sourceId: source.sourceId };
  const named: string[] = [];
  let count = 0;
  for await (const key of foreignObjects(place, { newestLine, nowMs: nowMs() })) {
    count++;
    if (named.length < MAX_NAMED) named.push(visibleText(key));
  }
  if (count === 0) return good(`None in ${bucket} that the collector would not write.`);
  const more = count > MAX_NAMED ? `, and ${count - MAX_NAMED} more` : '';
  return note(`${countOf(count, 'name')} that the collector does not write: ${named.join(', ')}${more}.`, {
    whatToDo: 'See foreign-object in docs/runbook.md.',
  });
}
