import type { Anchor, ChainFinding } from '../../../lambdas/verifier/core/chain-check';
import type { AlertHistory } from '../alerts/alert-history';
import type { ExitCode } from '../operator-error';
import type { QuarantineContent } from '../quarantine/read-quarantine';
import type { SourceStatus } from '../status/source-status';
import type { TimeRange } from '../terminal/time-range';
import type { ArchiveStock } from '../verify/chain/chain-audit';
import type { EventDifferences, HourNumbers } from '../verify/events/hour-comparison';

/** What a check found, or why it could not be made. */
export type Outcome<Found extends object> = ({ readonly isChecked: true } & Found) | NotChecked;

export interface NotChecked {
  readonly isChecked: false;
  /** A sentence. */
  readonly why: string;
  /** Absent if the check was left out on purpose. */
  readonly exitCode?: ExitCode;
}

/** Everything that a report says, as plain data. */
export interface Report {
  readonly sourceId: string;
  readonly label: string;
  readonly range: TimeRange;
  readonly madeAtMs: number;
  /** Objects expire so many days after they were stored; absent: never. */
  readonly retentionDays?: number;
  /** File or folder of the kept heads that were given. */
  readonly heads?: string;
  /** ARN of whoever made it. */
  readonly operator: string;
  readonly place: ReportPlace;
  /** Host name of the tenant, from the secret. */
  readonly tenant: Outcome<{ readonly host: string }>;
  /** Version of the command line. */
  readonly version: string;
  /** What is stored, hour by hour. */
  readonly hours: Outcome<{ readonly hours: readonly ReportedHour[]; readonly withoutTime: number }>;
  /** Whether the hours are compared with Netskope, and what is to be known of that. */
  readonly netskope: Outcome<{ readonly withoutTime: number; readonly notes: readonly string[] }>;
  readonly chain: Outcome<ReportedChain>;
  readonly quarantine: Outcome<QuarantineContent & ArrivalDays>;
  readonly status: Outcome<SourceStatus & { readonly alarms: readonly ReportedAlarm[] }>;
  readonly alarmHistory: Outcome<ReportedAlarmHistory>;
  readonly alerts: Outcome<{ readonly alerts: readonly ReportedAlert[]; readonly hasDetector: boolean }>;
}

interface ReportPlace {
  readonly stackName: string;
  /** What the names of alarms begin with. */
  readonly name: string;
  readonly region: string;
  readonly bucket: string;
  /** Options that lead a command to the same deployment. */
  readonly options: readonly string[];
}

/** Days of arrival, UTC, `2026-11-22`. */
export interface ArrivalDays {
  readonly fromDay: string;
  /** Included. */
  readonly toDay: string;
}

type StoredNumbers = Pick<HourNumbers, 'archived' | 'quarantined' | 'doubled'>;

/** One hour of event time. The numbers that need Netskope are absent if it was not asked. */
export interface ReportedHour extends StoredNumbers, Partial<Omit<HourNumbers, keyof StoredNumbers>> {
  /** Whole hours since 1970. */
  readonly hour: number;
  readonly events: Pick<EventDifferences, 'missing' | 'extra' | 'doubled' | 'conflicting'>;
}

export interface ReportedChain {
  readonly stock: ArchiveStock;
  readonly findings: readonly ChainFinding[];
  /** Heads that the chain was held against. */
  readonly keptHeads: readonly Anchor[];
  /** Whether a run was at work. */
  readonly isRunning: boolean;
}

export interface ReportedAlarm {
  readonly name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
  /** Since when; absent if CloudWatch does not say. */
  readonly sinceMs?: number;
}

/** What became of the alarms from the beginning of the period to the time of the report. */
export interface ReportedAlarmHistory {
  /** CloudWatch does not know earlier changes; absent if it knows all of the period. */
  readonly knownFromMs?: number;
  /** The oldest first. */
  readonly changes: readonly AlarmChange[];
}

export interface AlarmChange {
  readonly name: string;
  readonly atMs: number;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly from: string;
  readonly to: string;
  /** In the words of CloudWatch. */
  readonly reason: string;
}

/** An alert, with the counts of its newest update. */
export type ReportedAlert = Pick<AlertHistory, 'alertId' | 'severity'> & {
  readonly firstEventTime: string;
  readonly headline: string;
  readonly events: number;
};
