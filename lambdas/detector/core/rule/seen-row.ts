import type { Severity } from '../../../contract/storage/alert-record';

/** The stored part of an event that counts. Texts are shortened, so that a state stays small whatever is sent. */
export interface SeenRow {
  /** `p_row_id`: a row counts once, however often it is delivered. */
  readonly rowId: string;
  /** Event time, unix seconds. */
  readonly timeS: number;
  /** How many occurrences it stands for. @default 1 */
  readonly weight?: number;
  readonly what: string;
  readonly user?: string;
  readonly addresses: readonly string[];
  readonly severity: Severity;
  /** In a rule with a correlation: the event that comes last. */
  readonly completes?: true;
  /** In a rule with novelty or a distinct count: the event's value. */
  readonly value?: string;
  /** The archived object it came in, by `objectMark`. Absent in states of earlier versions. */
  readonly object?: string;
  /** What only the alert shows; it goes first where a state would become too large. */
  readonly detail?: RowDetail;
}

export interface RowDetail {
  /** What it was done to. */
  readonly targets?: readonly string[];
  /** For example `"DLP cards": action_name block -> allow`. */
  readonly changes?: readonly string[];
  /** JSON of the event as Netskope sent it; absent if it is long. */
  readonly event?: string;
}

/** The rows with those first that complete a correlation: theirs is the name and address to look at. */
export function completingFirst(rows: readonly SeenRow[]): readonly SeenRow[] {
  const isCompleting = ({ completes }: SeenRow): boolean => completes === true;
  return [...rows.filter(isCompleting), ...rows.filter((row) => !isCompleting(row))];
}

/** The occurrences that rows stand for together. Rows stored by earlier versions have no weight. */
export function weightOf(rows: readonly SeenRow[]): number {
  return rows.reduce((sum, { weight = 1 }) => sum + weight, 0);
}

/** Order of time; within a second the order is unknown, and that of the ids is taken. */
export function byTime(
  one: Pick<SeenRow, 'timeS' | 'rowId'>,
  other: Pick<SeenRow, 'timeS' | 'rowId'>,
): number {
  return one.timeS - other.timeS || (one.rowId < other.rowId ? -1 : 1);
}
