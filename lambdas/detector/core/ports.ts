import type { AlertRecord } from '../../contract/storage/alert-record';
import type { FeedName } from '../../contract/storage/archive-layout';
import type { Log } from '../../shared/invocation';
import type { GroupState } from './group/group-state';
import { EMPTY_STATE } from './group/group-state';
import type { Tuning } from './rule/tuning';

/** The archive, as far as detection reads it. */
export interface ArchivedObjects {
  /**
   * The lines of one object, empty ones too, without their line ends.
   * @throws ArchiveError
   */
  lines(objectKey: string): Promise<readonly string[]>;
}

/** The stored state of a group. */
export interface StoredState {
  readonly state: GroupState;
  /** Counts the writes; 0 if nothing is stored. */
  readonly version: number;
}

/** Before the first write. */
export const NOTHING_STORED: StoredState = { state: EMPTY_STATE, version: 0 };

export interface GroupStates {
  /**
   * The newest states of many groups, read together.
   * @returns by group id; groups without a stored state are left out
   * @throws GroupStateError
   */
  loadMany(groupIds: readonly string[]): Promise<ReadonlyMap<string, StoredState>>;
  /** The newest state of one group, or `NOTHING_STORED`. @throws GroupStateError */
  load(groupId: string): Promise<StoredState>;
  /**
   * Stores `state` as the next version if the stored one is still `version`.
   * @returns whether it did. After a lost answer, our own write looks like another's; the state that is loaded next is
   * then ours
   * @throws GroupStateError
   */
  save(groupId: string, stored: StoredState): Promise<boolean>;
}

export interface AlertArchive {
  /** Stores an alert, unless it is stored already. @throws AlertError */
  put(alert: AlertRecord): Promise<void>;
}

export interface AlertTopic {
  /** Publishes an alert to people and machines. @throws AlertError */
  publish(alert: AlertRecord): Promise<void>;
}

/** What is sent to CloudWatch for one object. */
export interface DetectionCounts {
  readonly alertsRaised: number;
  readonly eventsExcluded: number;
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
  readonly states: GroupStates;
  readonly alerts: AlertArchive;
  readonly topic: AlertTopic;
  readonly metrics: MetricSink;
  readonly log: Log;
}
