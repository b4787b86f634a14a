import { ByteBuilder } from '../../../shared/byte-builder';
import type { Unpacked } from '../../../shared/unpack';
import { unpack } from '../../../shared/unpack';

/**
 * Limit on a body, as received and decompressed: 32 MiB. A documented page of 10,000 events has about 5 MB. The
 * function has 512 MB of memory and holds a body several times (received, decompressed, as text, parsed).
 */
export const MAX_BODY_BYTES = 32 * 2 ** 20;

/**
 * The result of decoding a body. `cut`: truncated in transfer. `unreadable`: complete, but with invalid data, an
 * unknown encoding, or more than `maxBytes`.
 */
export type DecodedBody = Unpacked;

/**
 * Decodes the content encoding of a body. Decompresses at most one chunk more than `maxBytes`.
 * @param bytes as received
 * @param contentEncoding value of `Content-Encoding`: gzip, x-gzip or identity in any case (RFC 9110); absent: identity
 * @param maxBytes limit on the received body and on the decompressed one
 * @param memory for the decompressed body, which is valid until it is used again
 */
export async function decodeBody(
  bytes: Buffer,
  contentEncoding: string | undefined,
  { maxBytes = MAX_BODY_BYTES, memory = new ByteBuilder() } = {},
): Promise<DecodedBody> {
  if (bytes.length > maxBytes) {
    const reason = `the body has ${bytes.length} bytes, ${maxBytes} at most are read`;
    return { kind: 'unreadable', reason };
  }
  switch (contentEncoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return { kind: 'decoded', body: bytes };
    case 'gzip':
    case 'x-gzip':
      return unpack(bytes, { maxBytes, what: 'the gzip body', memory });
    default: {
      const name = JSON.stringify(contentEncoding?.slice(0, SHOWN_LENGTH));
      const reason = `the body of ${bytes.length} bytes has the content encoding ${name}, expected gzip or none`;
      return { kind: 'unreadable', reason };
    }
  }
}

const SHOWN_LENGTH = 40;
