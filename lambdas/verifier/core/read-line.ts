import { FORMAT, Format } from '../../contract/storage/format';
import type { ManifestLine, ManifestObject, SkippedLine } from '../../contract/storage/manifest';
import { parsedJson } from '../../shared/json-text';
import { assertKnownFormat } from '../../shared/known-format';

/** Reads a line of the manifest. @returns undefined if the bytes are not a line */
export function readManifestLine(bytes: Uint8Array): ManifestLine | undefined {
  const value = parsedJson(Buffer.from(bytes).toString('utf8'));
  return isLine(value) ? value : undefined;
}

/**
 * Refuses a line that continues the chain in a format of a later version. What does not continue it may say anything.
 * @param previous SHA-256 of the line before it
 * @throws NewerFormatError
 */
export function refuseNewerLine(bytes: Uint8Array, number: number, previous: string): void {
  const line = fieldsOf(parsedJson(Buffer.from(bytes).toString('utf8')));
  if (line.previous === previous)
    assertKnownFormat(`line ${number} of the manifest`, line[FORMAT], Format.manifestLine);
}

function isLine(value: unknown): value is ManifestLine {
  const { number, previous, writtenAt, objects, skipped = [] } = fieldsOf(value);
  return (
    typeof number === 'number' &&
    typeof previous === 'string' &&
    typeof writtenAt === 'string' &&
    Array.isArray(objects) &&
    objects.every(isObject) &&
    Array.isArray(skipped) &&
    skipped.every(isSkipped)
  );
}

function isSkipped(value: unknown): value is SkippedLine {
  const { number, sha256 } = fieldsOf(value);
  return typeof number === 'number' && typeof sha256 === 'string';
}

function isObject(value: unknown): value is ManifestObject {
  const { key, events, bytes, sha256 } = fieldsOf(value);
  return (
    typeof key === 'string' &&
    typeof events === 'number' &&
    typeof bytes === 'number' &&
    typeof sha256 === 'string'
  );
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
