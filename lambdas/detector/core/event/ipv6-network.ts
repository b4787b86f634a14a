const GROUPS = 8;
/** A site gives a host its network in the first half of the address (RFC 4291, interface identifiers). */
const NETWORK_GROUPS = 4;

/**
 * The /64 network of an address.
 * @param address an IPv6 address, which may be shortened, end in IPv4 notation, or name a zone at its end
 * @returns for example `2001:db8:4a:0::/64`
 */
export function ipv6Network(address: string): string {
  const [head = '', tail] = address.split('::');
  const left = groupsOf(head);
  const right = groupsOf(tail ?? '');
  const missing = tail === undefined ? 0 : Math.max(0, GROUPS - left.length - right.length);
  const groups = [...left, ...Array<string>(missing).fill('0'), ...right].slice(0, NETWORK_GROUPS);
  return `${groups.map((group) => parseInt(group, 16).toString(16)).join(':')}::/${NETWORK_GROUPS * 16}`;
}

/** IPv4 notation at the end stands for two groups; their value is outside the network. */
function groupsOf(part: string): readonly string[] {
  return part === '' ? [] : part.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]));
}
