import type { ErrorObject } from 'ajv';

/** One top-level field of a feed's events, as its schema file describes it. */
export interface FieldSchema {
  readonly description: string;
  /** `string`, `boolean`, `int`, `timestamp`, or `json` for a value of any depth. */
  readonly logType: string;
  /** What the field's value is in a search: `email`, `username`. */
  readonly indicators?: readonly string[];
  readonly alsoHolds?: readonly string[];
  /** Of a `json` field: positions whose texts are indicators as a whole, at any depth. */
  readonly nestedIndicators?: readonly NestedIndicator[];
  /** Of a `json` field: whether it holds change records, of which each event's record lists the changes. */
  readonly holdsChanges?: boolean;
  /** `quarantine`: an event with another type here cannot be placed. If absent, the deviation is drift. */
  readonly onDeviation?: string;
  /** Known deviations, each with where it was seen; `missing` if the field may be left out. */
  readonly deviations?: readonly { readonly seen: string; readonly evidence: string }[];
  /** Of a `json` field: what is known of the fields in it. */
  readonly properties?: Readonly<Record<string, Pick<FieldSchema, 'deviations' | 'properties'>>>;
}

/** A key whose texts are an indicator: `username`, or `hostname` for a host name of any kind. */
export interface NestedIndicator {
  readonly key: string;
  readonly indicator: string;
  /** Only where another key of the same object has one of these texts, which are in lower case. */
  readonly where?: { readonly key: string; readonly isOneOf: readonly string[] };
}

/** The schema file of a feed, beyond what Ajv compiles. */
export interface FeedSchema {
  /** Fields that every event should have. */
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, FieldSchema>>;
}

/** Compiled by Ajv from the schema file; after a `false`, `errors` lists every deviation. */
export interface EventValidator {
  (value: unknown): boolean;
  errors?: ErrorObject[] | null;
}

/** Accepted event times, unix seconds: the years 2000 to 2099. Every feed's schema has the same bounds. */
export const EVENT_TIME_S = { minimum: 946_684_800, maximum: 4_102_444_799 } as const;

/**
 * One feed of events of Netskope's dataexport iterator. The code that collects, stores, searches and verifies receives
 * it as a parameter. Entry points, the feed's own file and what is generated from its schema know a particular one, and
 * what reads meaning into audit events: `lambdas/detector`, `lib/format/ocsf`, the admin queries of `lib/aws/search`, the
 * line that `tail` prints, the simulator's events. Every event has `_id`, a string, and `timestamp`, unix seconds.
 */
export interface Feed {
  /** Folder of its events in the bucket, and name of its table: `netskope_audit`. */
  readonly name: string;
  /** For keys in the checkpoint table, and descriptions: `audit`. */
  readonly shortName: string;
  /** Value of `p_log_type`. Queries and rules for this log type work on the records. */
  readonly logType: string;
  /** What its events are, for descriptions: `Netskope admin audit events`. */
  readonly title: string;
  /** Path of its iterator (Netskope REST API v2, dataexport). */
  readonly iteratorPath: string;
  /** Path of the endpoint that returns the same events by time range (Netskope REST API v2, events/data). */
  readonly queryPath: string;
  readonly schema: FeedSchema;
  /** Whether `lib/format/ocsf` knows its events, so that they have a view in OCSF. @default false */
  readonly isMappedToOcsf?: boolean;
  readonly validate: EventValidator;
}
