import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarms';
import { ALARMS, runbookHeading } from '../../../lambdas/contract/telemetry/alarms';

/** Path of the runbook in this repository: one `##` heading per entry. */
export const RUNBOOK_PATH = 'docs/runbook.md';

/** The alarm's description: what it means, and where to read on. */
export function alarmDescription(kind: AlarmKind): string {
  const heading = runbookHeading(kind);
  return `${ALARMS[kind]} Runbook: ${RUNBOOK_PATH}#${heading}, also at the foot of the dashboard if there is one.`;
}

/**
 * The entries of the runbook.
 * @returns Markdown by heading, in the order of the file, without the heading itself
 */
export function runbookTexts(): ReadonlyMap<string, string> {
  const [, ...sections] = readFileSync(join(__dirname, '../../..', RUNBOOK_PATH), 'utf8').split(/^## /m);
  return new Map(
    sections.map((section) => {
      const endOfHeading = section.indexOf('\n');
      return [section.slice(0, endOfHeading).trim(), section.slice(endOfHeading).trim()];
    }),
  );
}
