import { dirname, isAbsolute, join, relative } from 'node:path';
import type { Feed } from '../../../lambdas/contract/feed/feed';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import { bucketFolder } from '../aws/s3/object-files';
import { LOCAL_BUCKET } from '../local-deployment';

const PROGRAM = 'npx --no -- netskope-audit';
/** Where the command line looks if it is told nothing. */
const DEFAULT_STATE_FOLDER = '.local';

/** An archive, and the folder it is viewed from. */
interface ArchiveView {
  readonly feed: Feed;
  /** Folder that has the folders of all tenants. */
  readonly stateFolder: string;
  /** The tenant's folder. */
  readonly folder: string;
  /** Folder that printed paths are relative to. */
  readonly workingFolder: string;
  /** Who did what was found, if it is known. */
  readonly user?: string;
}

/** What an operator can do with the archive: commands for a POSIX shell. */
export function nextCommands(view: ArchiveView): readonly string[] {
  const { stateFolder, workingFolder, user } = view;
  const shownFolder = shortPath(stateFolder, workingFolder);
  const place =
    shownFolder === DEFAULT_STATE_FOLDER ? '--local' : `--local --state-folder ${shellWord(shownFolder)}`;
  return [
    `${PROGRAM} alerts list ${place}`,
    `${PROGRAM} tail ${place}${user === undefined ? '' : ` --user ${shellWord(user)}`}`,
    `${PROGRAM} report ${place} --open`,
    `duckdb -c ${shellWord(sqlOfSomeEvents(view))}`,
  ];
}

/** For DuckDB. It has few words, and a pattern for the only bucket, so that the line is not longer than a terminal's. */
function sqlOfSomeEvents({ feed, folder, workingFolder }: ArchiveView): string {
  const buckets = shortPath(dirname(bucketFolder(folder, LOCAL_BUCKET)), workingFolder);
  const objects = join(buckets, '*', prefixesOf(feed).archive, '**').replaceAll("'", "''");
  return `FROM read_json('${objects}') LIMIT 20`;
}

function shortPath(path: string, workingFolder: string): string {
  const short = relative(workingFolder, path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}

/** The text as one word of a POSIX shell; in double quotes if it has only single ones. */
function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return /["$`\\!]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`;
}
