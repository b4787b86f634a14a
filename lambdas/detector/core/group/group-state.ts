import type { Group } from '../rule/group';
import type { SeenRow } from '../rule/seen-row';
import type { Life } from '../state-store';
import type { WindowTally } from './tally';

/** A window that has raised its alert. Rows whose time falls into it belong to that alert and raise no other. */
export interface AlertWindow {
  /** Time of its first row, unix seconds. */
  readonly startS: number;
  /** What raised the alert; kept until the alert is out, so that none is lost if the function dies. */
  readonly cause?: AlertCause;
  /** What has come into it; kept until the window is closed. Absent in rules with novelty. */
  readonly tally?: WindowTally;
}

/** A window whose alert may still be updated. */
export type CountedWindow = AlertWindow & Required<Pick<AlertWindow, 'tally'>>;

export interface AlertCause {
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
  /** Where the latest event with an address came from, in a rule that `keepsAddress`. */
  readonly lastAddress?: { readonly address: string; readonly timeS: number };
}

export interface KnownValue {
  readonly value: string;
  /** The last day it was seen, in whole days since 1970. A finer unit would cause a write for every event. */
  readonly lastDay: number;
}

/**
 * The state of one group of one rule, as plain JSON. `applyBatch` says how to store it so that each row counts once.
 * DynamoDB holds items of up to 400 KB (Amazon DynamoDB Developer Guide, quotas); `bounded` keeps it far below.
 */
export interface GroupState {
  /** Windows that have raised an alert, by start. */
  readonly windows: readonly AlertWindow[];
  /** Rows that no window covers, in the order of time. */
  readonly rows: readonly SeenRow[];
  readonly known?: KnownValues;
  /** What the rows have in common; stored with the first alert, to close its window without any event. */
  readonly group?: Group;
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

/** The windows whose alert is not out yet: opened just now, or by an attempt that died. */
export function pendingWindows({ windows }: GroupState): readonly AlertWindow[] {
  return windows.filter(({ cause }) => cause !== undefined);
}

/**
 * The state once the alert of a window is out.
 * @param startS start of the window
 */
export function withAlertOut(state: GroupState, startS: number): GroupState {
  return withWindow(state, startS, (window) => {
    const { cause, ...rest } = window;
    return cause === undefined ? window : rest;
  });
}

/**
 * @param startS start of the window that is changed
 * @returns the same state if the window is not there, or stays the same
 */
export function withWindow(
  state: GroupState,
  startS: number,
  change: (window: AlertWindow) => AlertWindow,
): GroupState {
  const windows = state.windows.map((window) => (window.startS === startS ? change(window) : window));
  return windows.every((window, place) => window === state.windows[place]) ? state : { ...state, windows };
}

/** Limit on the characters of all details of alerts that are not out yet. */
const MAX_CAUSE_DETAILS = 60_000;
/** The same for rows that only count: each write of a state is billed by the kilobyte. */
const MAX_ROW_DETAILS = 3_000;
/** Limit on the rows of all alerts that are not out yet: so many pile up while a bucket refuses them. */
const MAX_PENDING_ROWS = 200;
/** Limit on the windows that are still counted: more are open only while nobody closes them. */
const MAX_TALLIES = 10;

/**
 * The state within its limits, whatever was sent and however long alerts cannot be stored. The newest keep most: details
 * go first, then rows of alerts that are not out, of which each keeps one.
 */
export function bounded(state: GroupState): GroupState {
  const room = { details: MAX_CAUSE_DETAILS, causeRows: MAX_PENDING_ROWS, tallies: MAX_TALLIES };
  const windows = state.windows
    .toReversed()
    .map(({ startS, cause, tally }) => ({
      startS,
      ...(cause === undefined
        ? {}
        : { cause: { ...cause, rows: withinDetails(lastRows(cause.rows, room), room) } }),
      ...(tally === undefined || (room.tallies -= 1) < 0 ? {} : { tally }),
    }))
    .toReversed();
  return { ...state, windows, rows: withinDetails(state.rows, { details: MAX_ROW_DETAILS }) };
}

interface Room {
  details: number;
  causeRows: number;
  tallies: number;
}

function lastRows(rows: readonly SeenRow[], room: Room): readonly SeenRow[] {
  const kept = Math.max(1, Math.min(rows.length, room.causeRows));
  room.causeRows -= kept;
  return rows.slice(-kept);
}

function withinDetails(rows: readonly SeenRow[], room: Pick<Room, 'details'>): readonly SeenRow[] {
  return rows
    .toReversed()
    .map((row) => {
      if (row.detail === undefined) return row;
      room.details -= JSON.stringify(row.detail).length;
      return room.details >= 0 ? row : { ...row, detail: undefined };
    })
    .toReversed();
}

const S_PER_DAY = 86_400;
/** After its last write; twice the 14 days that SQS can keep a message (Amazon SQS Developer Guide, message quotas). */
const KEEP_COUNTS_S = 30 * S_PER_DAY;
/** Known values of a user: long enough for the user to be absent and still be known. */
const KEEP_KNOWN_S = 400 * S_PER_DAY;
/** Events come some minutes after they occur, so a window is closed this long after its end. */
const CLOSING_S = 900;

/** How long a group is kept, and when its windows are to be closed. @param windowMinutes of its rule */
export function groupLife(state: GroupState, windowMinutes: number): Life {
  const ends = state.windows.filter(isUpdated).map((window) => closesAtS(window, windowMinutes));
  return {
    keepS: state.known === undefined ? KEEP_COUNTS_S : KEEP_KNOWN_S,
    ...(ends.length === 0 ? {} : { dueAtS: Math.min(...ends) }),
  };
}

/** Whether more has come into the window since its alert was raised. */
export function isUpdated(window: AlertWindow): window is CountedWindow {
  return window.tally !== undefined && window.tally.count > window.tally.raised;
}

export function closesAtS({ startS }: AlertWindow, windowMinutes: number): number {
  return startS + windowMinutes * 60 + CLOSING_S;
}
