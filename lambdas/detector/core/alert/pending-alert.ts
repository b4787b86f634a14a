import type { AlertRecord } from '../../../contract/storage/alert-record';
import type { GroupState } from '../group/group-state';
import type { MatchedObject } from '../matched-object';
import type { Stored } from '../state-store';

/** An alert, or an update of one, that is not out. */
export interface PendingAlert {
  /** Without its incident, which the outbox tells. */
  readonly record: AlertRecord;
  /** The group's state once it is out. */
  readonly done: (state: GroupState) => GroupState;
}

/** The alerts of one group that are not out. */
export interface PendingGroup {
  readonly groupId: string;
  readonly stored: Stored<GroupState>;
  readonly alerts: readonly PendingAlert[];
  /** The objects whose events these are; none if only the time has passed. */
  readonly objects: readonly MatchedObject[];
}
