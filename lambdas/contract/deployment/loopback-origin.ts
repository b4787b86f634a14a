/** What the address of a local server must be; the end of an error message. */
export const LOOPBACK_ORIGIN_EXPECTED =
  'expected an http or https origin on this machine, such as http://127.0.0.1:8080';

/**
 * The origin of a server on this machine, such as `http://127.0.0.1:8080`.
 * @param text an http or https address without user, path or query
 * @returns undefined for anything else, and for a host that is not this machine: a token must not leave it that way
 */
export function loopbackOrigin(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, origin, href } = new URL(text);
  const isBare = href === `${origin}/`;
  return /^https?:$/.test(protocol) && isBare && isLoopbackHost(hostname) ? origin : undefined;
}

/**
 * Whether a host is this machine: `localhost`, 127.0.0.0/8 or ::1 (RFC 6761, RFC 1122, RFC 4291).
 * @param hostname as a URL has it: lower case, IPv4 in four numbers, IPv6 in brackets
 */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

const SHOWN_LENGTH = 80;

/** A refused address for an error message: as JSON, without the part before an `@`. */
export function shownAddress(text: string): string {
  return JSON.stringify(text.replace(/^([a-z]+:\/\/)?.*@/is, '$1…@').slice(0, SHOWN_LENGTH));
}
