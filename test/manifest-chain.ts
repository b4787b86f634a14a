import { createHash } from 'node:crypto';
import type { ManifestLine } from '../lambdas/contract/storage/manifest';
import type { ObjectStore } from '../lib/local/aws/s3/object-store';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Walks the manifest of a source and checks it against the bucket.
 * @param feed `alerts/netskope_audit` for the lines of alerts
 * @returns one sentence per problem; empty if each line continues the previous one, and the lines list exactly the
 * objects of archive and quarantine and the marks, each once, with size and hash; those of another source are not
 * looked at
 */
export async function manifestProblems(
  objects: ObjectStore,
  bucket: string,
  sourceId: string,
  feed = 'netskope_audit',
): Promise<string[]> {
  const problems: string[] = [];
  const keys = objects.keys(bucket);
  const ofFeed = new RegExp(`^(?:(?:quarantine|redriven)/(?:pages/)?)?${feed}/`);
  const isOfAnother = (key: string): boolean =>
    key.includes('/source=') && !key.includes(`/source=${sourceId}/`);
  const unlisted = new Set(keys.filter((key) => ofFeed.test(key) && !isOfAnother(key)));
  let previous = '0'.repeat(64);
  let number = 0;
  for (const key of keys.filter((name) => name.startsWith(`manifest/${feed}/source=${sourceId}/`))) {
    const { body } = await objects.read(bucket, key);
    const line = JSON.parse(body.toString()) as ManifestLine;
    if (line.number !== ++number) problems.push(`line ${number} is numbered ${line.number}`);
    if (line.previous !== previous) problems.push(`line ${number} does not continue the one before it`);
    previous = sha256(body);
    for (const listed of line.objects) {
      if (!unlisted.delete(listed.key) && keys.includes(listed.key))
        problems.push(`${listed.key} is listed twice`);
      const stored = keys.includes(listed.key) ? await objects.read(bucket, listed.key) : undefined;
      if (stored === undefined) problems.push(`${listed.key} is listed and not there`);
      else if (sha256(stored.body) !== listed.sha256 || stored.body.length !== listed.bytes)
        problems.push(`${listed.key} is not as it was listed`);
    }
  }
  return [...problems, ...[...unlisted].map((key) => `${key} is not listed`)];
}

/** The lines of a source's manifest, in order. */
export async function manifestLines(
  objects: ObjectStore,
  bucket: string,
  sourceId: string,
  feed = 'netskope_audit',
): Promise<ManifestLine[]> {
  const prefix = `manifest/${feed}/source=${sourceId}/`;
  const keys = objects.keys(bucket).filter((key) => key.startsWith(prefix));
  const texts = await Promise.all(keys.map((key) => objects.read(bucket, key)));
  return texts.map(({ body }) => JSON.parse(body.toString()) as ManifestLine);
}
