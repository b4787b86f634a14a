import { createHash } from 'node:crypto';
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { ManifestObject } from '../../contract/storage/manifest';

/** How an object is found, compared with its listing. */
export type ObjectState =
  | { readonly kind: 'as listed' }
  | { readonly kind: 'removed' }
  | { readonly kind: 'altered'; readonly detail: string };

const LINE_FEED = 10;

/**
 * Compares an object with its listing, as it comes in: SHA-256, and the number of events where it holds events.
 * @throws the error of the body
 */
export async function stateOf(
  body: AsyncIterable<Uint8Array>,
  { bytes, sha256, events }: ManifestObject,
): Promise<ObjectState> {
  const hash = createHash('sha256');
  const counted = events === 0 ? undefined : new PackedEvents();
  let length = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    length += chunk.length;
    await counted?.add(chunk);
  }
  const found = hash.digest('hex');
  const counts = await counted?.end();
  if (found !== sha256)
    return altered(`${length} bytes with SHA-256 ${found}; ${bytes} bytes with ${sha256} were written`);
  if (counts !== undefined && counts !== events)
    return altered(typeof counts === 'string' ? counts : `it holds ${counts} events; ${events} are listed`);
  return { kind: 'as listed' };
}

function altered(detail: string): ObjectState {
  return { kind: 'altered', detail };
}

/** Counts the events of gzip NDJSON without keeping them. */
class PackedEvents {
  private readonly unpacked = createGunzip();
  private events = 0;
  private problem?: string;
  /** Ends the waiting for a write: one that fails never calls back. */
  private goOn = (): void => undefined;

  constructor() {
    this.unpacked.on('error', ({ message }) => {
      this.problem = `it cannot be unpacked: ${message}`;
      this.goOn();
    });
    this.unpacked.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) this.events++;
    });
  }

  /** Resolves when the bytes are unpacked; what follows a failure is passed over. */
  async add(chunk: Uint8Array): Promise<void> {
    if (this.problem !== undefined) return;
    await new Promise<void>((resolve) => {
      this.goOn = resolve;
      this.unpacked.write(chunk, () => resolve());
    });
  }

  /** @returns the number of events, or why it cannot be unpacked */
  async end(): Promise<number | string> {
    this.unpacked.end();
    await finished(this.unpacked).catch(() => undefined);
    return this.problem ?? this.events;
  }
}
