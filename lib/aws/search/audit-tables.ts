import { AUDIT_TABLE_NAME } from '../../../lambdas/contract/deployment/deployment-outputs';
import {
  ADDED_FIELDS,
  QUARANTINE_FIELDS,
  REDRIVEN_FIELDS,
} from '../../../lambdas/contract/feed/audit-record';
import schema from '../../../lambdas/contract/feed/netskope-audit.schema.json';
import type { AlertRow } from '../../../lambdas/contract/storage/alert-record';
import { ALERT_FIELDS, ALERTS_PREFIX } from '../../../lambdas/contract/storage/alert-record';
import {
  ARCHIVE_PREFIX,
  QUARANTINE_PREFIX,
  REDRIVEN_PREFIX,
} from '../../../lambdas/contract/storage/archive-layout';
import type { AuditTable, TableColumn } from './glue-table';

interface FieldSchema {
  readonly description: string;
  readonly logType: string;
  readonly onDeviation?: string;
}

/** The SerDe reads a nested value into a string column as its JSON text, so `json` needs no struct that could miss a key. */
const TYPE_OF_LOG_TYPE: Readonly<Record<string, string>> = {
  timestamp: 'bigint',
  int: 'bigint',
  boolean: 'boolean',
};

/** Of the rows of an alert, which have one shape, unlike the events that they are of. */
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

/** Accepted events, by event time. */
export const AUDIT_TABLE: AuditTable = {
  name: AUDIT_TABLE_NAME,
  description: 'Netskope admin audit events, partitioned by event time, UTC.',
  prefix: ARCHIVE_PREFIX,
  columns: [...eventColumns(), ...ADDED_FIELDS.map(ownColumn)],
  partitions: ['source', 'dt', 'hour'],
};

/** Events that could not be placed, by arrival time. */
export const QUARANTINE_TABLE: AuditTable = {
  name: `${AUDIT_TABLE_NAME}_quarantine`,
  description: 'What arrived and is no usable audit event, partitioned by arrival time, UTC.',
  prefix: QUARANTINE_PREFIX,
  columns: QUARANTINE_FIELDS.map(ownColumn),
  partitions: ['source', 'dt'],
};

/** Marks of quarantined events that are archived since, by the arrival time of the event. */
export const REDRIVEN_TABLE: AuditTable = {
  name: `${AUDIT_TABLE_NAME}_redriven`,
  description: 'What of the quarantine is archived since, partitioned by arrival time of the event, UTC.',
  prefix: REDRIVEN_PREFIX,
  columns: REDRIVEN_FIELDS.map(ownColumn),
  partitions: ['source', 'dt'],
};

/** Alerts, by the time of their first event. */
export const ALERTS_TABLE: AuditTable = {
  name: `${AUDIT_TABLE_NAME}_alerts`,
  description: 'Alerts of detection, partitioned by the time of their first event, UTC.',
  prefix: ALERTS_PREFIX,
  columns: ALERT_FIELDS.map(ownColumn),
  partitions: ['source', 'dt'],
};

/** Fields of an event, as Netskope names them: all that tells two events with one id apart in a query. */
export const EVENT_COLUMNS: readonly string[] = eventColumns().map(({ field }) => field.toLowerCase());

/**
 * A field's own type only where an event with another one goes to quarantine. Any other field may arrive as anything,
 * and a number column would make one such event the error of every query over its day.
 */
function eventColumns(): TableColumn[] {
  return Object.entries(schema.properties as Record<string, FieldSchema>).map(
    ([field, { description, logType, onDeviation }]) => ({
      field,
      type: (onDeviation === 'quarantine' ? TYPE_OF_LOG_TYPE[logType] : undefined) ?? 'string',
      comment: description,
    }),
  );
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
