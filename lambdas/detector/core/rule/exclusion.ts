import { BlockList, isIP } from 'node:net';
import type { ArchivedEvent } from '../event/archived-event';

/** Expected events. An event must have all of the fields that are given. */
export interface Exclusion {
  /** The user, ignoring case. */
  readonly user?: string;
  /** An IP address, or a CIDR block such as `198.51.100.0/24`. */
  readonly address?: string;
  /** The event's name, ignoring case. */
  readonly event?: string;
}

/** Whether an event is excluded. */
export type Excludes = (event: ArchivedEvent) => boolean;

/**
 * Whether a text is an IP address or a CIDR block.
 * @param text for example `198.51.100.0/24`
 */
export function isAddressOrBlock(text: string): boolean {
  return blockOf(text) !== undefined;
}

interface Block {
  readonly network: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly prefixLength?: number;
}

function blockOf(text: string): Block | undefined {
  const [network = '', prefix, ...rest] = text.trim().split('/');
  const version = isIP(network);
  if (version === 0 || rest.length > 0) return undefined;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (prefix === undefined) return { network, family };
  const prefixLength = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity;
  return prefixLength <= (version === 4 ? 32 : 128) ? { network, family, prefixLength } : undefined;
}

/**
 * Excludes an event if one of the exclusions matches it.
 * @param exclusions each with at least one field, and with addresses that `isAddressOrBlock` accepts
 */
export function excludesAny(exclusions: readonly Exclusion[]): Excludes {
  const tests = exclusions.map(excludes);
  return (event) => tests.some((test) => test(event));
}

function excludes({ user, address, event: name }: Exclusion): Excludes {
  const isInside = address === undefined ? undefined : insideOf(address);
  return (event) =>
    (user === undefined || isSame(user, event.user)) &&
    (name === undefined || isSame(name, event.name)) &&
    (isInside === undefined || isFrom(event, isInside));
}

function isSame(one: string, other: string | undefined): boolean {
  return one.trim().toLowerCase() === other?.trim().toLowerCase();
}

/** All addresses of an event must be expected: a rule is there to find an unexpected one. */
function isFrom({ sourceAddresses }: ArchivedEvent, isInside: (address: string) => boolean): boolean {
  return sourceAddresses.length > 0 && sourceAddresses.every(isInside);
}

function insideOf(address: string): (address: string) => boolean {
  const list = new BlockList();
  const block = blockOf(address);
  if (block?.prefixLength === undefined) {
    if (block !== undefined) list.addAddress(block.network, block.family);
  } else {
    list.addSubnet(block.network, block.prefixLength, block.family);
  }
  return (candidate) => list.check(candidate, isIP(candidate) === 6 ? 'ipv6' : 'ipv4');
}
