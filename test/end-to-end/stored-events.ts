import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LocalAws } from '../../lib/local/aws/local-aws';

const BUCKET = 'netskope-audit-archive';

/** The exact texts of a bucket's events as Netskope sent them, in no order. */
export interface StoredEvents {
  readonly archived: readonly string[];
  readonly quarantined: readonly string[];
}

/** Reads the bucket that an endpoint keeps in its state folder. */
export function storedInFolder(folder: string): StoredEvents {
  const root = join(folder, 's3', BUCKET);
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name));
  return sorted(paths.map((path) => ({ key: relative(root, path), body: readFileSync(path) })));
}

/** Reads the bucket of a running endpoint. */
export async function storedInAws({ objects }: LocalAws): Promise<StoredEvents> {
  const read = objects
    .keys(BUCKET)
    .map(async (key) => ({ key, body: (await objects.read(BUCKET, key)).body }));
  return sorted(await Promise.all(read));
}

interface StoredBody {
  readonly key: string;
  readonly body: Buffer;
}

function sorted(bodies: readonly StoredBody[]): StoredEvents {
  return {
    archived: linesBelow('netskope_audit/', bodies).map(archivedText),
    quarantined: linesBelow('quarantine/netskope_audit/', bodies).map(quarantinedText),
  };
}

function linesBelow(prefix: string, bodies: readonly StoredBody[]): readonly string[] {
  return bodies
    .filter(({ key }) => key.startsWith(prefix))
    .flatMap(({ body }) => gunzipSync(body).toString('utf8').trimEnd().split('\n'));
}

/** The added fields follow the event's own, `p_log_type` first. */
function archivedText(line: string): string {
  return `${line.slice(0, line.lastIndexOf(',"p_log_type":"Netskope.Audit"'))}}`;
}

function quarantinedText(line: string): string {
  return (JSON.parse(line) as { readonly raw: string }).raw;
}
