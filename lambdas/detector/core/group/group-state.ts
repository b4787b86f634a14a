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
  /** In a rule with novelty: the event's value. */
  readonly value?: string;
}

/** The occurrences that rows stand for together. Rows stored by earlier versions have no weight. */
export function weightOf(rows: readonly SeenRow[]): number {
  return rows.reduce((sum, { weight = 1 }) => sum + weight, 0);
}

/** A window that has raised its alert. Rows whose time falls into it belong to that alert and no longer count. */
export interface AlertWindow {
  /** Time of its first row, unix seconds. */
  readonly startS: number;
  /** What raised the alert; kept until the alert is out, so that none is lost if the function dies. */
  readonly cause?: AlertCause;
}

export interface AlertCause {
  /** The archived object whose rows opened the window. When it is delivered again, the alert may not be out yet. */
  readonly objectKey: string;
  /** Occurrences seen in the window when the alert was raised: the weights of its rows together. */
  readonly count: number;
  /** In order of time; only the latest if there are very many. */
  readonly rows: readonly SeenRow[];
}

/** The values that a group has had before, for a rule with novelty. */
export interface KnownValues {
  /** Time of the group's first event, unix seconds: learning begins here. */
  readonly sinceS: number;
  readonly values: readonly KnownValue[];
}

export interface KnownValue {
  readonly value: string;
  /** The last day it was seen, in whole days since 1970. A finer unit would cause a write for every event. */
  readonly lastDay: number;
}

/**
 * The state of one group of one rule, as plain JSON. `applyBatch` says how to store it so that each row counts once.
 */
export interface GroupState {
  /** Windows that have raised an alert, by start. */
  readonly windows: readonly AlertWindow[];
  /** Rows that no window covers, in the order of time. */
  readonly rows: readonly SeenRow[];
  readonly known?: KnownValues;
}

export const EMPTY_STATE: GroupState = { windows: [], rows: [] };

/**
 * Limit on the windows that are remembered, latest kept. With an hour each, they cover more than the 14 days that SQS
 * can keep a message (Amazon SQS Developer Guide, message quotas): no redelivery finds its window forgotten.
 */
const MAX_WINDOWS = 400;

/** Adds windows that have raised an alert. A window whose alert is not out yet is never dropped. */
export function withWindows(
  windows: readonly AlertWindow[],
  raised: readonly AlertWindow[],
): readonly AlertWindow[] {
  const all = [...windows, ...raised].sort((one, other) => one.startS - other.startS);
  const firstKept = all.length - MAX_WINDOWS;
  return all.filter((window, place) => place >= firstKept || window.cause !== undefined);
}

/** Whether a time lies in the window: from its start, and before its end. */
export function covers({ startS }: AlertWindow, timeS: number, windowS: number): boolean {
  return timeS >= startS && timeS < startS + windowS;
}

/**
 * The windows that an object has opened and whose alert is not out yet: opened just now, or by an attempt that died.
 * Windows of other objects are left out, so that two detectors at work do not send one alert twice.
 */
export function unannounced(state: GroupState, objectKey: string): readonly AlertWindow[] {
  return state.windows.filter(({ cause }) => cause?.objectKey === objectKey);
}

/**
 * The state once the alert of a window is out.
 * @param startS start of the window
 */
export function announced(state: GroupState, startS: number): GroupState {
  return {
    ...state,
    windows: state.windows.map((window) => (window.startS === startS ? { startS } : window)),
  };
}
