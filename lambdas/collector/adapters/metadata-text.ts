/**
 * A text as the value of S3 user metadata, which may hold ASCII alone: percent-encoded.
 * @param maxLength of the encoded text; what does not fit is left out, by whole characters
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

/** What UTF-8 cannot hold. */
const LONE_SURROGATE = /\p{Cs}/gu;

/** What `metadataText` has encoded. A value that others wrote is returned as it is. */
export function readMetadataText(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
