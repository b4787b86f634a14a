import { createHash } from 'node:crypto';
import type { AlertRecord, AlertRow, Severity } from '../../../contract/storage/alert-record';
import { ALERT_SCHEMA_VERSION, SEVERITIES } from '../../../contract/storage/alert-record';
import { athenaTimestamp } from '../../../contract/storage/event-record';
import { describeGroup, groupNote } from '../group/group';
import type { AlertWindow, SeenRow } from '../group/group-state';
import type { GroupBatch } from '../rule/tuned-rule';

/** Characters of the hash in an alert's id: 64 bits, in addition to the rule and the second. */
const ID_HASH_LENGTH = 16;
/** Limit on the different things, users and addresses that an alert lists; the rows have them all. */
const MAX_LISTED = 20;
const MAX_GROUP_KEY_LENGTH = 300;
/** The largest `int` of Athena, the type of the count's column. */
const MAX_INT = 2 ** 31 - 1;

/**
 * The alert of a window. The same window always has the same id, for example
 * `many-deletes-20261122T091500Z-3fa9c1d2e0b45a77`. A rule's ids sort by time and can be part of an object key.
 * @returns undefined if the window's alert is already out, and its cause no longer kept
 */
export function alertOf(batch: Omit<GroupBatch, 'rows'>, window: AlertWindow): AlertRecord | undefined {
  const { tuned, group, groupId } = batch;
  const { rule } = tuned;
  const rows = window.cause?.rows ?? [];
  const last = rows.at(-1);
  if (window.cause === undefined || last === undefined) return undefined;
  const note = groupNote(group);
  return {
    schema_version: ALERT_SCHEMA_VERSION,
    alert_id: alertId(rule.id, groupId, window.startS),
    rule_id: rule.id,
    title: rule.title,
    severity: mostUrgent(rows.map(({ severity }) => severity)),
    source_id: group.sourceId,
    log_type: rule.logType,
    mitre_attack: rule.attack.map(({ tactic, technique, name }) => `${tactic}:${technique} ${name}`),
    meaning: rule.description,
    what_to_do: rule.runbook,
    ...(rule.limits === undefined ? {} : { limits: rule.limits }),
    what: listed(rows.map(({ what }) => what)),
    who: listed(rows.flatMap(({ user }) => user ?? [])),
    addresses: listed(rows.flatMap(({ addresses }) => addresses)),
    group_key: describeGroup(group).slice(0, MAX_GROUP_KEY_LENGTH),
    ...(note === undefined ? {} : { group_note: note }),
    first_event_time: utc(window.startS),
    last_event_time: utc(last.timeS),
    window_end: utc(window.startS + rule.windowMinutes * 60),
    window_minutes: rule.windowMinutes,
    event_count: Math.min(window.cause.count, MAX_INT),
    threshold: tuned.threshold,
    rows: rows.map(alertRow),
  };
}

function alertId(ruleId: string, group: string, startS: number): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([group, startS]))
    .digest('hex');
  const second = new Date(startS * 1000).toISOString().slice(0, 19).replace(/[-:]/g, '');
  return `${ruleId}-${second}Z-${hash.slice(0, ID_HASH_LENGTH)}`;
}

function utc(epochS: number): string {
  return athenaTimestamp(epochS * 1000);
}

/** Each text once, in order of occurrence. */
function listed(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].slice(0, MAX_LISTED);
}

function alertRow({ rowId, timeS, what, user, addresses }: SeenRow): AlertRow {
  return {
    row_id: rowId,
    event_time: utc(timeS),
    what,
    ...(user === undefined ? {} : { user }),
    addresses,
  };
}

function mostUrgent(severities: readonly Severity[]): Severity {
  const rank = Math.max(0, ...severities.map((severity) => SEVERITIES.indexOf(severity)));
  return SEVERITIES[rank] ?? 'info';
}
