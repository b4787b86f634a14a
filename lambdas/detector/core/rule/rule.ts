import type { AlertRecord, Severity } from '../../../contract/storage/alert-record';
import type { ArchivedEvent } from '../event/archived-event';
import type { GroupBy } from './group';

/**
 * Largest threshold of a rule. A group's state holds a few times as many rows, of about 450 bytes each at most, and
 * must fit a DynamoDB item of 400 KB (Amazon DynamoDB Developer Guide, quotas).
 */
export const MAX_THRESHOLD = 100;

/** A technique in MITRE ATT&CK for Enterprise, version 19. */
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
  /** The events before must be of other users than the one that completes them. */
  readonly byOthers?: true;
}

/** The alert is for a value that the group has not had before. */
export interface Novelty {
  /** The value; undefined if the event has none, and then it does not count. */
  valueOf(event: ArchivedEvent): string | undefined;
  /** Days from a group's first event in which values are learned without an alert. */
  readonly learningDays: number;
  /** How many values are learned so; further ones raise an alert even then. @default - all */
  readonly learnedSilently?: number;
  /** What a value is part of: a group that had two values of one such whole knows its others, too. */
  readonly partOf?: (value: string) => string;
  /** The form that a value has now, if an earlier edition of the rule has learned it in another. */
  readonly sameAs?: (learned: string) => string;
  /** The group remembers its latest address, for alerts about its user whose events have none. */
  readonly keepsAddress?: true;
}

/** Fields of an archived record; the others are those of an ordinary record. */
export type Example = Readonly<Record<string, unknown>>;

/** Events in order of time, a minute apart unless they name their own `timestamp`, and the alerts that they raise. */
export interface AlertExample {
  readonly events: readonly Example[];
  /** What is expected of each alert's record, in order; empty if the events raise none. */
  readonly alerts: readonly Partial<AlertRecord>[];
}

/** One kind of behavior that is worth an alert. */
export interface Rule {
  /** Lower-case words with hyphens, the same as the file's name. */
  readonly id: string;
  /** What happened, in a few words. */
  readonly title: string;
  /** What it means. */
  readonly description: string;
  readonly severity: Severity | ((event: ArchivedEvent) => Severity);
  readonly attack: readonly AttackReference[];
  readonly logType: string;
  /** Whether the event counts. Pure, and must not throw, whatever shape the fields have. */
  matches(event: ArchivedEvent): boolean;
  readonly groupBy: GroupBy;
  /** Events of a group within the window that raise an alert; one that stands for several occurrences is so many. */
  readonly threshold: number;
  /** A group raises at most one alert per window. */
  readonly windowMinutes: number;
  /**
   * What is counted instead of events: its different values, such as addresses. An event without a value does not count.
   */
  readonly distinct?: (event: ArchivedEvent) => string | undefined;
  readonly correlation?: Correlation;
  readonly novelty?: Novelty;
  /** One line about what happened, for one event. @default - the event's name */
  readonly what?: (event: ArchivedEvent) => string;
  /** What to do now. */
  readonly runbook: string;
  /** What the rule cannot see; shown in the alert. */
  readonly limits?: string;
  /** Rules that do not get an event that this one matches, because one alert is clearer than two. */
  readonly supersedes: readonly string[];
  /**
   * The rule gets only events that no other enabled rule matches. Rules with novelty do not count as such: they match
   * everyday acts, to learn them.
   */
  readonly fallback?: true;
  readonly examples: {
    readonly mustMatch: Readonly<Record<string, Example>>;
    readonly mustNotMatch: Readonly<Record<string, Example>>;
    /** For severity, group, texts and threshold. */
    readonly mustRaise?: Readonly<Record<string, AlertExample>>;
  };
}
