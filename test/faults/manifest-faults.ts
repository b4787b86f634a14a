import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { AUDIT_FEED } from '../../lambdas/contract/feed/audit';
import { prefixesOf } from '../../lambdas/contract/storage/archive-layout';
import type { ManifestLine, ManifestObject } from '../../lambdas/contract/storage/manifest';
import { manifestPrefix } from '../../lambdas/contract/storage/manifest';
import { LOCAL_BUCKET } from '../../lib/local/local-deployment';
import type { Pipeline } from '../pipeline';
import { SOURCE_ID } from '../pipeline';

const {
  archive: ARCHIVE_PREFIX,
  quarantine: QUARANTINE_PREFIX,
  quarantinedPages: QUARANTINED_PAGES_PREFIX,
} = prefixesOf(AUDIT_FEED);
const NOTHING_BEFORE = '0'.repeat(64);

/**
 * Walks the manifest as an auditor would.
 * @returns a sentence for each line that does not continue the previous one, for each object of archive and quarantine
 * that no line lists, and for each object that differs from its listing
 */
export async function manifestFaults({ aws }: Pick<Pipeline, 'aws'>): Promise<string[]> {
  const keys = aws.objects.keys(LOCAL_BUCKET);
  const read = async (key: string): Promise<Buffer> => (await aws.objects.read(LOCAL_BUCKET, key)).body;
  const faults: string[] = [];
  const listed = new Map<string, ManifestObject>();
  let previous = NOTHING_BEFORE;
  let number = 0;
  for (const key of keys.filter((candidate) => candidate.startsWith(manifestPrefix(AUDIT_FEED, SOURCE_ID)))) {
    const bytes = await read(key);
    const line = JSON.parse(bytes.toString()) as ManifestLine;
    number += 1;
    if (line.number !== number || line.previous !== previous)
      faults.push(`line ${key} is number ${line.number} and does not continue line ${number - 1}`);
    for (const object of line.objects) {
      if (listed.has(object.key)) faults.push(`object ${object.key} is listed twice`);
      listed.set(object.key, object);
    }
    previous = sha256(bytes);
  }
  for (const key of keys.filter(holdsEvents)) {
    const body = await read(key);
    const isPage = key.startsWith(`${QUARANTINED_PAGES_PREFIX}/`);
    const found = { key, events: isPage ? 0 : linesIn(body), bytes: body.length, sha256: sha256(body) };
    const object = listed.get(key);
    if (object === undefined) faults.push(`object ${key} is not listed`);
    else if (JSON.stringify(object) !== JSON.stringify(found))
      faults.push(`object ${key} is listed otherwise`);
    listed.delete(key);
  }
  return [...faults, ...[...listed.keys()].map((key) => `object ${key} is listed and not there`)];
}

function holdsEvents(key: string): boolean {
  return [ARCHIVE_PREFIX, QUARANTINE_PREFIX, QUARANTINED_PAGES_PREFIX].some((prefix) =>
    key.startsWith(`${prefix}/`),
  );
}

function linesIn(body: Buffer): number {
  return gunzipSync(body).toString().trimEnd().split('\n').length;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
