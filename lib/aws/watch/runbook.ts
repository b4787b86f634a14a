import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlarmKind } from '../../../lambdas/contract/telemetry/alarm-names';

/** What an alarm means, and the heading of the runbook that says what to look at and what to do. */
interface RunbookEntry {
  /** One sentence; the alarm's description and the runbook entry both begin with it. */
  readonly means: string;
  readonly heading: string;
}

/** Path of the runbook in this repository: one `##` heading per entry. */
export const RUNBOOK_PATH = 'docs/runbook.md';

/** The entry of every kind of alarm. */
export const RUNBOOK = {
  'no-data': {
    means: 'No audit event of this source was archived during the whole window.',
    heading: 'no-data',
  },
  'not-running': {
    means: 'No run of this source has ended as it should for several schedule periods.',
    heading: 'not-running',
  },
  'credentials-refused': {
    means: "Netskope refused this source's token, or its secret cannot be used.",
    heading: 'credentials-refused',
  },
  behind: {
    means: 'The archive of this source is further behind the present than late events explain.',
    heading: 'behind',
  },
  quarantined: {
    means: 'Events of this source could not be placed in the archive and were put into quarantine.',
    heading: 'quarantined',
  },
  'events-recovered': {
    means: 'The live feed of this source had lost events; the daily recheck found and archived them.',
    heading: 'events-recovered',
  },
  'token-expiring-30': tokenExpiring('30 days or less'),
  'token-expiring-7': tokenExpiring('7 days or less'),
  'token-expiring-1': tokenExpiring('one day or less, or has expired'),
  'collector-errors': {
    means: 'Several runs of the collector failed within half an hour.',
    heading: 'collector-errors',
  },
  'collector-throttles': {
    means: 'AWS Lambda refused to start the collector because no concurrency was left.',
    heading: 'collector-throttles',
  },
  'dead-letters': {
    means:
      'A scheduled run, or the detection of an object, was given up, and its input lies in a dead-letter queue.',
    heading: 'dead-letters',
  },
  'detection-behind': {
    means: 'An archived object has waited for detection for more than a quarter of an hour.',
    heading: 'detection-behind',
  },
  'detector-errors': {
    means: 'Several deliveries to the detector failed within half an hour.',
    heading: 'detector-errors',
  },
} as const satisfies Readonly<Record<AlarmKind, RunbookEntry>>;

/** The alarm's description: what it means, and where to read on. */
export function alarmDescription(kind: AlarmKind): string {
  const { means, heading } = RUNBOOK[kind];
  return `${means} Runbook: ${RUNBOOK_PATH}#${heading}, also at the foot of the dashboard if there is one.`;
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

function tokenExpiring(left: string): RunbookEntry {
  return { means: `This source's token has ${left} to live.`, heading: 'token-expiring' };
}
