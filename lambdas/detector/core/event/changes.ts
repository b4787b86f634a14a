import type { ArchivedEvent } from './archived-event';
import { openJsonText } from '../../../shared/json-text';

/** One thing that was changed. */
export interface Change {
  /** Name of the changed object, such as a policy's; empty if unknown. */
  readonly object: string;
  /** Keys from the object down to the value, joined by dots, such as `data.match_criteria_action.action_name`. */
  readonly path: string;
  /** Absent if the value was added. */
  readonly before?: unknown;
  /** Absent if the value was deleted. */
  readonly after?: unknown;
}

/** Limit on what is read of one event, because its sender decides its depth and width. */
const MAX_NODES = 20_000;

/** Names of a value before and after. The first pair is Netskope's, from its published event schema. */
const BEFORE_AND_AFTER = [
  ['value1', 'value2'],
  ['before', 'after'],
  ['old_value', 'new_value'],
  ['old', 'new'],
  ['from', 'to'],
] as const;

/** For example `status changed from "enabled" to "disabled"`: one producer reportedly writes its details this way. */
const IN_WORDS = /([\w.]+) changed from "?([^"\n]{1,200}?)"? to "?([^"\n,;]{1,200})/gi;

type Part = 'added' | 'changed' | 'deleted';
type Fields = Readonly<Record<string, unknown>>;

/** A node that is still to be read, and what is known from its ancestors. */
interface Pending {
  readonly value: unknown;
  readonly object: string;
  readonly path: string;
  readonly part?: Part;
  /** The field that holds it; it names a record that has no key of its own. */
  readonly field?: string;
}

/** Fields that structure a record and do not name what was changed. */
const BUILD_FIELDS: ReadonlySet<string> = new Set(['_id', 'diff', 'added', 'changed', 'deleted']);

/**
 * The changes that an event's `details` describe. The documented form is a list of change records whose `diff` nests
 * `added`, `changed` and `deleted` by key (Netskope's event schema, netskopeoss/Data-Schema). An object, either form as
 * text, and a plain sentence are read as well. Anything else is ignored.
 */
export function changesOf(event: ArchivedEvent): readonly Change[] {
  const { details } = event.fields;
  if (details === undefined || details === null) return [];
  if (typeof details !== 'string') return changesIn(details);
  const opened = openJsonText(details);
  return opened === undefined ? changesInText(details) : changesIn(opened);
}

/** Without recursion, because a sender may nest values to any depth. */
function changesIn(root: unknown): readonly Change[] {
  const changes: Change[] = [];
  const pending: Pending[] = [{ value: root, object: '', path: '' }];
  for (let read = 0; pending.length > 0 && read < MAX_NODES; read++) {
    const node = pending.pop();
    if (node === undefined || typeof node.value !== 'object' || node.value === null) continue;
    const children = Array.isArray(node.value)
      ? node.value.map((value: unknown) => ({ ...node, value }))
      : readObject(node, node.value as Fields, changes);
    for (let i = children.length - 1; i >= 0; i--) {
      const child = children[i];
      if (child !== undefined) pending.push(child);
    }
  }
  return joined(changes);
}

/** Adds the change that an object describes by itself, and returns what is nested in it. */
function readObject(node: Pending, fields: Fields, changes: Change[]): readonly Pending[] {
  const object = typeof fields.name === 'string' && node.path === '' ? fields.name : node.object;
  const path = below(node.path, fields.key);
  const pair = BEFORE_AND_AFTER.find(([before, after]) => before in fields && after in fields);
  if (pair !== undefined) {
    const place = isKey(fields.key) ? path : below(path, node.field);
    changes.push({ object, path: place, before: fields[pair[0]], after: fields[pair[1]] });
    return [];
  }
  if (isPairOfValues(fields.changed)) {
    changes.push({ object, path, before: fields.changed[0], after: fields.changed[1] });
    return [];
  }
  if ('key' in fields && 'value' in fields && (node.part === 'added' || node.part === 'deleted')) {
    changes.push({ object, path, [node.part === 'added' ? 'after' : 'before']: fields.value });
    return [];
  }
  return Object.entries(fields).map(([name, value]) => ({
    value,
    object,
    path,
    part: name === 'added' || name === 'changed' || name === 'deleted' ? name : node.part,
    field: BUILD_FIELDS.has(name) ? node.field : name,
  }));
}

function below(path: string, key: unknown): string {
  return isKey(key) ? [path, key].filter((part) => part !== '').join('.') : path;
}

function isKey(key: unknown): key is string | number {
  return typeof key === 'string' || typeof key === 'number';
}

/** Two values that are not records themselves: before and after. */
function isPairOfValues(changed: unknown): changed is readonly [unknown, unknown] {
  return (
    Array.isArray(changed) &&
    changed.length === 2 &&
    changed.every((value) => typeof value !== 'object' || value === null)
  );
}

/** Merges the deletion and the addition of a key in one event into one change. */
function joined(changes: readonly Change[]): readonly Change[] {
  const byPlace = new Map<string, Change>();
  for (const change of changes) {
    const place = JSON.stringify([change.object, change.path]);
    const known = byPlace.get(place);
    const completes = known !== undefined && 'before' in known !== 'before' in change;
    byPlace.set(completes || known === undefined ? place : `${place}#${byPlace.size}`, {
      ...(completes ? known : {}),
      ...change,
    });
  }
  return [...byPlace.values()];
}

function changesInText(text: string): readonly Change[] {
  return [...text.slice(0, MAX_NODES).matchAll(IN_WORDS)].map(([, path = '', before, after]) => ({
    object: '',
    path,
    before,
    after: after?.trim(),
  }));
}
