import { createHash } from 'node:crypto';
import type { Severity } from '../../../contract/storage/alert-record';
import { isMoreUrgent, mostUrgent } from '../../../contract/storage/alert-record';
import type { SeenRow } from '../rule/seen-row';
import { completingFirst, weightOf } from '../rule/seen-row';

/** What has come into a window so far, for the updates of its alert. */
export interface WindowTally {
  /** Occurrences when the alert was raised. */
  readonly raised: number;
  /** Occurrences until now. */
  readonly count: number;
  /** Time of the latest row, unix seconds. */
  readonly lastS: number;
  readonly severity: Severity;
  readonly what: readonly string[];
  readonly users: readonly string[];
  readonly targets: readonly string[];
  readonly addresses: readonly string[];
  /** The objects that were counted, by `objectMark`: one that is delivered again counts no more. */
  readonly objects: readonly string[];
  /** Occurrences and severity that were sent last. */
  readonly told: { readonly count: number; readonly severity: Severity };
}

/** Limit on what is listed of each kind. */
const MAX_LISTED = 50;
/** More objects than two weeks of deliveries bring into a window of a day. */
const MAX_OBJECTS = 600;
/** An alert is updated when it has this many times the occurrences that were sent. */
const GROWTH = 10;

/** A short name for an archived object: eight characters, for an object key is longer than a row. */
export function objectMark(objectKey: string): string {
  return createHash('sha256').update(objectKey).digest('base64url').slice(0, 8);
}

/** The tally of an alert that is raised now. @param rows all that count, in order of time */
export function tallyOf(rows: readonly SeenRow[], count: number): WindowTally {
  const [what, users, targets, addresses, objects] = [[], [], [], [], []];
  const severity = mostUrgent(rows.map((row) => row.severity));
  const nothing = { raised: count, count: 0, lastS: 0, severity, told: { count, severity }, what };
  return { ...added({ ...nothing, users, targets, addresses, objects }, completingFirst(rows)), count };
}

/** Adds rows that no object before this one brought. */
export function added(tally: WindowTally, rows: readonly SeenRow[]): WindowTally {
  return {
    ...tally,
    count: tally.count + weightOf(rows),
    lastS: Math.max(tally.lastS, ...rows.map(({ timeS }) => timeS)),
    severity: mostUrgent([tally.severity, ...rows.map(({ severity }) => severity)]),
    what: listed(
      tally.what,
      rows.map(({ what }) => what),
    ),
    users: listed(
      tally.users,
      rows.flatMap(({ user }) => user ?? []),
    ),
    targets: listed(
      tally.targets,
      rows.flatMap(({ detail }) => detail?.targets ?? []),
    ),
    addresses: listed(
      tally.addresses,
      rows.flatMap(({ addresses }) => addresses),
    ),
    objects: [...new Set([...tally.objects, ...rows.flatMap(({ object }) => object ?? [])])].slice(
      -MAX_OBJECTS,
    ),
  };
}

/** Whether the alert is to be updated: it has grown tenfold, or something worse was done. */
export function isGrown({ count, severity, told }: WindowTally): boolean {
  return count >= GROWTH * told.count || isMoreUrgent(severity, told.severity);
}

/** The tally once that is sent. */
export function withGrowthTold(tally: WindowTally): WindowTally {
  return { ...tally, told: { count: tally.count, severity: tally.severity } };
}

function listed(before: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...before, ...more])].slice(0, MAX_LISTED);
}
