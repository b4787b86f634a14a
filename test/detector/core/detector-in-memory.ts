import { Readable } from 'node:stream';
import { AUDIT_FEED } from '../../../lambdas/contract/feed/audit';
import type { AlertRecord } from '../../../lambdas/contract/storage/alert-record';
import { alertKey } from '../../../lambdas/contract/storage/alert-record';
import { MUTES_ID } from '../../../lambdas/contract/storage/detection-table';
import type { ManifestLine } from '../../../lambdas/contract/storage/manifest';
import { StateError } from '../../../lambdas/detector/core/errors';
import type { GroupState } from '../../../lambdas/detector/core/group/group-state';
import type { DetectionCounts, DetectorDeps } from '../../../lambdas/detector/core/ports';
import type { TunedRule } from '../../../lambdas/detector/core/rule/tuned-rule';
import type { Life, Stored } from '../../../lambdas/detector/core/state-store';
import type { LeftObject, ManifestStore } from '../../../lambdas/shared/manifest';
import type { Logged } from '../../test-log';
import { TestLog } from '../../test-log';
import { expectAlertForm } from '../alert-form';
import { NINE_S } from '../archived';

/** All dependencies of detection in memory. A test replaces the one that is to fail. */
export class DetectorInMemory {
  /** Lines by object key. */
  readonly objects = new Map<string, readonly string[]>();
  readonly stored = new Map<string, Stored<GroupState>>();
  readonly lives = new Map<string, Life>();
  private readonly log = new TestLog();
  readonly logged: readonly Logged[] = this.log.lines;
  readonly counted: (DetectionCounts & { readonly sourceId: string })[] = [];
  /** Alerts that were stored, and those of messages. */
  readonly archived: AlertRecord[] = [];
  readonly published: AlertRecord[] = [];
  /** The lines that list the alerts of each source. */
  private readonly lines = new Map<string, string[]>();
  /** An hour after the events of the tests. */
  nowS = NINE_S + 3_600;
  /** Number of groups in each read of states. */
  readonly reads: number[] = [];

  /** @param rules the enabled ones */
  depsWith(...rules: readonly TunedRule[]): DetectorDeps {
    return {
      feed: AUDIT_FEED,
      tuning: { rules, anonymousUsers: new Set() },
      archive: { lines: (key) => Readable.from([this.objects.get(key) ?? []]) },
      states: {
        loadMany: <State>(ids: readonly string[]) => {
          if (!ids.includes(MUTES_ID)) this.reads.push(ids.length);
          return Promise.resolve(new Map(ids.flatMap((id) => this.storedOf<State>(id))));
        },
        save: (id, { state, version }, life) => {
          if (version !== (this.stored.get(id)?.version ?? 0)) return Promise.resolve(false);
          this.stored.set(id, { state: state as GroupState, version: version + 1 });
          this.lives.set(id, life);
          return Promise.resolve(true);
        },
        due: (nowS) =>
          Promise.resolve(
            [...this.lives]
              .filter(([, { dueAtS }]) => dueAtS !== undefined && dueAtS <= nowS)
              .map(([id]) => id),
          ),
      },
      alerts: {
        put: (alert) => {
          expectAlertForm(alert);
          const isNew = this.archived.every((other) => keyOf(other) !== keyOf(alert));
          if (isNew) this.archived.push(alert);
          return Promise.resolve({ isNew, ...this.leftObject(keyOf(alert)) });
        },
        find: (key) =>
          Promise.resolve(
            this.archived.some((alert) => keyOf(alert) === key) ? this.leftObject(key) : undefined,
          ),
        get: (key) => {
          const found = this.archived.find((alert) => keyOf(alert) === key);
          return found === undefined ? Promise.reject(new Error(`no object ${key}`)) : Promise.resolve(found);
        },
      },
      alertLines: (sourceId) => this.linesOf(sourceId),
      runId: 'run-1',
      events: { put: () => Promise.resolve() },
      topics: [
        {
          name: 'alerts',
          publish: (_source, _message, alerts) => Promise.resolve(void this.published.push(...alerts)),
        },
      ],
      nowMs: () => this.nowS * 1_000,
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

  /** Keys of the alerts that each line lists, of the lines of a source. */
  listed(sourceId = 'netskope'): readonly (readonly string[])[] {
    return [...(this.lines.get(sourceId) ?? [])].map((line) =>
      (JSON.parse(line) as ManifestLine).objects.map(({ key }) => key),
    );
  }

  private leftObject(key: string): LeftObject {
    return { object: { key, events: 0, bytes: 1, sha256: 'ab12' }, storedAtMs: this.nowS * 1_000 };
  }

  private linesOf(sourceId: string): ManifestStore {
    const lines = this.lines.get(sourceId) ?? [];
    this.lines.set(sourceId, lines);
    return {
      put: (number, text) => {
        const found = lines[number - 1];
        lines[number - 1] ??= text;
        return Promise.resolve(found);
      },
      read: (number) => Promise.resolve(lines[number - 1] ?? ''),
    };
  }

  private storedOf<State>(id: string): readonly [string, Stored<State>][] {
    const stored = this.stored.get(id);
    return stored === undefined ? [] : [[id, stored as Stored<State>]];
  }
}

function keyOf(alert: AlertRecord): string {
  return alertKey(AUDIT_FEED, alert);
}

/** A refused write. */
export function refused(what: string): Promise<never> {
  return Promise.reject(new StateError(`${what} is refused`));
}
