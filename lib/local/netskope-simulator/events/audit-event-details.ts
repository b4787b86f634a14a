import { changesByKind, type ChangesOfKind, type ValueChange } from './audit-event-changes';
import { mulberry32, pick } from './random';

/**
 * A form of `details`.
 * - `json-text`: the text of a list of change records (Sekoia's fixtures of August 2026)
 * - `list`: the list itself (Netskope's event schema)
 * - `empty-list`: (Elastic's sample of an edited private app segment)
 * - `object`, `sentence`: defensive, two producers are said to write them
 */
export type DetailsShape = 'json-text' | 'list' | 'empty-list' | 'object' | 'sentence';

/** The event that the details belong to. */
export interface DetailedEvent {
  /** The `audit_log_event`. */
  readonly kindName: string;
  /** Name of the changed object, the same as in `supporting_data`. */
  readonly objectName: string;
  readonly user: string;
}

const DETAILED_SHARE = 0.5;
const WEAKENING_SHARE = 0.03;

const shapesByWeight: readonly DetailsShape[] = [
  ...Array.from({ length: 5 }, () => 'json-text' as const),
  ...Array.from({ length: 2 }, () => 'list' as const),
  'empty-list',
  'object',
  'sentence',
];

/**
 * The `details` of an event: half of those of a kind that has them carry some, in any of the shapes. Few policy edits
 * tell that a policy was weakened.
 * @param seed any number; the same one gives the same details
 * @returns undefined if the event has none
 */
export function ordinaryDetails(event: DetailedEvent, seed: number): unknown {
  if (!changesByKind.has(event.kindName)) return undefined;
  const random = mulberry32(seed);
  return random() < DETAILED_SHARE ? detailsOf(event, pick(shapesByWeight, random), random) : undefined;
}

/**
 * Details in the given shape: an object, a list or a text.
 * @throws RangeError if events of the kind have no details
 */
export function detailsOf(event: DetailedEvent, shape: DetailsShape, random: () => number): unknown {
  const known = changesByKind.get(event.kindName);
  if (known === undefined)
    throw new RangeError(`Events of the kind "${event.kindName}" have no details; expected one that has`);
  return detailsAbout({ ...event, ...known, changes: changesIn(known, random) }, shape, random);
}

/** An object, and what was changed in it. */
interface ChangedObject
  extends Pick<DetailedEvent, 'objectName' | 'user'>, Pick<ChangesOfKind, 'type' | 'modifyType'> {
  readonly changes: readonly ValueChange[];
}

/** Details about these changes, in the given shape. */
export function detailsAbout(
  { objectName, user, type, modifyType, changes }: ChangedObject,
  shape: DetailsShape,
  random: () => number,
): unknown {
  const diff = diffOf(changes, pick(notations, random));
  const record = { name: objectName, type, modify_type: modifyType, diff };
  switch (shape) {
    case 'json-text':
      return jsonText([record], random);
    case 'list':
      return [{ ...record, last_modified_by: user }];
    case 'empty-list':
      return [];
    case 'object':
      return { name: objectName, diff };
    case 'sentence':
      return `${objectName}: ${changes.map(inWords).join('; ')}`;
  }
}

function changesIn({ ordinary, weakening }: ChangesOfKind, random: () => number): readonly ValueChange[] {
  const isWeakening = random() < WEAKENING_SHARE && weakening.length > 0;
  return pick(isWeakening ? weakening : ordinary, random);
}

/** With each solidus escaped, as in the fixtures; every second text has the at sign as an escape, too (defensive). */
function jsonText(records: readonly object[], random: () => number): string {
  const text = JSON.stringify(records).replaceAll('/', '\\/');
  return random() < 0.5 ? text.replaceAll('@', '\\u0040') : text;
}

/** Ways to write a `diff`. */
interface Notation {
  /** Between the keys of a path; without it, a path is nested key by key (Netskope's event schema). */
  readonly joint?: '/' | '.';
  readonly deleted: 'deleted' | 'removed';
  /** `value1` and `value2`, or a list of two (defensive). */
  readonly pair: boolean;
}

const notations: readonly Notation[] = [
  { joint: '/', deleted: 'deleted', pair: false },
  { joint: '/', deleted: 'removed', pair: true },
  { joint: '.', deleted: 'removed', pair: false },
  { deleted: 'deleted', pair: false },
];

type Part = 'added' | 'changed' | 'deleted' | 'removed';

/** One level of a diff: what was added, changed and deleted below a key. */
type DiffNode = Readonly<Record<string, unknown>>;

function diffOf(changes: readonly ValueChange[], notation: Notation): DiffNode {
  const branches = changes.map((change) =>
    branchOf(
      notation.joint === undefined ? change.path : [change.path.join(notation.joint)],
      change,
      notation,
    ),
  );
  const within = (part: Part) => branches.filter((branch) => branch.part === part).map(({ node }) => node);
  return level('', within, notation);
}

function branchOf(
  [key = '', ...keys]: readonly string[],
  change: ValueChange,
  notation: Notation,
): { readonly part: Part; readonly node: DiffNode } {
  if (keys.length === 0) return { part: partOf(change, notation), node: leafOf(key, change, notation) };
  const below = branchOf(keys, change, notation);
  return { part: 'changed', node: level(key, (part) => (part === below.part ? [below.node] : []), notation) };
}

function level(key: string, within: (part: Part) => readonly DiffNode[], { deleted }: Notation): DiffNode {
  const gone = within(deleted);
  const rest = { key, added: within('added'), changed: within('changed') };
  return gone.length > 0 ? { ...rest, [deleted]: gone } : rest;
}

function partOf({ before, after }: ValueChange, { deleted }: Notation): Part {
  if (before === undefined) return 'added';
  return after === undefined ? deleted : 'changed';
}

function leafOf(key: string, { before, after }: ValueChange, { pair }: Notation): DiffNode {
  if (before === undefined || after === undefined) return { key, value: before ?? after };
  return pair ? { key, changed: [before, after] } : { key, value1: before, value2: after };
}

function inWords({ path, before, after }: ValueChange): string {
  const key = path.at(-1);
  const [was, is] = [JSON.stringify(before), JSON.stringify(after)];
  if (before === undefined) return `${key} ${is} added`;
  return after === undefined ? `${key} ${was} deleted` : `${key} changed from ${was} to ${is}`;
}
