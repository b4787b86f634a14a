import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Bits that identify a network: what a provider gives to one site at most, and the smallest IPv4 block that is routed. */
const PREFIX_LENGTHS = { ipv4: 24, ipv6: 48 } as const;

/** The network that an event came from; undefined if it names no address. */
export function sourceNetworkOf({
  sourceAddresses: [address],
}: {
  readonly sourceAddresses: readonly string[];
}): string | undefined {
  return address === undefined ? undefined : networkOf(address);
}

/**
 * The network of an address: /24 of IPv4, /48 of IPv6. An IPv4 address in IPv6 notation is one of IPv4.
 * @param text an address; of IPv6 it may name a zone at its end. A network is read by its first address
 * @returns for example `198.51.100.0/24` or `2001:db8:4a::/48`, as group states hold it; any other text as it is
 */
export function networkOf(text: string): string {
  const first = text.replace(/[%/].*/s, '');
  if (isIP(first) === 0) return text;
  const address = ipaddr.process(first);
  if (address instanceof ipaddr.IPv4)
    return `${address.octets.slice(0, 3).join('.')}.0/${PREFIX_LENGTHS.ipv4}`;
  const groups = address.parts.slice(0, PREFIX_LENGTHS.ipv6 / 16);
  return `${groups.map((group) => group.toString(16)).join(':')}::/${PREFIX_LENGTHS.ipv6}`;
}
