import { createHash } from 'node:crypto';
import type { AlertRecord, AlertRow } from '../../../contract/storage/alert-record';
import { ALERT_SCHEMA_VERSION, compactUtc, mostUrgent, utc } from '../../../contract/storage/alert-record';
import type { AlertWindow, CountedWindow } from '../group/group-state';
import { describeGroup, groupNote } from '../rule/group';
import type { SeenRow } from '../rule/seen-row';
import { completingFirst } from '../rule/seen-row';
import type { GroupBatch } from '../rule/tuned-rule';
import { headlineOf, MAX_LISTED } from './headline';

/** Characters of the hash in an alert's id: 64 bits, in addition to the rule and the second. */
const ID_HASH_LENGTH = 16;
const MAX_GROUP_KEY_LENGTH = 300;
/** The largest `int` of Athena, the type of the count's column. */
const MAX_INT = 2 ** 31 - 1;
/** Older events are no news: they come from a first run, a backfill, or the quarantine. */
const HISTORIC_S = 6 * 3_600;

/** What an alert is about. */
type AlertGroup = Pick<GroupBatch, 'tuned' | 'group' | 'groupId'>;

/**
 * The alert of a window. The same window always has the same id, for example
 * `many-deletes-20261122T091500Z-3fa9c1d2e0b45a77`. A rule's ids sort by time and can be part of an object key.
 * @param nowS when it is evaluated, unix seconds
 * @returns undefined if the window's alert is already out, and its cause no longer kept
 */
export function alertOf(about: AlertGroup, window: AlertWindow, nowS: number): AlertRecord | undefined {
  const { cause } = window;
  const last = cause?.rows.at(-1);
  if (cause === undefined || last === undefined) return undefined;
  const { rows, count } = cause;
  const actors = completingFirst(rows);
  return recordOf(about, window, {
    update: 'raised',
    severity: mostUrgent(rows.map(({ severity }) => severity)),
    what: listed(rows.map(({ what }) => what)),
    who: listed(actors.flatMap(({ user }) => user ?? [])),
    targets: listed(rows.flatMap(({ detail }) => detail?.targets ?? [])),
    changes: listed(rows.flatMap(({ detail }) => detail?.changes ?? [])),
    addresses: listed(actors.flatMap(({ addresses }) => addresses)),
    lastS: last.timeS,
    count,
    nowS,
    rows: rows.map(alertRow),
  });
}

/** An update of an alert, from what has come into its window. */
export function updateOf(
  about: AlertGroup,
  window: CountedWindow,
  { update, nowS }: { readonly update: 'grown' | 'closed'; readonly nowS: number },
): AlertRecord {
  const { severity, what, users, targets, addresses, lastS, count } = window.tally;
  return recordOf(about, window, {
    update,
    severity,
    what: listed(what),
    who: [...users],
    targets: [...targets],
    changes: [],
    addresses: [...addresses],
    lastS,
    count,
    nowS,
    rows: [],
  });
}

interface Facts extends Pick<
  AlertRecord,
  'update' | 'severity' | 'what' | 'who' | 'targets' | 'changes' | 'addresses' | 'rows'
> {
  readonly lastS: number;
  readonly count: number;
  readonly nowS: number;
}

function recordOf(
  { tuned: { rule, threshold }, group, groupId }: AlertGroup,
  { startS }: AlertWindow,
  { lastS, count, nowS, rows, update, severity, ...lists }: Facts,
): AlertRecord {
  const note = groupNote(group);
  return {
    schema_version: ALERT_SCHEMA_VERSION,
    alert_id: alertId(rule.id, groupId, startS),
    update,
    incident_id: '',
    rule_id: rule.id,
    title: rule.title,
    // Of a correlation, only who completed it acted; the others are those it was tried with before.
    headline: headlineOf(rule.title, {
      ...lists,
      who: rule.correlation === undefined ? lists.who : lists.who.slice(0, 1),
    }),
    severity,
    source_id: group.sourceId,
    log_type: rule.logType,
    mitre_attack: rule.attack.map(({ tactic, technique, name }) => `${tactic}:${technique} ${name}`),
    meaning: rule.description,
    what_to_do: rule.runbook,
    ...(rule.limits === undefined ? {} : { limits: rule.limits }),
    ...lists,
    group_key: describeGroup(group).slice(0, MAX_GROUP_KEY_LENGTH),
    ...(note === undefined ? {} : { group_note: note }),
    historic: nowS - lastS > HISTORIC_S,
    first_event_time: utc(startS),
    last_event_time: utc(lastS),
    window_end: utc(startS + rule.windowMinutes * 60),
    window_minutes: rule.windowMinutes,
    event_count: Math.min(count, MAX_INT),
    threshold,
    rows,
  };
}

function alertId(ruleId: string, group: string, startS: number): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([group, startS]))
    .digest('hex');
  return `${ruleId}-${compactUtc(startS)}-${hash.slice(0, ID_HASH_LENGTH)}`;
}

/** Each text once, in order of occurrence. */
function listed(texts: readonly string[]): string[] {
  return [...new Set(texts)].slice(0, MAX_LISTED);
}

function alertRow({ rowId, timeS, what, user, addresses, detail = {} }: SeenRow): AlertRow {
  return {
    row_id: rowId,
    event_time: utc(timeS),
    what,
    ...(user === undefined ? {} : { user }),
    targets: [...(detail.targets ?? [])],
    changes: [...(detail.changes ?? [])],
    addresses: [...addresses],
    ...(detail.event === undefined ? {} : { event: JSON.parse(detail.event) as Record<string, unknown> }),
  };
}
