/** Limits of alarms that their sentences name, or that the alarms of a source and those of a fleet share. */
export const AlarmLimit = {
  /** A run reports when it ends, and no function runs longer (AWS Lambda developer guide, "Lambda quotas"). */
  longestRunMinutes: 15,
  /** Runs that may fail in a row, or be skipped because an earlier one is still running, before an alarm fires. */
  missedRuns: 3,
  /** At most one message an hour while events keep failing. */
  quarantinedMinutes: 60,
  /** At most one message a day: the recheck that finds events runs once a day. */
  recoveredMinutes: 24 * 60,
  tokenDaysLeft: 30,
  /** Of `behind`, for schedules of up to 20 minutes. */
  lagS: 3_600,
  /** The window of failed runs, and how many periods of the longest schedule it has at least. */
  failedRunsMinutes: 30,
  failedRunsPeriods: 4,
  oldestWaitedMinutes: 15,
  failedDeliveriesMinutes: 30,
} as const;

/** Alarms of each source that exist only if the settings enable detection. */
export const DETECTED_SOURCE_ALARMS = {
  'events-without-group':
    'Rules could not count several events of this source, because Netskope hides their user and their address.',
};

/**
 * Alarms of each source: kind, the last part of the alarm's name, and what it means. That sentence begins the alarm's
 * description and its entry in docs/runbook.md, whose heading is the kind, and is its row in docs/alarms.md.
 */
export const SOURCE_ALARMS = {
  'no-data': 'No audit event of this source was archived during the whole window.',
  'not-running': 'No run of this source has ended as it should for several schedule periods.',
  'credentials-refused': "Netskope refused this source's token, or its secret cannot be used.",
  behind: 'The archive of this source is further behind the present than late events explain.',
  quarantined: 'Events of this source could not be placed in the archive and were put into quarantine.',
  'events-recovered':
    'The live feed of this source had lost events; the daily recheck found and archived them.',
  ...DETECTED_SOURCE_ALARMS,
  'token-expiring': `This source's token has ${AlarmLimit.tokenDaysLeft} days or less to live, or has expired.`,
};

/** Alarms that a deployment has once, for what its sources share. */
export const DEPLOYMENT_ALARMS = {
  'collector-errors': `Several runs of the collector failed within ${inWords(AlarmLimit.failedRunsMinutes)}, or within ${AlarmLimit.failedRunsPeriods} periods of the longest schedule.`,
  'collector-throttles': 'AWS Lambda refused to start the collector because no concurrency was left.',
  'dead-letters':
    'A scheduled run, or the detection of an object, was given up, and its input lies in a dead-letter queue.',
  'collector-not-invoked':
    'AWS Lambda has not started the collector for several periods of the longest schedule.',
};

/** Alarms that a deployment has once, if its settings enable detection. */
export const DETECTION_ALARMS = {
  'detection-behind': `An archived object has waited for detection for more than ${inWords(AlarmLimit.oldestWaitedMinutes)}.`,
  'detector-errors': `Several deliveries to the detector failed within ${inWords(AlarmLimit.failedDeliveriesMinutes)}.`,
};

/** Alarms that a deployment has once, if it verifies its archive. */
export const VERIFICATION_ALARMS = {
  'archive-damaged': 'Something in the archive of a source is not as it was written, or is gone.',
};

export const ALARMS = {
  ...SOURCE_ALARMS,
  ...DEPLOYMENT_ALARMS,
  ...DETECTION_ALARMS,
  ...VERIFICATION_ALARMS,
};

export type SourceAlarmKind = keyof typeof SOURCE_ALARMS;
export type DeploymentAlarmKind =
  keyof typeof DEPLOYMENT_ALARMS | keyof typeof DETECTION_ALARMS | keyof typeof VERIFICATION_ALARMS;
export type AlarmKind = keyof typeof ALARMS;

export const SOURCE_ALARM_KINDS = kindsOf(SOURCE_ALARMS);
export const DEPLOYMENT_ALARM_KINDS = kindsOf(DEPLOYMENT_ALARMS);
export const DETECTION_ALARM_KINDS = kindsOf(DETECTION_ALARMS);
export const VERIFICATION_ALARM_KINDS = kindsOf(VERIFICATION_ALARMS);

/** Alarms of sources that a fleet has once, each for all of its sources. */
export const FLEET_ALARM_KINDS = [
  'no-data',
  'not-running',
  'credentials-refused',
  'behind',
  'quarantined',
  'events-recovered',
  'token-expiring',
] as const satisfies readonly SourceAlarmKind[];

export type FleetAlarmKind = (typeof FLEET_ALARM_KINDS)[number];

/**
 * Name of an alarm of a source.
 * @param prefix name of the deployment, or of the stack of further sources that the source is in
 */
export function sourceAlarmName(prefix: string, sourceId: string, kind: SourceAlarmKind): string {
  return `${prefix}-${sourceId}-${kind}`;
}

/** Name of an alarm that the deployment has once, in a fleet also of those for its sources. */
export function deploymentAlarmName(deploymentName: string, kind: AlarmKind): string {
  return `${deploymentName}-${kind}`;
}

/**
 * Whether an alarm is one of a deployment, in whatever stack of it.
 * @param stackName of the pipeline's stack
 */
export function isAlarmOf(stackName: string, alarmName: string): boolean {
  return new RegExp(`^${stackName}(Sources\\d+)?-`).test(alarmName);
}

function kindsOf<Kind extends string>(alarms: Readonly<Record<Kind, string>>): readonly Kind[] {
  return Object.keys(alarms) as Kind[];
}

function inWords(minutes: number): string {
  const words: Readonly<Record<number, string>> = { 15: 'a quarter of an hour', 30: 'half an hour' };
  return words[minutes] ?? `${minutes} minutes`;
}
