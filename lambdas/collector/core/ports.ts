import type { Source } from '../../contract/deployment/collector-event';
import type { Feed } from '../../contract/feed/feed';
import type { AbandonedPages, Checkpoint, Totals } from '../../contract/storage/checkpoint-table';
import type { QuarantinedRecord, RedrivenMark, RedrivenPageMark } from '../../contract/storage/event-record';
import type { ManifestObject } from '../../contract/storage/manifest';
import type { Log } from '../../shared/invocation';
import type { AlreadyStored, UncountedObject } from './page/already-stored';
import type { ValidatedPage } from './page/validated-page';
import type { Call } from './protocol/call';
import type { IteratorProtocol, Outcome } from './protocol/iterator';

/** Time, as far as a run is concerned. */
export interface Clock {
  nowMs(): number;
  sleep(ms: number): Promise<void>;
  /** A signal that aborts after `ms`. */
  timeoutSignal(ms: number): AbortSignal;
}

/** The tenant, and the right to read it. */
export interface Credentials {
  /** For example `https://corp.goskope.com`. */
  readonly origin: string;
  readonly token: string;
  /** The day the token expires, as the operator noted it: the end of that day, UTC. */
  readonly tokenExpiresAtMs?: number;
}

export interface CredentialStore {
  /**
   * @returns undefined while the operator has not filled in the secret
   * @throws CredentialError where it is malformed or may not be read
   * @throws SecretStoreError where the store is out of order
   */
  read(sourceId: string): Promise<Credentials | undefined>;
}

export interface EventSource {
  /** Makes one call, once. Whatever happens is an outcome; nothing is thrown that Netskope or the network caused. */
  ask(credentials: Credentials, indexName: string, call: Call): Promise<Outcome>;
}

export interface CheckpointStore {
  /** @throws CheckpointError */
  load(streamId: string): Promise<Checkpoint | undefined>;
  /**
   * Stores `checkpoint` as the next version if the stored one is still `checkpoint.version`.
   * @returns what is stored now
   * @throws CheckpointConflictError where another run has written since. @throws CheckpointError
   */
  save(checkpoint: Checkpoint): Promise<Checkpoint>;
}

/** Which run, and which page of which stream, is written into the metadata of every object. */
export interface PageOrigin {
  readonly runId: string;
  readonly indexName: string;
  readonly sequence: number;
  /** Pages given up unfinished: an object of theirs is counted when an event of it is met again for the first time. */
  readonly abandoned?: AbandonedPages;
}

/** Where to look for the events of a page. */
export interface SearchScope {
  /** Hours of the archive, counted since 1970. */
  readonly hours: ReadonlySet<number>;
  /**
   * How far back the quarantine is read; absent: not at all. Its events may have no `_id`, and two that look alike need
   * not be one. Days before `sinceMs` are left out.
   */
  readonly quarantine?: {
    readonly sinceMs: number;
    /**
     * What other streams and pages up to this number have brought is delivered anew; absent: nothing is. Infinity: all is.
     */
    readonly anewToSequence?: number;
    /** Pages from this number on may be repeated. */
    readonly repeatedFromSequence: number;
    /**
     * Of what may be repeated, events without an `_id` are left out, for the page is no repetition as a whole, and what
     * looks alike is another event.
     */
    readonly onlyWithId: boolean;
  };
}

/** An answer that could not be read, as it was received. */
export interface ReceivedPage {
  /** The body as it was transferred, not decoded. */
  readonly bytes: Buffer;
  /** Its `Content-Encoding`; absent where it had none. */
  readonly contentEncoding?: string;
  /** Why it could not be read. */
  readonly reason: string;
}

export interface EventArchive {
  /**
   * Finds which events of a page are already held: in the archive by `_id` and content, in the quarantine by the exact
   * text.
   * @throws ArchiveError
   */
  alreadyStored(page: ValidatedPage, origin: PageOrigin, scope: SearchScope): Promise<AlreadyStored>;
  /**
   * Stores every event of the page, rejected ones in quarantine. When it returns they are durable.
   * @returns the objects they lie in
   * @throws ArchiveError
   */
  store(page: ValidatedPage, origin: PageOrigin): Promise<readonly ManifestObject[]>;
  /**
   * Stores an answer that could not be read, byte for byte, in quarantine. When it returns the answer is durable.
   * @param key `keyOfPage` of it
   * @returns the object it lies in, of 0 events; undefined where another page of the stream and day was the same
   * @throws ArchiveError
   */
  keepPage(page: ReceivedPage, origin: PageOrigin, key: string): Promise<ManifestObject | undefined>;
  /** Where an answer that could not be read is kept; the day of arrival is today's. */
  keyOfPage(page: ReceivedPage, origin: PageOrigin): string;
  /**
   * Which of these keys hold an answer that attempts at this page, or at one that was abandoned, have kept; nobody knows of
   * how many events.
   * @throws ArchiveError
   */
  keptPages(keys: readonly string[], origin: PageOrigin): Promise<readonly UncountedObject[]>;
}

/** One object of the quarantine. */
export interface QuarantineObject {
  readonly key: string;
  readonly records: readonly QuarantinedRecord[];
  /** Lines, counted from 0, that are archived since. */
  readonly redrivenLines: ReadonlySet<number>;
}

/** One quarantined page, as it is listed: nothing of it is in memory. */
export interface QuarantinedPage {
  readonly key: string;
  /** Day of arrival, UTC, `2026-11-22`. */
  readonly day: string;
  /** Size as received. */
  readonly bytes: number;
  /** Whether a mark says that its events are stored since. */
  readonly isRedriven: boolean;
}

/** One quarantined page, read. */
export interface KeptPage extends ReceivedPage {
  readonly runId: string;
  /** Number of the page in its stream; 0 where the object does not say. */
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
  /** Notes events of one object as archived; the object itself stays as it is. @throws ArchiveError */
  mark(object: QuarantineObject, marks: readonly RedrivenMark[]): Promise<void>;
  /**
   * The pages of some days of arrival, oldest day first.
   * @param fromDay UTC, `2026-11-22`
   * @param toDay included
   * @throws ArchiveError
   */
  pages(fromDay: string, toDay: string): AsyncIterable<QuarantinedPage>;
  /** @throws ArchiveError, also where it has more bytes than are ever decoded */
  readPage(page: QuarantinedPage): Promise<KeptPage>;
  /** Notes the events of a page as stored; the page itself stays as it is. @throws ArchiveError */
  markPage(page: QuarantinedPage, mark: RedrivenPageMark): Promise<void>;
}

/** Where the lines of a source's manifest lie. */
export interface ManifestStore {
  /**
   * Writes a line, unless there is one of that number.
   * @returns the line that was there before; undefined where `text` is the line now
   * @throws ArchiveError
   */
  put(number: number, text: string): Promise<string | undefined>;
  /** The line of a number; empty where it was removed, which an audit of the chain reports. @throws ArchiveError */
  read(number: number): Promise<string>;
}

/** What a run tells CloudWatch. Absent parts are not sent. */
export interface Announcement {
  readonly counts?: Totals;
  readonly runSucceeded?: boolean;
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
  readonly source: EventSource;
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
