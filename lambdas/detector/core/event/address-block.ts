import { BlockList, isIP } from 'node:net';

/** An IP address, or a block of such. */
interface Block {
  readonly network: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly prefixLength: number;
}

const ADDRESS_BITS = { ipv4: 32, ipv6: 128 } as const;

/**
 * Whether a text is an IP address or a CIDR block.
 * @param text for example `198.51.100.0/24`
 * @param longest bits that its prefix may have at most. @default - those of an address
 */
export function isAddressOrBlock(
  text: string,
  longest: Readonly<Record<Block['family'], number>> = ADDRESS_BITS,
): boolean {
  const block = blockOf(text);
  return block !== undefined && block.prefixLength <= longest[block.family];
}

/** @returns undefined if the text is neither an address nor a block */
function blockOf(text: string): Block | undefined {
  const [network = '', prefix, ...rest] = text.trim().split('/');
  const version = isIP(network);
  if (version === 0 || rest.length > 0) return undefined;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (prefix === undefined) return { network, family, prefixLength: ADDRESS_BITS[family] };
  const prefixLength = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity;
  return prefixLength <= ADDRESS_BITS[family] ? { network, family, prefixLength } : undefined;
}

/** @param blocks addresses and blocks. @returns whether an address lies in one of them */
export function insideOf(blocks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const text of blocks) {
    const block = blockOf(text);
    if (block !== undefined) list.addSubnet(block.network, block.prefixLength, block.family);
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
