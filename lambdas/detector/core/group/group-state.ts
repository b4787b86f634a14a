import type { Severity } from '../../../contract/storage/alert-record';

/** What is kept of an event that counts. Texts are cut, for a state must stay small whatever is sent. */
export interface SeenRow {
  /** `p_row_id`: a row counts once, however often it is delivered. */
  readonly rowId: string;
  /** Event time, unix seconds. */
  readonly timeS: number;
  readonly what: string;
  readonly user?: string;
  readonly addresses: readonly string[];
  readonly severity: Severity;
  /** Of a rule with a correlation: the event that comes last. */
  readonly completes?: true;
  /** Of a rule with novelty: the value shown. */
  readonly value?: string;
}

/** A window that has raised its alert. Rows whose time falls into it belong to that alert and count no more. */
export interface AlertWindow {
  /** Time of its first row, unix seconds. */
  readonly startS: number;
  /** What raised the alert; kept until somebody says that the alert is out, so that a death in between loses none. */
  readonly cause?: AlertCause;
}

export interface AlertCause {
  /** The archived object whose rows opened the window. When it is delivered again, the alert may not be out yet. */
  readonly objectKey: string;
  /** Rows seen in the window when the alert was raised. */
  readonly count: number;
  /** In the order of time; the latest of them where there are very many. */
  readonly rows: readonly SeenRow[];
}

/** What a group has shown before, for a rule with novelty. */
export interface KnownValues {
  /** Time of the group's first event, unix seconds: learning begins here. */
  readonly sinceS: number;
  readonly values: readonly KnownValue[];
}

export interface KnownValue {
  readonly value: string;
  /** The last day it was seen, as whole days since 1970: a state that changed with every event would be written as often. */
  readonly lastDay: number;
}

/**
 * All that is remembered of one group of one rule. It is plain JSON. Whoever stores it under a condition on its version,
 * and applies the batch again to the newer state where the condition fails, counts exactly: see `applyBatch`.
 */
export interface GroupState {
  /** Windows that have raised an alert, by start. */
  readonly windows: readonly AlertWindow[];
  /** Rows that no window covers, in the order of time. */
  readonly rows: readonly SeenRow[];
  readonly known?: KnownValues;
}

/** Nothing is remembered. */
export const EMPTY_STATE: GroupState = { windows: [], rows: [] };

/**
 * Windows that are remembered, latest kept: with an hour each, more than the 14 days for which SQS can keep a message
 * (Amazon SQS Developer Guide, message quotas), so that no redelivery finds its window forgotten.
 */
const MAX_WINDOWS = 400;

/** The windows of a group after more of them have raised an alert; the ones whose alert is not out yet are never dropped. */
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
 * The windows that an object has opened, and whose alert nobody has said to be out: just now, or before a death, after
 * which the object is delivered again. Windows of other objects are left to whoever reads those, so that two detectors at
 * work do not send one alert twice.
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
