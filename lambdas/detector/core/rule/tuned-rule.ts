import type { Severity } from '../../../contract/storage/alert-record';
import type { ArchivedEvent } from '../event/archived-event';
import type { Group } from './group';
import type { Rule } from './rule';
import type { SeenRow } from './seen-row';

/** An enabled rule with its settings. */
export interface TunedRule {
  readonly rule: Rule;
  readonly threshold: number;
  severityOf(event: ArchivedEvent): Severity;
  /** Whether the configuration excludes the event from this rule. */
  excludes(event: ArchivedEvent): boolean;
}

/** The rows of one object that count in one group of one rule. */
export interface GroupBatch {
  readonly tuned: TunedRule;
  readonly group: Group;
  /** Key of the group's state. */
  readonly groupId: string;
  readonly objectKey: string;
  readonly rows: readonly SeenRow[];
}
