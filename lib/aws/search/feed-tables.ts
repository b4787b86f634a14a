import type { Feed } from '../../../lambdas/contract/feed/feed';
import type { AlertRow } from '../../../lambdas/contract/storage/alert-record';
import { ALERT_FIELDS } from '../../../lambdas/contract/storage/alert-record';
import { prefixesOf } from '../../../lambdas/contract/storage/archive-layout';
import {
  ADDED_FIELDS,
  QUARANTINE_FIELDS,
  REDRIVEN_FIELDS,
} from '../../../lambdas/contract/storage/event-record';
import type { FeedTable, TableColumn } from './glue-table';

/** The SerDe reads a nested value into a string column as JSON text: `json` needs no struct that could miss a key. */
const TYPE_OF_LOG_TYPE: Readonly<Record<string, string>> = {
  timestamp: 'bigint',
  int: 'bigint',
  boolean: 'boolean',
};

/** Fields of the rows of an alert. Unlike events, all rows have the same shape. */
const ALERT_ROW = {
  row_id: 'string',
  event_time: 'string',
  what: 'string',
  user: 'string',
  addresses: 'array<string>',
} as const satisfies Readonly<Record<keyof AlertRow, string>>;

const TYPE_OF_OWN_FIELD = {
  string: 'string',
  int: 'int',
  timestamp: 'timestamp',
  'string[]': 'array<string>',
  json: `array<struct<${Object.entries(ALERT_ROW)
    .map(([name, type]) => `${name}:${type}`)
    .join(',')}>>`,
} as const;

/** The tables of one feed. */
export interface FeedTables {
  /** Accepted events, by event time. */
  readonly events: FeedTable;
  /** Events that could not be placed, by arrival time. */
  readonly quarantine: FeedTable;
  /** Marks of quarantined events that have been archived since, by the arrival time of the event. */
  readonly redriven: FeedTable;
  /** Alerts, by the time of their first event. */
  readonly alerts: FeedTable;
}

export function feedTables(feed: Feed): FeedTables {
  const prefixes = prefixesOf(feed);
  return {
    events: {
      name: feed.name,
      description: `${feed.title}, partitioned by event time, UTC.`,
      prefix: prefixes.archive,
      columns: [...eventColumns(feed), ...ADDED_FIELDS.map(ownColumn)],
      partitions: ['source', 'dt', 'hour'],
    },
    quarantine: {
      name: `${feed.name}_quarantine`,
      description: `What arrived and is no usable ${feed.stream} event, partitioned by arrival time, UTC.`,
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
      columns: ALERT_FIELDS.map(ownColumn),
      partitions: ['source', 'dt'],
    },
  };
}

/** Columns of Netskope's own fields. In a query, they tell two different events with one id apart. */
export function eventColumnNames(feed: Feed): string[] {
  return eventColumns(feed).map(({ field }) => field.toLowerCase());
}

/**
 * A field has its own type only if an event with another one goes to quarantine. Any other field may have any type, and
 * in a number column one such event would fail every query over its day.
 */
function eventColumns({ schema }: Feed): TableColumn[] {
  return Object.entries(schema.properties).map(([field, { description, logType, onDeviation }]) => ({
    field,
    type: (onDeviation === 'quarantine' ? TYPE_OF_LOG_TYPE[logType] : undefined) ?? 'string',
    comment: description,
  }));
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
