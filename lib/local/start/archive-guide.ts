import { isAbsolute, join, relative } from 'node:path';
import { ARCHIVE_PREFIX, QUARANTINE_PREFIX } from '../../../lambdas/contract/storage/archive-layout';
import type { LocalAws } from '../aws/local-aws';
import { bucketFolder } from '../aws/object-folder';
import { LOCAL_BUCKET } from '../local-deployment';

/** Which archive, and from where it is looked at. */
export interface ArchiveView {
  readonly aws: LocalAws;
  /** State folder of the endpoint. */
  readonly folder: string;
  /** Folder that printed paths are relative to. */
  readonly workingFolder: string;
}

/** Tells where archive and quarantine lie, and the commands that show one record of each; one string a line. */
export function archiveGuide(view: ArchiveView): readonly string[] {
  return [...guideTo(view, 'Archive', ARCHIVE_PREFIX), ...guideTo(view, 'Quarantine', QUARANTINE_PREFIX)];
}

function guideTo(
  { aws, folder, workingFolder }: ArchiveView,
  name: string,
  prefix: string,
): readonly string[] {
  const newestKey = aws.objects.keys(LOCAL_BUCKET).findLast((key) => key.startsWith(`${prefix}/`));
  const pathOf = (key: string): string =>
    shellWord(shortPath(join(bucketFolder(folder, LOCAL_BUCKET), key), workingFolder));
  if (newestKey === undefined) return [`${name}: empty`];
  return [`${name}: ${pathOf(prefix)}`, `  zcat ${pathOf(newestKey)} | head -1`];
}

function shortPath(path: string, workingFolder: string): string {
  const short = relative(workingFolder, path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}

/** The text as one word of a POSIX shell. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
