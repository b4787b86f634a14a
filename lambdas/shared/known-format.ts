import { NewerFormatError } from './errors';

/**
 * Refuses what a later version has written.
 * @param what is read, for the message: `the checkpoint of netskope#audit`
 * @param format as found; undefined is format 1
 * @param known the latest that this version reads
 * @throws NewerFormatError
 */
export function assertKnownFormat(what: string, format: unknown, known: number): void {
  if (format === undefined || (Number.isInteger(format) && Number(format) >= 1 && Number(format) <= known))
    return;
  throw new NewerFormatError(
    `${what} has format ${JSON.stringify(format)}, and this version knows formats up to ${known}: ` +
      'update to the version that has written it, or a later one',
  );
}
