import type {
  ManifestLine,
  ManifestObject,
  SkippedLine,
} from '../../../../lambdas/contract/storage/manifest';

/** Reads a line of the manifest. @returns undefined where the bytes are none */
export function readManifestLine(bytes: Uint8Array): ManifestLine | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return isLine(value) ? value : undefined;
  } catch {
    return undefined;
  }
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
  const { key, bytes, sha256 } = fieldsOf(value);
  return typeof key === 'string' && typeof bytes === 'number' && typeof sha256 === 'string';
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
