import type { Source } from '../../contract/deployment/collector-event';
import type { SecretOwner } from '../../contract/deployment/source-secret';
import type { Feed } from '../../contract/feed/feed';
import type { AbandonedPages, Checkpoint, Totals } from '../../contract/storage/checkpoint-table';
import type { QuarantinedRecord, RedrivenMark, RedrivenPageMark } from '../../contract/storage/event-record';
import type { ManifestObject } from '../../contract/storage/manifest';
import type { Log } from '../../shared/invocation';
import type { LeftObject, ManifestStore } from '../../shared/manifest';
import type { AlreadyStored, UncountedObject } from './page/already-stored';
import type { ValidatedPage } from './page/validated-page';
import type { Call } from './protocol/call';
import type { IteratorProtocol, Outcome } from './protocol/iterator';

export interface Clock {
  nowMs(): number;
  sleep(ms: number): Promise<void>;
  /** A signal that aborts after `ms`. */
  timeoutSignal(ms: number): AbortSignal;
}

/** Address of the tenant, and the token to read it. */
export interface Credentials {
  /** For example `https://corp.goskope.com`. */
  readonly origin: string;
  readonly token: string;
  /** End of the day, UTC, on which the token expires, as the operator noted it. */
  readonly tokenExpiresAtMs?: number;
}

export interface CredentialStore {
  /**
   * @returns undefined while the operator has not filled in the secret
   * @throws CredentialError if it is malformed or may not be read
   * @throws SecretStoreError if the store does not work
   */
  read(source: SecretOwner): Promise<Credentials | undefined>;
}

export interface EventSource {
  /**
   * Makes one call, without retries. Every failure of Netskope or the network is an outcome; none is thrown.
   * @returns an outcome whose page is valid until the next call
   */
  ask(credentials: Credentials, indexName: string, call: Call): Promise<Outcome>;
}

export interface CheckpointStore {
  /** @throws CheckpointError, NewerFormatError */
  load(streamId: string): Promise<Checkpoint | undefined>;
  /**
   * Several streams, in one call.
   * @returns by stream; those without a checkpoint are left out
   * @throws CheckpointError, NewerFormatError
   */
  loadMany(streamIds: readonly string[]): Promise<ReadonlyMap<string, Checkpoint>>;
  /**
   * Stores `checkpoint` as the next version if the stored one is still `checkpoint.version`.
   * @returns what is stored now
   * @throws CheckpointConflictError if another run has written since. @throws CheckpointError
   */
  save(checkpoint: Checkpoint): Promise<Checkpoint>;
}

/** The run and the page that an object comes from; written into the object's metadata. */
export interface PageOrigin {
  readonly runId: string;
  readonly indexName: string;
  readonly sequence: number;
  /** Abandoned pages. Each of their objects is counted when a comparison finds it for the first time. */
  readonly abandoned?: AbandonedPages;
}

/** Where to look for the events of a page. */
export interface SearchScope {
  /** Hours of the archive, counted since 1970. */
  readonly hours: ReadonlySet<number>;
  /**
   * The part of the quarantine to search; absent: none. Quarantined events may have no `_id`, and two equal ones are
   * not necessarily one event. Days before `sinceMs` are left out.
   */
  readonly quarantine?: {
    readonly sinceMs: number;
    /** Events of other streams, and of pages up to this number, may be delivered again. Absent: none; Infinity: all. */
    readonly anewToSequence?: number;
    /** Pages from this number on may be repeated. */
    readonly repeatedFromSequence: number;
    /**
     * Whether only events with an `_id` can be repeated: the page as a whole repeats no other, so an equal event
     * without an `_id` is another event.
     */
    readonly onlyWithId: boolean;
  };
}

/** An answer that could not be read, as it was received. */
export interface ReceivedPage {
  /** The body as it was transferred, not decoded. */
  readonly bytes: Buffer;
  /** Its `Content-Encoding`; absent if it had none. */
  readonly contentEncoding?: string;
  /** Why it could not be read. */
  readonly reason: string;
}

