import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUNBOOK_PATH } from '../lib/aws/watch/runbook-alarm';

/**
 * The entries of the runbook.
 * @returns Markdown by heading, in the order of the file, without the heading itself
 */
export function runbookTexts(): ReadonlyMap<string, string> {
  const [, ...sections] = readFileSync(join(__dirname, '..', RUNBOOK_PATH), 'utf8').split(/^## /m);
  return new Map(
    sections.map((section) => {
      const endOfHeading = section.indexOf('\n');
      return [section.slice(0, endOfHeading).trim(), section.slice(endOfHeading).trim()];
    }),
  );
}
