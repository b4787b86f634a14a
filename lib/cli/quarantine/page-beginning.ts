import { decodeBody } from '../../../lambdas/collector/core/page/decode-body';
import { visibleText } from '../../format/visible-text';

/** Bytes of a page that are shown: enough to tell a web page from JSON. */
const SHOWN_BYTES = 500;

/** What a page that could not be read looks like. */
export interface PageBeginning {
  /** Size without its encoding; absent where it cannot be unpacked. */
  readonly unpackedBytes?: number;
  /** Why it cannot be unpacked; absent where it can. */
  readonly problem?: string;
  /** The first bytes, unpacked where that is possible, else as received. */
  readonly bytes: Buffer;
}

/** Unpacks a page, in memory and bounded, and takes its first 500 bytes. */
export async function pageBeginning(received: {
  readonly bytes: Buffer;
  readonly contentEncoding?: string;
}): Promise<PageBeginning> {
  const decoded = await decodeBody(received.bytes, received.contentEncoding);
  if (decoded.kind !== 'decoded')
    return { problem: decoded.reason, bytes: received.bytes.subarray(0, SHOWN_BYTES) };
  return { unpackedBytes: decoded.body.length, bytes: decoded.body.subarray(0, SHOWN_BYTES) };
}

/** First bytes of something, fit for a terminal: as text, or base64 where they are not UTF-8. */
export function visibleBytes(bytes: Buffer): string {
  try {
    // A character that is cut at the end is left out, and a byte order mark is shown.
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return visibleText(decoder.decode(bytes, { stream: true }));
  } catch {
    return `not UTF-8, base64: ${bytes.toString('base64')}`;
  }
}
