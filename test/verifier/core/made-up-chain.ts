import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import type { ManifestHead, ManifestLine } from '../../../lambdas/contract/storage/manifest';
import type { Verification } from '../../../lambdas/contract/storage/verification';
import { stateOf } from '../../../lambdas/verifier/core/object-state';
import type { ListedArchive } from '../../../lambdas/verifier/core/ports';
import { SourceVerification } from '../../../lambdas/verifier/core/verify-source';

/** 2026-11-18, a Wednesday, 05:00 UTC. */
export const NOW_MS = 1_794_978_000_000;
export const DAY_MS = 86_400_000;

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What a verification found: line, finding and object. */
export type Finding = readonly [line: number, finding: string, key: string];

/**
 * A source whose lines list an object with two events each, in memory. It may be changed, as anybody could with the
 * permission to write to the bucket.
 */
export class MadeUpChain {
  readonly lines = new Map<number, Buffer>();
  readonly objects = new Map<string, Buffer>();
  /** What was read, in order: numbers of lines, keys of objects. */
  read: (number | string)[] = [];
  known?: Verification;
  findings: Finding[] = [];
  newest: ManifestHead = { number: 0, sha256: '0'.repeat(64) };
  nowMs = NOW_MS;
  /** Of each look at the clock; the last one stays. */
  remainingMs: number[] = [900_000];
  /** What each remembering says. */
  remembered: Verification[] = [];

  constructor(
    count: number,
    readonly sourceId = 'corp',
  ) {
    this.append(count);
  }

  append(count: number): void {
    for (let added = 0; added < count; added++) this.appendLine({});
  }

  /** Appends a line, with these fields in place of its own. */
  appendLine(different: Partial<ManifestLine>, number = this.newest.number + 1): void {
    const key = `${this.sourceId}-object-${number}`;
    const body = gzipSync(`{"_id":"${number}a"}\n{"_id":"${number}b"}\n`);
    this.objects.set(key, body);
    const line: ManifestLine = {
      number,
      previous: this.newest.sha256,
      writtenAt: new Date(NOW_MS - 30 * DAY_MS + number * 1000).toISOString(),
      runId: 'run',
      indexName: 'index',
      sequence: number,
      received: 2,
      objects: [{ key, events: 2, bytes: body.length, sha256: sha256(body) }],
      ...different,
    };
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    this.lines.set(number, bytes);
    this.newest = { number, sha256: sha256(bytes) };
  }

  /** Verifies as of now. @returns what was found */
  async verify({ expireAfterDays }: { readonly expireAfterDays?: number } = {}): Promise<readonly Finding[]> {
    this.read = [];
    this.findings = [];
    this.remembered = [];
    const archive: ListedArchive = {
      readLine: (number) => {
        this.read.push(number);
        return Promise.resolve(this.lines.get(number));
      },
      stateOf: (object) => {
        this.read.push(object.key);
        const body = this.objects.get(object.key);
        return body === undefined ? Promise.resolve({ kind: 'removed' }) : stateOf(parts(body), object);
      },
    };
    const verification = new SourceVerification(
      {
        feed: AUDIT_FEED,
        sourceId: this.sourceId,
        newest: { ...this.newest, knownTo: 'the checkpoint' },
        before: this.known,
        expireAfterDays,
      },
      {
        archive,
        memory: {
          remember: (known) => {
            this.known = known;
            this.remembered.push(known);
            return Promise.resolve();
          },
        },
        log: {
          info: () => undefined,
          warn: () => undefined,
          error: (_, { line, finding, key }) =>
            void this.findings.push([line as number, finding as string, key as string]),
        },
        time: {
          remainingMs: () =>
            (this.remainingMs.length > 1 ? this.remainingMs.shift() : this.remainingMs[0]) ?? 0,
        },
        nowMs: this.nowMs,
      },
    );
    await verification.run();
    return this.findings;
  }
}

/** A body as it comes in, in small parts. */
export async function* parts(body: Buffer): AsyncGenerator<Buffer> {
  for (let from = 0; from < body.length; from += 7)
    yield await Promise.resolve(body.subarray(from, from + 7));
}
