import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import type { AlertRecord } from '../../../lambdas/contract/storage/alert-record';
import { GroupStateError } from '../../../lambdas/detector/core/errors';
import type { DetectionCounts, DetectorDeps, StoredState } from '../../../lambdas/detector/core/ports';
import { NOTHING_STORED } from '../../../lambdas/detector/core/ports';
import type { TunedRule } from '../../../lambdas/detector/core/rule/tuned-rule';
import type { Logged } from '../../test-log';
import { TestLog } from '../../test-log';

/** All dependencies of detection in memory. A test replaces the one that is to fail. */
export class DetectorInMemory {
  /** Lines by object key. */
  readonly objects = new Map<string, readonly string[]>();
  readonly stored = new Map<string, StoredState>();
  private readonly log = new TestLog();
  readonly logged: readonly Logged[] = this.log.lines;
  readonly counted: (DetectionCounts & { readonly sourceId: string })[] = [];
  readonly published: AlertRecord[] = [];
  /** Number of groups in each read of states. */
  readonly reads: number[] = [];

  /** @param rules the enabled ones */
  depsWith(...rules: readonly TunedRule[]): DetectorDeps {
    return {
      feed: AUDIT_FEED,
      tuning: { rules, anonymousUsers: new Set() },
      archive: { lines: (key) => Promise.resolve(this.objects.get(key) ?? []) },
      states: {
        loadMany: (ids) => {
          this.reads.push(ids.length);
          return Promise.resolve(new Map(ids.flatMap((id) => this.storedOf(id))));
        },
        load: (id) => Promise.resolve(this.stored.get(id) ?? NOTHING_STORED),
        save: (id, { state, version }) => {
          if (version !== (this.stored.get(id)?.version ?? 0)) return Promise.resolve(false);
          this.stored.set(id, { state, version: version + 1 });
          return Promise.resolve(true);
        },
      },
      alerts: { put: () => Promise.resolve() },
      topic: { publish: (alert) => Promise.resolve(void this.published.push(alert)) },
      metrics: {
        send: (sourceId, counts) => Promise.resolve(void this.counted.push({ sourceId, ...counts })),
      },
      log: this.log,
    };
  }

  /** Stores an object of the archive. @returns its place */
  archive(records: readonly (object | string)[]): { readonly key: string; readonly sourceId: string } {
    const key = 'netskope_audit/source=netskope/dt=2026-11-22/hour=09/o1.ndjson.gz';
    this.objects.set(
      key,
      records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))),
    );
    return { key, sourceId: 'netskope' };
  }

  private storedOf(id: string): readonly [string, StoredState][] {
    const stored = this.stored.get(id);
    return stored === undefined ? [] : [[id, stored]];
  }
}

/** A refused write. */
export function refused(what: string): Promise<never> {
  return Promise.reject(new GroupStateError(`${what} is refused`));
}
