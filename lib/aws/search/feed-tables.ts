import type { Feed } from '../../../lambdas/contract/feed/feed';
import alertSchema from '../../../lambdas/contract/storage/alert.schema.json';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import type { StoredChange } from '../../../lambdas/contract/storage/event-record';
import {
  ADDED_FIELDS,
  QUARANTINE_FIELDS,
  REDRIVEN_FIELDS,
} from '../../../lambdas/contract/storage/event-record';
import { eventsView } from './events-view';
import type { FeedTable, FeedView, TableColumn } from './glue-catalog';
import { ocsfView } from './ocsf-view';

/** All values are stored as texts. */
const CHANGE = {
  object: 'string',
  path: 'string',
  before: 'string',
  after: 'string',
} as const satisfies Readonly<Record<keyof StoredChange, string>>;

const TYPE_OF_OWN_FIELD = {
  string: 'string',
  int: 'int',
  timestamp: 'timestamp',
  'string[]': 'array<string>',
  'change[]': arrayOfStructs(CHANGE),
} as const;

function arrayOfStructs(fields: Readonly<Record<string, string>>): string {
  return `array<struct<${Object.entries(fields)
    .map(([name, type]) => `${name}:${type}`)
    .join(',')}>>`;
}

/** The tables of one feed. */
export interface FeedTables {
  /** Accepted events, each once, by event time: what analysts ask. */
  readonly events: FeedView;
  /** The same in OCSF, for other systems; undefined if the feed has no mapping. */
  readonly ocsf: FeedView | undefined;
  /** Lines of accepted events, every edition, by event time. */
  readonly lines: FeedTable;
  /** The same with a column for each field, for queries that name it: the first deployments had it alone. */
  readonly fields: FeedTable;
  /** Events that could not be placed, by arrival time. */
  readonly quarantine: FeedTable;
  /** Marks of quarantined events that have been archived since, by the arrival time of the event. */
  readonly redriven: FeedTable;
  /** Alerts, by the time of their first event. */
  readonly alerts: FeedTable;
}

export function feedTables(feed: Feed): FeedTables {
  const prefixes = prefixesOf(feed);
  const lines: FeedTable = {
    name: `${feed.name}_lines`,
    description: `${feed.title} as archived, one line each, partitioned by event time, UTC.`,
    prefix: prefixes.archive,
    format: 'lines',
    columns: [{ field: 'raw', type: 'string', comment: 'One line of JSON.' }],
    partitions: ['source', 'dt'],
  };
  const events = eventsView(feed, lines);
  return {
    events,
    ocsf: feed.isMappedToOcsf === true ? ocsfView(feed, events) : undefined,
    lines,
    fields: {
      name: feed.name,
      description: `${feed.title} since 2026, every edition, partitioned by event time, UTC. Better ask ${feed.name}_events.`,
      prefix: prefixes.archive,
      columns: [...eventColumns(feed), ...ADDED_FIELDS.map(ownColumn)],
      partitions: ['source', 'dt', 'hour'],
    },
    quarantine: {
      name: `${feed.name}_quarantine`,
      description: `What arrived and is no usable ${feed.shortName} event, partitioned by arrival time, UTC.`,
      prefix: prefixes.quarantine,
      columns: QUARANTINE_FIELDS.map(ownColumn),
      partitions: ['source', 'dt'],
    },
    redriven: {
      name: `${feed.name}_redriven`,
      description: 'What of the quarantine is archived since, partitioned by arrival time of the event, UTC.',
      prefix: prefixes.redriven,
      columns: REDRIVEN_FIELDS.map(ownColumn),
      partitions: ['source', 'dt'],
    },
    alerts: {
      name: `${feed.name}_alerts`,
      description: 'Alerts of detection, partitioned by the time of their first event, UTC.',
      prefix: prefixes.alerts,
      columns: alertColumns(),
      partitions: ['source', 'dt'],
    },
  };
}

/**
 * A field may have any type, and in a number column one event with another would fail every query over its day. The
 * SerDe reads a nested value into a string column as JSON text.
 */
function eventColumns({ schema }: Feed): TableColumn[] {
  return Object.entries(schema.properties).map(([field, { description }]) => ({
    field,
    type: 'string',
    comment: description,
  }));
}

/**
 * The fields of an alert's schema. Unlike events, all rows have the same shape. Times are texts: those of alerts before
 * version 2 of the schema are written in another way.
 */
function alertColumns(): TableColumn[] {
  return Object.entries(alertSchema.properties).map(([field, property]) => ({
    field,
    type: typeOf(property),
    comment: property.description,
  }));
}

/** A part of the alert's schema. */
interface SchemaPart {
  readonly type: string;
  readonly items?: SchemaPart;
  readonly properties?: Readonly<Record<string, SchemaPart>>;
}

/** A nested object without known fields is read as JSON text. */
function typeOf({ type, items, properties }: SchemaPart): string {
  if (items !== undefined) return `array<${typeOf(items)}>`;
  if (properties !== undefined)
    return `struct<${Object.entries(properties)
      .map(([name, part]) => `${name}:${typeOf(part)}`)
      .join(',')}>`;
  return type === 'integer' ? 'int' : type === 'boolean' ? 'boolean' : 'string';
}

/** A field that this project names itself. */
function ownColumn({
  name,
  type,
  description,
}: {
  readonly name: string;
  readonly type: keyof typeof TYPE_OF_OWN_FIELD;
  readonly description: string;
}): TableColumn {
  return { field: name, type: TYPE_OF_OWN_FIELD[type], comment: description };
}
