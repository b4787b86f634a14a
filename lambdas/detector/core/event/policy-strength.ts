import type { Change } from '../../../shared/changes';
import type { ArchivedEvent } from './archived-event';

/** A change that allows what was restricted before. */
export interface Weakening {
  /** Name of the changed object, such as a policy's; empty if unknown. */
  readonly object: string;
  /** For example `action_name changed from block to allow`. */
  readonly words: string;
}

/**
 * How strict an action of a policy is. Names: Netskope help, "Create and Validate a Security Policy" (block, allow,
 * coach, isolate, alert) and "API Data Protection Policy Actions per Cloud App". The spelling in events is known only
 * of `block`, `allow` and `alert` (Netskope's event schema), so spaces, case, hyphens and underscores are ignored. An
 * action that is not listed is not compared.
 */
const STRENGTH: ReadonlyMap<string, number> = new Map([
  ['block', 5],
  ['quarantine', 5],
  ['delete', 5],
  ['encrypt', 4],
  ['legalhold', 4],
  ['restrictaccess', 4],
  ['isolate', 4],
  ['multifactorauth', 3],
  ['coach', 2],
  ['useralert', 2],
  ['alert', 1],
  ['decrypt', 1],
  ['allow', 0],
  ['bypass', 0],
  ['donotdecrypt', 0],
  ['none', 0],
]);

/** Keys whose value is the action of a policy or of one of its profiles. */
const ACTION_KEY = /^action(?:_?name)?$/i;
/** Keys that say whether a policy is in force. */
const STATE_KEY = /^(?:status|state|is_?enabled|enabled?|is_?active|active)$/i;
/** Keys whose removal means that a policy no longer looks for sensitive content or malware. */
const PROFILE_KEY = /^(?:dlp_profiles?|dlp_actions|threat_profiles?|malware_profiles?)$/i;

const IN_FORCE: ReadonlySet<string> = new Set('true 1 enabled enable active on yes'.split(' '));
const OUT_OF_FORCE: ReadonlySet<string> = new Set('false 0 disabled disable inactive off no'.split(' '));

const POLICY = /\bpolic(?:y|ies)\b/i;
/** Words in the name of a policy that lets through what others would hold back. */
const LETS_THROUGH = /\b(?:allow|permit|bypass|exempt|except|whitelist|allowlist)/i;
/** Words in the name of a policy that restricts, or that turn the meaning of the others around. */
const RESTRICTS =
  /\b(?:block|den(?:y|ies)|drop|quarantin|isolat|restrict|prevent|protect|coach|alert|dlp|malware|threat|scan)|\b(?:no|not|never|only)\b/i;

/** An event, as far as it tells what was changed. */
type Edit = Pick<ArchivedEvent, 'name' | 'supportingData' | 'changes' | 'targets'>;

/**
 * Which changes of an event weaken a policy, in the order given. Switching off weakens only a policy, and not one that
 * is known to let traffic through.
 */
export function weakeningsIn(event: Edit): readonly Weakening[] {
  const knowledge = new PolicyKnowledge(event);
  return event.changes.flatMap((change) => {
    const key = keyOf(change);
    const words =
      weakerAction(key, change) ??
      (STATE_KEY.test(key) && knowledge.isRestricting(change) ? outOfForce(key, change) : undefined) ??
      (PROFILE_KEY.test(key) ? lostProfile(key, change) : undefined);
    return words === undefined ? [] : [{ object: change.object, words }];
  });
}

/** Whether all that an event tells of its policies says that they let traffic through: without them, less passes. */
export function letsThrough(event: Edit): boolean {
  const knowledge = new PolicyKnowledge(event);
  const objects = new Set(event.changes.map(({ object }) => object));
  return [...(objects.size > 0 ? objects : [''])].every((object) => knowledge.letsThrough(object));
}

/** What an event tells about the policies it changes. Each change is read once: there may be very many. */
class PolicyKnowledge {
  /** Strength of the strongest action that each object had, or has, by its name. */
  private readonly strengths = new Map<string, number>();

  constructor(private readonly event: Edit) {
    for (const change of event.changes) {
      const key = keyOf(change);
      const action = strongestAction(key, change.before) ?? strongestAction(key, change.after);
      if (action === undefined) continue;
      this.strengths.set(change.object, Math.max(action.strength, this.strengths.get(change.object) ?? 0));
    }
  }

  /** Of a policy whose action is unknown, it is assumed. */
  isRestricting({ object, type = '' }: Change): boolean {
    const { name, supportingData } = this.event;
    return [type, name, supportingData.type].some((text) => POLICY.test(text)) && !this.letsThrough(object);
  }

  /** By its action, else by the words of its name. */
  letsThrough(object: string): boolean {
    const strength = this.strengths.get(object);
    if (strength !== undefined) return strength === 0;
    const names = object === '' ? this.event.targets : [object];
    return names.length > 0 && names.every((name) => LETS_THROUGH.test(name) && !RESTRICTS.test(name));
  }
}

/** The last key of a path. */
function keyOf({ path }: Change): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function weakerAction(key: string, { before, after }: Change): string | undefined {
  const was = strongestAction(key, before);
  const is = strongestAction(key, after);
  if (was === undefined || is === undefined || was.strength <= is.strength) return undefined;
  return `${key} changed from ${was.name} to ${is.name}`;
}

interface Action {
  readonly name: string;
  readonly strength: number;
}

/** The value as an action, or the strongest action directly inside it. */
function strongestAction(key: string, value: unknown): Action | undefined {
  const names = ACTION_KEY.test(key) ? [value] : actionsInside(value);
  const actions = names.flatMap((name) => {
    if (typeof name !== 'string') return [];
    const strength = STRENGTH.get(name.toLowerCase().replace(/[\s_-]/g, ''));
    return strength === undefined ? [] : [{ name, strength }];
  });
  return actions.sort((one, other) => other.strength - one.strength)[0];
}

/** For example `{"action_name": "block"}`, or a list of such. */
function actionsInside(value: unknown): readonly unknown[] {
  const records: readonly unknown[] = Array.isArray(value) ? value : [value];
  return records
    .filter((record) => typeof record === 'object' && record !== null)
    .flatMap((record) =>
      Object.entries(record)
        .filter(([key]) => ACTION_KEY.test(key))
        .map(([, name]: [string, unknown]) => name),
    );
}

function outOfForce(key: string, { before, after }: Change): string | undefined {
  const was = word(before);
  const is = word(after);
  return IN_FORCE.has(was) && OUT_OF_FORCE.has(is) ? `${key} changed from ${was} to ${is}` : undefined;
}

function word(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value).trim().toLowerCase() : '';
}

function lostProfile(key: string, { before, after }: Change): string | undefined {
  return isFilled(before) && !isFilled(after) ? `${key} removed` : undefined;
}

function isFilled(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== '';
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
