/**
 * Percent-encodes a text as a value of S3 user metadata, which can hold only ASCII.
 * @param maxLength of the encoded text; whole characters at the end that do not fit are left out
 */
export function metadataText(text: string, maxLength: number): string {
  let encoded = '';
  for (const character of text.replace(LONE_SURROGATE, '\ufffd')) {
    const next = encoded + encodeURIComponent(character);
    if (next.length > maxLength) break;
    encoded = next;
  }
  return encoded;
}

/** UTF-8 cannot encode these. */
const LONE_SURROGATE = /\p{Cs}/gu;

/** Decodes a value of `metadataText`. A value that cannot be decoded is returned unchanged. */
export function readMetadataText(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
