import { createHash } from 'node:crypto';
import type { ArchivedEvent } from '../event/archived-event';

/** What the counted events have in common, such as one user. Groups of different sources are never the same. */
export interface Group {
  readonly sourceId: string;
  /** Names and values, such as `['user', 'alice@corp.example']`. */
  readonly parts: readonly (readonly [name: string, value: string])[];
  /** What replaces the user if Netskope does not name one. */
  readonly insteadOfUser?: 'address' | 'event' | 'tenant';
}

/** Puts an event into its group. */
export type GroupBy = (event: ArchivedEvent) => Group;

/**
 * By user, ignoring case. Users that Netskope hides all look alike and must not count as one: they are grouped by
 * address, and an event without an address stands alone.
 */
export const byUser: GroupBy = (event) => {
  const { sourceId, user, sourceAddresses, rowId } = event;
  if (user !== undefined) return ofUser(sourceId, user);
  return sourceAddresses.length > 0
    ? { sourceId, parts: [['address', sourceAddresses.join(' ')]], insteadOfUser: 'address' }
    : { sourceId, parts: [['event', rowId]], insteadOfUser: 'event' };
};

/** The group of a user whom Netskope names. */
export function ofUser(sourceId: string, user: string): Group {
  return { sourceId, parts: [['user', user.toLowerCase()]] };
}

/** By user, and by another value of the event, such as the policy it is about. */
export function byUserAnd(name: string, valueOf: (event: ArchivedEvent) => string): GroupBy {
  return (event) => {
    const group = byUser(event);
    return { ...group, parts: [...group.parts, [name, valueOf(event)]] };
  };
}

/** By user and by what was done. */
export const byUserAndEvent: GroupBy = byUserAnd('event name', (event) => event.name);

/** By the address an action came from; an event without one stands alone. */
export const bySourceAddress: GroupBy = ({ sourceId, sourceAddresses, rowId }) =>
  sourceAddresses.length > 0
    ? { sourceId, parts: [['address', sourceAddresses.join(' ')]] }
    : { sourceId, parts: [['event', rowId]] };

/** All events of a tenant together. */
export const byTenant: GroupBy = ({ sourceId }) => ({ sourceId, parts: [['tenant', sourceId]] });

/** The group of an event that stands alone, widened to the whole tenant: a rule that counts would be blind there. */
export function ofTenant({ sourceId, parts }: Group): Group {
  return {
    sourceId,
    parts: parts.map((part) => (part[0] === 'event' ? (['tenant', sourceId] as const) : part)),
    insteadOfUser: 'tenant',
  };
}

/** Whether no second event can ever be in the group. */
export function standsAlone(group: Group): boolean {
  return group.parts.some(([name]) => name === 'event');
}

/** Everything that identifies a rule's group, as text: no two groups have the same. */
export function groupText(ruleId: string, { sourceId, parts }: Group): string {
  return JSON.stringify([ruleId, sourceId, parts]);
}

/** Characters of the hash: 128 bits, so that two groups never share a state by chance. */
const HASH_LENGTH = 32;

/**
 * Key of the state of a rule's group, for example `many-deletes#0f3a…`. Users and event names may have any length and
 * any character, so they are hashed.
 */
export function groupId(ruleId: string, group: Group): string {
  const hash = createHash('sha256').update(groupText(ruleId, group));
  return `${ruleId}#${hash.digest('hex').slice(0, HASH_LENGTH)}`;
}

/** The group as a person reads it, for example `user alice@corp.example, event name Edit admin record`. */
export function describeGroup({ parts }: Group): string {
  return parts.map(([name, value]) => `${name} ${value}`).join(', ');
}

const INSTEAD_OF_USER = {
  address: 'Netskope hides the user, so the events are counted by address.',
  event: 'Netskope hides the user and the event names no address, so each event is evaluated alone.',
  tenant:
    'Netskope hides the user and the event names no address, so the events of the whole tenant are counted together.',
} as const;

/** A note for the alert if the events are not grouped as the rule asks for. */
export function groupNote({ insteadOfUser }: Group): string | undefined {
  return insteadOfUser === undefined ? undefined : INSTEAD_OF_USER[insteadOfUser];
}
