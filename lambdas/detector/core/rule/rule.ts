import type { Severity } from '../../../contract/storage/alert-record';
import type { ArchivedEvent } from '../event/archived-event';
import type { GroupBy } from '../group/group';

/**
 * Most events a rule may wait for. A group's state holds their rows a few times over, some 450 bytes each at most, and is
 * to fit a DynamoDB item of 400 KB (Amazon DynamoDB Developer Guide, quotas).
 */
export const MAX_THRESHOLD = 100;

/** Where the behavior stands in MITRE ATT&CK for Enterprise, version 19. */
export interface AttackReference {
  /** For example `TA0006`. */
  readonly tactic: string;
  /** For example `T1110` or `T1110.003`. */
  readonly technique: string;
  /** The technique's name. */
  readonly name: string;
}

/** The matching events are of two kinds: `threshold` of one kind, then one of the other, within the window. */
export interface Correlation {
  /** Whether this matching event is the one that comes last. */
  completes(event: ArchivedEvent): boolean;
}

/** The alert is for a value that this group has not shown before. */
export interface Novelty {
  /** The value; undefined where the event has none, and then it does not count. */
  valueOf(event: ArchivedEvent): string | undefined;
  /** For so many days from a group's first event its values are only learned. */
  readonly learningDays: number;
}

/** Fields of an archived record; what is left out is that of an ordinary record. */
export type Example = Readonly<Record<string, unknown>>;

/** One thing worth an alert. */
export interface Rule {
  /** Lower-case words with hyphens, as the file is called. */
  readonly id: string;
  /** What happened, in a few words. */
  readonly title: string;
  /** What it means. */
  readonly description: string;
  readonly severity: Severity | ((event: ArchivedEvent) => Severity);
  readonly attack: readonly AttackReference[];
  readonly logType: string;
  /** Whether the event counts. Pure, and never throws, whatever shape the fields have. */
  matches(event: ArchivedEvent): boolean;
  readonly groupBy: GroupBy;
  /** Events of a group within the window that it takes. */
  readonly threshold: number;
  /** A group raises one alert a window at most. */
  readonly windowMinutes: number;
  readonly correlation?: Correlation;
  readonly novelty?: Novelty;
  /** What happened, of one event, in a line. @default - the event's name */
  readonly what?: (event: ArchivedEvent) => string;
  /** What to do now. */
  readonly runbook: string;
  /** What the rule cannot see, said in the alert. */
  readonly limits?: string;
  /** Rules that do not get an event that this one matches, for one alert says it better than two. */
  readonly supersedes: readonly string[];
  readonly examples: {
    readonly mustMatch: Readonly<Record<string, Example>>;
    readonly mustNotMatch: Readonly<Record<string, Example>>;
  };
}
