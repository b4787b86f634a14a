import { openAllTexts } from './json-text';

/** One thing that was changed. */
export interface Change {
  /** Name of the changed object, such as a policy's; empty if unknown. At most `MAX_TEXT` characters. */
  readonly object: string;
  /** What kind of object it is, such as `Policy` or `Exception Configuration`; absent if unknown. */
  readonly type?: string;
  /**
   * Keys from the object down to the value, joined by dots, such as `data.match_criteria_action.action_name`; of a longer
   * one the last `MAX_TEXT` characters. Empty if only the object is known.
   */
  readonly path: string;
  /** Absent if the value was added. */
  readonly before?: unknown;
  /** Absent if the value was deleted. */
  readonly after?: unknown;
}

/** Keeps the time linear: the paths of very deep details would be as long as the details, each. */
const MAX_TEXT = 500;

/** Names of a value before and after. The first pair is Netskope's, from its published event schema. */
const BEFORE_AND_AFTER = [
  ['value1', 'value2'],
  ['before', 'after'],
  ['old_value', 'new_value'],
  ['old', 'new'],
  ['from', 'to'],
] as const;

/** For example `status changed from "enabled" to "disabled"`: one producer reportedly writes its details this way. */
const CHANGED_FROM_TO = / changed from "?([^"\n]{1,200}?)"? to "?([^"\n,;]{1,200})/gi;
const WORD_CHARACTER = /[\w.]/;

type Part = 'added' | 'changed' | 'deleted';
const PARTS: ReadonlyMap<string, Part> = new Map([
  ['added', 'added'],
  ['changed', 'changed'],
  ['deleted', 'deleted'],
  ['removed', 'deleted'],
]);
type Fields = Readonly<Record<string, unknown>>;

/** The changed object, as far as its record names it. */
type Subject = Pick<Change, 'object' | 'type'>;

/** A node that is still to be read, and what is known from its ancestors. */
interface Pending {
  readonly value: unknown;
  readonly subject: Subject;
  readonly path: string;
  readonly part?: Part;
  /** The field that holds it; it names a record that has no key of its own. */
  readonly field?: string;
}

/** Fields that structure a record and do not name what was changed. */
const BUILD_FIELDS: ReadonlySet<string> = new Set(['_id', 'diff', ...PARTS.keys()]);
/** A key that is a path itself, such as `match_criteria_action/action_name` (Sekoia's fixtures), and not a URL. */
const KEY_PATH = /^[\w .-]+(?:\/[\w .-]+)*$/;

/**
 * The changes that an event's `details` describe. The documented form is a list of change records whose `diff` nests
 * `added`, `changed` and `deleted` by key (Netskope's event schema, netskopeoss/Data-Schema); others have paths as keys,
 * `removed`, or pairs of values. An object, any of these as text at any depth, and a plain sentence are read as well. A
 * record that names an object and no change of it is a change without a path. Anything else is ignored.
 * The time grows linearly with the details.
 */
export function changesIn(details: unknown): readonly Change[] {
  const opened = openAllTexts(details);
  return typeof opened === 'string' ? changesInText(opened) : changesInRecords(opened);
}

/** Without recursion, because a sender may nest values to any depth. */
function changesInRecords(root: unknown): readonly Change[] {
  const changes: Change[] = [];
  const pending: Pending[] = [{ value: root, subject: { object: '' }, path: '' }];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const children = childrenOf(node, changes);
    for (let i = children.length - 1; i >= 0; i--) {
      const child = children[i];
      if (child !== undefined) pending.push(child);
    }
  }
  return joined(changes);
}

/** Adds the change that a node describes by itself, and returns what is nested in it. */
function childrenOf(node: Pending, changes: Change[]): readonly Pending[] {
  const { value, field, part } = node;
  const place = below(node.path, field);
  if (part === 'changed' && field !== undefined && isPairOfValues(value)) {
    changes.push({ ...node.subject, path: place, before: value[0], after: value[1] });
    return [];
  }
  if (Array.isArray(value)) return value.map((element: unknown) => ({ ...node, value: element }));
  if (typeof value === 'object' && value !== null) return readObject(node, value as Fields, changes);
  if (field !== undefined && (part === 'added' || part === 'deleted'))
    changes.push({ ...node.subject, path: place, [part === 'added' ? 'after' : 'before']: value });
  return [];
}

function readObject(node: Pending, fields: Fields, changes: Change[]): readonly Pending[] {
  const isNamed = typeof fields.name === 'string' && node.path === '' && node.part === undefined;
  const subject = isNamed ? subjectOf(fields) : node.subject;
  const path = below(node.path, fields.key);
  const pair = BEFORE_AND_AFTER.find(([before, after]) => before in fields && after in fields);
  if (pair !== undefined) {
    const place = isKey(fields.key) ? path : below(path, node.field);
    changes.push({ ...subject, path: place, before: fields[pair[0]], after: fields[pair[1]] });
    return [];
  }
  if (isPairOfValues(fields.changed)) {
    changes.push({ ...subject, path, before: fields.changed[0], after: fields.changed[1] });
    return [];
  }
  if ('key' in fields && 'value' in fields && (node.part === 'added' || node.part === 'deleted')) {
    changes.push({ ...subject, path, [node.part === 'added' ? 'after' : 'before']: fields.value });
    return [];
  }
  if (isNamed && 'modify_type' in fields && !('diff' in fields)) changes.push({ ...subject, path: '' });
  const isRecord = 'key' in fields || isNamed;
  return Object.entries(fields).flatMap(([name, value]): Pending[] => {
    const part = PARTS.get(name) ?? node.part;
    // Of a record's own fields only those that are nested may hold a change.
    if (isRecord && !BUILD_FIELDS.has(name) && (typeof value !== 'object' || value === null)) return [];
    return [{ value, subject, path, part, field: BUILD_FIELDS.has(name) ? node.field : name }];
  });
}

function subjectOf({ name, type }: Fields): Subject {
  const object = String(name).slice(0, MAX_TEXT);
  return typeof type === 'string' ? { object, type: type.slice(0, MAX_TEXT) } : { object };
}

function below(path: string, key: unknown): string {
  if (!isKey(key)) return path;
  const text = String(key);
  const keys = KEY_PATH.test(text) ? text.replaceAll('/', '.') : text;
  return [path, keys]
    .filter((part) => part !== '')
    .join('.')
    .slice(-MAX_TEXT);
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
  let end = 0;
  return [...text.matchAll(CHANGED_FROM_TO)].flatMap(({ index, 0: words, 1: before, 2: after = '' }) => {
    const path = wordBefore(text, index, end);
    end = index + words.length;
    return path === '' ? [] : [{ object: '', path, before, after: after.trim() }];
  });
}

/** The last `MAX_TEXT` characters at most of the word that ends at `end`. */
function wordBefore(text: string, end: number, notBefore: number): string {
  let at = end;
  while (at > Math.max(notBefore, end - MAX_TEXT) && WORD_CHARACTER.test(text[at - 1] ?? '')) at--;
  return text.slice(at, end);
}
