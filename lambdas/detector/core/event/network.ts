import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { remembered } from './remembered';

/** Bits that identify a network: what a provider gives to one site at most, and the smallest IPv4 block that is routed. */
export const PREFIX_LENGTHS = { ipv4: 24, ipv6: 48 } as const;
/** Bits of what one provider gives to its customers in turn, at least: in IPv6 the smallest block a provider gets (RIPE-738). */
const POOL_PREFIX_LENGTHS = { ipv4: 16, ipv6: 32 } as const;

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
export const networkOf = remembered((text) => blockOf(text, PREFIX_LENGTHS));

/**
 * The addresses among which a provider moves a customer: /16 of IPv4, /32 of IPv6.
 * @param text an address or a network
 * @returns for example `198.51.0.0/16` or `2001:db8::/32`; any other text as it is
 */
export function poolOf(text: string): string {
  return blockOf(text, POOL_PREFIX_LENGTHS);
}

function blockOf(text: string, { ipv4, ipv6 }: { readonly ipv4: 16 | 24; readonly ipv6: 32 | 48 }): string {
  const first = text.replace(/[%/].*/s, '');
  if (isIP(first) === 0) return text;
  const address = ipaddr.process(first);
  if (address instanceof ipaddr.IPv4)
    return `${address.octets.map((octet, place) => (place < ipv4 / 8 ? octet : 0)).join('.')}/${ipv4}`;
  const groups = address.parts.slice(0, ipv6 / 16);
  return `${groups.map((group) => group.toString(16)).join(':')}::/${ipv6}`;
}
