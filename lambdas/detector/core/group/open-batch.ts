import type { ArchivedEvent } from '../event/archived-event';
import type { Group } from '../rule/group';
import { groupId } from '../rule/group';
import type { SeenRow } from '../rule/seen-row';
import { byTime } from '../rule/seen-row';
import type { GroupBatch, TunedRule } from '../rule/tuned-rule';

/** What orders an event or a row. */
type PlacedEvent = Pick<ArchivedEvent, 'timeS' | 'rowId'>;

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
  needs(event: PlacedEvent, value: string | undefined): boolean {
    return this.tuned.rule.novelty === undefined || this.isFirst(event, value) || this.isLatest(event, value);
  }

  add(row: SeenRow): void {
    const { value } = row;
    if (this.tuned.rule.novelty === undefined) {
      this.all.push(row);
      return;
    }
    if (this.isFirst(row, value)) this.first.set(value, row);
    if (this.isLatest(row, value)) this.latest.set(value, row);
  }

  private isFirst(event: PlacedEvent, value: string | undefined): boolean {
    const first = this.first.get(value);
    return first === undefined || byTime(event, first) < 0;
  }

  private isLatest(event: PlacedEvent, value: string | undefined): boolean {
    if (this.tuned.rule.novelty?.keepsAddress !== true) return false;
    const latest = this.latest.get(value);
    return latest === undefined || byTime(event, latest) > 0;
  }
}