export interface EventArchive {
  /**
   * Finds the events of a page that are already stored: in the archive by `_id` and content, in the quarantine by their
   * exact text.
   * @throws ArchiveError
   */
  alreadyStored(page: ValidatedPage, origin: PageOrigin, scope: SearchScope): Promise<AlreadyStored>;
  /**
   * Stores every event of the page, rejected ones in quarantine. When it returns they are durable.
   * @returns the objects that hold them
   * @throws ArchiveError
   */
  store(page: ValidatedPage, origin: PageOrigin): Promise<readonly ManifestObject[]>;
  /**
   * Stores an answer that could not be read, byte for byte, in quarantine. When it returns the answer is durable.
   * @param key `keyOfPage` of it
   * @returns its object, of 0 events; undefined if another page of the stream and day had the same bytes
   * @throws ArchiveError
   */
  keepPage(page: ReceivedPage, origin: PageOrigin, key: string): Promise<ManifestObject | undefined>;
  /** Key for an answer that could not be read. It contains today's date as the day of arrival. */
  keyOfPage(page: ReceivedPage, origin: PageOrigin): string;
  /**
   * Which of these keys hold an answer kept by attempts at this page or at an abandoned one. The number of events in it
   * is unknown, so `totals` are 0.
   * @throws ArchiveError
   */
  keptPages(keys: readonly string[], origin: PageOrigin): Promise<readonly UncountedObject[]>;
}

/** One object of the quarantine. */
export interface QuarantineObject {
  readonly key: string;
  readonly records: readonly QuarantinedRecord[];
  /** Lines, counted from 0, that have been archived since. */
  readonly redrivenLines: ReadonlySet<number>;
}

/** One quarantined page as listed; its content is not in memory. */
export interface QuarantinedPage {
  readonly key: string;
  /** Day of arrival, UTC, `2026-11-22`. */
  readonly day: string;
  /** Size as received. */
  readonly bytes: number;
  /** Whether a mark says that its events have been stored since. */
  readonly isRedriven: boolean;
}

/** One quarantined page with its content. */
export interface KeptPage extends ReceivedPage {
  readonly runId: string;
  /** Number of the page in its stream; 0 if unknown. */
  readonly sequence: number;
  /** When it was stored, unix milliseconds. */
  readonly keptAtMs: number;
}

export interface Quarantine {
  /**
   * The objects of some days of arrival, oldest first.
   * @param fromDay UTC, `2026-11-22`
   * @param toDay included
   * @throws ArchiveError
   */
  objects(fromDay: string, toDay: string): AsyncIterable<QuarantineObject>;
  /**
   * Marks events of one object as archived; the object itself is not changed.
   * @param marks at least one
   * @returns the object that holds them, of 0 events
   * @throws ArchiveError
   */
  mark(object: QuarantineObject, marks: readonly RedrivenMark[]): Promise<ManifestObject>;
  /**
   * The pages of some days of arrival, oldest day first.
   * @param fromDay UTC, `2026-11-22`
   * @param toDay included
   * @throws ArchiveError
   */
  pages(fromDay: string, toDay: string): AsyncIterable<QuarantinedPage>;
  /** @throws ArchiveError, also if it has more bytes than are ever decoded */
  readPage(page: QuarantinedPage): Promise<KeptPage>;
  /**
   * Marks the events of a page as stored; the page itself is not changed.
   * @returns the mark's object, of 0 events
   * @throws ArchiveError
   */
  markPage(page: QuarantinedPage, mark: RedrivenPageMark): Promise<ManifestObject>;
  /**
   * Marks of events and pages of some days of arrival.
   * @param toDay included
   * @param sinceMs marks that were stored earlier are left out
   * @throws ArchiveError
   */
  marksSince(fromDay: string, toDay: string, sinceMs: number): Promise<readonly LeftObject[]>;
}

/** What a run sends to CloudWatch. Absent parts are not sent. */
export interface Announcement {
  /** `archived` only of a run that succeeded. */
  readonly counts?: Partial<Totals>;
  readonly runSucceeded?: boolean;
  /** False of a run that found no credentials, or failed for another reason. */
  readonly credentialsRefused?: boolean;
  readonly lagS?: number;
  /** Events that the live feed had lost and the recheck stored. */
  readonly recovered?: number;
  readonly tokenDaysLeft?: number;
}

export interface MetricSink {
  /** One call. @throws MetricsError */
  send(sourceId: string, announcement: Announcement): Promise<void>;
}

/** Everything a run needs from outside. */
export interface CollectorDeps {
  readonly feed: Feed;
  readonly credentials: CredentialStore;
  readonly netskope: EventSource;
  readonly checkpoints: CheckpointStore;
  readonly archive: EventArchive;
  readonly manifest: ManifestStore;
  readonly metrics: MetricSink;
  readonly log: Log;
  readonly clock: Clock;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly protocol: IteratorProtocol;
}

/** Which source to collect, and its settings. */
export interface CollectRequest {
  readonly source: Source;
  readonly runId: string;
  /** Longest time one call to Netskope may take. */
  readonly requestTimeoutMs: number;
}
