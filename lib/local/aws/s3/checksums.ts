import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The object checksums that are verified here. CRC64NVME is not: Node has no implementation of it. */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'SHA1' | 'SHA256';

/** Header or trailer that carries each checksum (AWS S3 PutObject API reference). */
export const CHECKSUM_HEADERS: Readonly<Record<ChecksumAlgorithm, string>> = {
  CRC32: 'x-amz-checksum-crc32',
  CRC32C: 'x-amz-checksum-crc32c',
  SHA1: 'x-amz-checksum-sha1',
  SHA256: 'x-amz-checksum-sha256',
};

/** All algorithms, in the order of their headers above. */
export const CHECKSUM_ALGORITHMS = Object.keys(CHECKSUM_HEADERS) as readonly ChecksumAlgorithm[];

/** Checksum of the whole body, as S3 writes it: base64 of the big-endian bytes. */
export function checksumOf(algorithm: ChecksumAlgorithm, body: Buffer): string {
  switch (algorithm) {
    case 'CRC32':
      return bigEndianBase64(crc32(body));
    case 'CRC32C':
      return bigEndianBase64(crc32c(body));
    case 'SHA1':
    case 'SHA256':
      return createHash(algorithm).update(body).digest('base64');
  }
}

/** Castagnoli polynomial 0x1EDC6F41, bit-reversed (RFC 3720, appendix B.4). */
const CRC32C_POLYNOMIAL = 0x82f63b78;

const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ CRC32C_POLYNOMIAL : remainder >>> 1;
  }
  return remainder >>> 0;
});

function crc32c(body: Buffer): number {
  let remainder = 0xffffffff;
  for (const byte of body) {
    remainder = (remainder >>> 8) ^ (CRC32C_TABLE[(remainder ^ byte) & 0xff] ?? 0);
  }
  return (remainder ^ 0xffffffff) >>> 0;
}

function bigEndianBase64(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString('base64');
}
