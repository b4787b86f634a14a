import type { ArchivedEvent } from '../event/archived-event';
import type { GroupBatch, TunedRule } from '../rule/tuned-rule';
import type { Group } from './group';
import { groupId } from './group';
import type { SeenRow } from './seen-row';
import { byTime } from './seen-row';

/**
 * The rows of one object in one group, while they are being collected. The events of an object are of one hour, so of each
 * value a rule with novelty has use for the first row only, and for the latest if it keeps the address: it matches everyday
 * acts, and rows of all of them would be most of the memory.
 */
export class OpenBatch implements GroupBatch {
  readonly groupId: string;
  private readonly all: SeenRow[] = [];
  private readonly first = new Map<string | undefined, SeenRow>();
  private readonly latest = new Map<string | undefined, SeenRow>();

  constructor(
    readonly tuned: TunedRule,
    readonly group: Group,
    readonly objectKey: string,
  ) {
    this.groupId = groupId(tuned.rule.id, group);
  }

  get rows(): readonly SeenRow[] {
    if (this.tuned.rule.novelty === undefined) return this.all;
    return [...new Set([...this.first.values(), ...this.latest.values()])];
  }

  /** Whether a row of the event would be kept. @param value of the event */
  needs(event: Pick<ArchivedEvent, 'timeS' | 'rowId'>, value: string | undefined): boolean {
    const { novelty } = this.tuned.rule;
    const first = this.first.get(value);
    if (novelty === undefined || first === undefined || byTime(event, first) < 0) return true;
    return novelty.keepsAddress === true && byTime(event, this.latest.get(value) ?? first) > 0;
  }

  add(row: SeenRow): void {
    const { novelty } = this.tuned.rule;
    const { value } = row;
    if (novelty === undefined) {
      this.all.push(row);
      return;
    }
    const first = this.first.get(value);
    if (first === undefined || byTime(row, first) < 0) this.first.set(value, row);
    const latest = this.latest.get(value);
    if (novelty.keepsAddress === true && (latest === undefined || byTime(row, latest) > 0))
      this.latest.set(value, row);
  }
}
