import type { AlertRecord } from '../../contract/storage/alert-record';
import type { FeedName } from '../../contract/storage/archive-layout';
import type { Log } from '../../shared/invocation';
import type { LeftObject, ManifestStore } from '../../shared/manifest';
import type { AlertMessage } from './notify/outbox';
import type { Tuning } from './rule/tuning';
import type { StateStore } from './state-store';

/** The archive, as far as detection reads it. */
export interface ArchivedObjects {
  /**
   * The lines of one object, some at a time, empty ones too, without their line ends.
   * @throws ArchiveError
   */
  lines(objectKey: string): AsyncIterable<readonly string[]>;
}

/** An alert's object as it is stored. */
export interface PutAlert extends LeftObject {
  /** Whether it was stored just now. */
  readonly isNew: boolean;
}

export interface AlertArchive {
  /** Stores an alert, unless it is stored already. @throws AlertError, ArchiveError */
  put(alert: AlertRecord): Promise<PutAlert>;
  /** @returns undefined if no object has the key @throws ArchiveError */
  find(key: string): Promise<LeftObject | undefined>;
  /** @param key of a stored alert @throws ArchiveError */
  get(key: string): Promise<AlertRecord>;
}

/** Where other programs of the account hear of every alert. */
export interface AlertEvents {
  /** @throws AlertError */
  put(alert: AlertRecord): Promise<void>;
}

export interface AlertTopic {
  /** By which the outbox remembers that a message is on it. */
  readonly name: string;
  /**
   * Publishes a message, once a call.
   * @param alerts records of the message's alerts; none for a digest
   * @throws AlertError
   */
  publish(sourceId: string, message: AlertMessage, alerts: readonly AlertRecord[]): Promise<void>;
}

/** What is sent to CloudWatch for one object. */
export interface DetectionCounts {
  readonly alertsRaised: number;
  readonly eventsExcluded: number;
  readonly eventsWithoutGroup: number;
}

export interface MetricSink {
  /** Sends the counts that are not 0, in one call; makes no call if all are 0. @throws MetricsError */
  send(sourceId: string, counts: DetectionCounts): Promise<void>;
}

/** Everything detection needs from outside. */
export interface DetectorDeps {
  readonly feed: FeedName;
  readonly tuning: Tuning;
  readonly archive: ArchivedObjects;
  readonly states: StateStore;
  readonly alerts: AlertArchive;
  /** The lines that list the alerts of a source. */
  readonly alertLines: (sourceId: string) => ManifestStore;
  readonly events: AlertEvents;
  /** Every message goes to all of them. */
  readonly topics: readonly AlertTopic[];
  readonly metrics: MetricSink;
  readonly log: Log;
  /** Identifies the invocation in the log. */
  readonly runId: string;
  readonly nowMs: () => number;
}
