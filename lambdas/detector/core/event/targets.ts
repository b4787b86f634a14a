import type { Change } from '../../../shared/changes';
import { isActor, isAddress } from './actor';
import type { ApiCall } from './api-call';
import { isLogin } from './event-names';
import type { SupportingData } from './supporting-data';

/** An event, as far as it names somebody or something. */
interface NamingEvent {
  readonly name: string;
  readonly supportingData: SupportingData;
  readonly apiCall: ApiCall | undefined;
  readonly changes: readonly Change[];
  readonly fields: Readonly<Record<string, unknown>>;
}

/** An act, as far as it tells who acts and on whom. */
interface Act extends Pick<NamingEvent, 'fields'> {
  readonly user: string | undefined;
  readonly targets: readonly string[];
}

const MAX_TARGETS = 20;

/** Data types whose values are a reason or an API call, and not names. Without a type, nothing tells what they are. */
const NO_NAMES: ReadonlySet<string> = new Set(['', 'reason', 'incidents']);

/**
 * The objects and accounts that an event names: its values, such as the administrator that was edited or the policy that
 * was deleted; the objects of its changes; the path of an API call. A login names only who logs in.
 * @returns each once, at most 20; who acted is among them only if nothing else is, that is, if the act is on oneself.
 * Values of the type `user` repeat who acted in everything, so there that says nothing
 */
export function targetsOf(event: NamingEvent): readonly string[] {
  if (isLogin(event)) return [];
  const names = event.apiCall === undefined ? valuesOf(event) : [event.apiCall.path ?? ''];
  const all = [...names, ...event.changes.map(({ object }) => object)].filter((name) => name !== '');
  const others = all.filter((name) => !isActor(name, event.fields));
  return [...new Set(others.length > 0 ? others : all)].slice(0, MAX_TARGETS);
}

/** Whether somebody acts on another's account or object, as far as the event tells who acts and on whom. */
export function isOnAnother({ user, targets, fields }: Act): boolean {
  return user !== undefined && targets.some((target) => !isActor(target, fields));
}

/** Whether an event says that somebody acts on the own account. */
export function isOnOneself({ user, targets, fields }: Act): boolean {
  return user !== undefined && targets.some((target) => isActor(target, fields));
}

function valuesOf({ supportingData: { type, values }, fields }: NamingEvent): readonly string[] {
  if (NO_NAMES.has(type)) return [];
  const texts = values.filter((value) => typeof value === 'string').map((value) => value.trim());
  return type === 'user' ? texts.filter((text) => !isAddress(text) && !isActor(text, fields)) : texts;
}
