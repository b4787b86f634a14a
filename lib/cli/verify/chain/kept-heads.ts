import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManifestHead } from '../../../../lambdas/contract/storage/manifest';
import { ExitCode, OperatorError } from '../../operator-error';

/**
 * A head as the daily message has it, `netskope: 1,234 events, head 140:66a8…, signature MEU…`, however a mail program
 * breaks the line.
 */
const HEAD =
  /\b([a-z][a-z0-9-]{0,39}):[^:]*?\bhead\s+([1-9]\d{0,11}):([0-9a-f]{64})\b(?:,\s+signature\s+([\w-]{16,}))?/g;

/** How a mail that is saved as it came may break a long line (RFC 2045, "Quoted-Printable"). */
const SOFT_BREAK = /=\r?\n/g;

/** Where heads are known to that the operator gives. */
export const GIVEN_HEADS = '--heads';

/** A head that was kept, with its signature, if it has one. */
export interface KeptHead extends ManifestHead {
  /** DER, as base64url. */
  readonly signature?: string;
}

/** The heads of a source in a text. */
export function headsIn(text: string, sourceId: string): KeptHead[] {
  return [...text.replace(SOFT_BREAK, '').matchAll(HEAD)]
    .filter(([, source]) => source === sourceId)
    .map(([, , number, sha256 = '', signature]) => ({ number: Number(number), sha256, signature }));
}

/**
 * Reads heads that were kept outside of the account.
 * @param path of a file, such as a saved mail, or of a folder of files
 * @throws OperatorError if it cannot be read, or holds no head of the source
 */
export async function readKeptHeads(path: string, sourceId: string): Promise<readonly KeptHead[]> {
  const heads = (await textsOf(path)).flatMap((text) => headsIn(text, sourceId));
  if (heads.length > 0) return heads;
  throw new OperatorError({
    what: `${path} holds no head of source ${sourceId}.`,
    whatToDo: `Save daily messages there as they came; each has a line such as ${sourceId}: 1,234 events, head 140:66a8…`,
    exitCode: ExitCode.WrongUsage,
  });
}

async function textsOf(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [await readFile(path, 'utf8')];
    const files = await readdir(path, { recursive: true, withFileTypes: true });
    return await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'utf8')),
    );
  } catch (cause) {
    throw new OperatorError(
      {
        what: `${path} cannot be read: ${(cause as Error).message}`,
        whatToDo: 'Name a file or a folder that holds daily messages.',
        exitCode: ExitCode.WrongUsage,
      },
      { cause },
    );
  }
}
