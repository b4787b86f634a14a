import { IPv6 } from 'ipaddr.js';

/** The first half of an address identifies the network (RFC 4291, interface identifiers). */
const NETWORK_GROUPS = 4;

/**
 * The /64 network of an address.
 * @param address an IPv6 address, which may be shortened, end in IPv4 notation, or name a zone at its end
 * @returns for example `2001:db8:4a:0::/64`, as group states hold it
 */
export function ipv6Network(address: string): string {
  const groups = IPv6.parse(address.replace(/%.*/, '')).parts.slice(0, NETWORK_GROUPS);
  return `${groups.map((group) => group.toString(16)).join(':')}::/${NETWORK_GROUPS * 16}`;
}
