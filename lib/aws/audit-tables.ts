import type * as glue from 'aws-cdk-lib/aws-glue';
import { ARCHIVE_PREFIX, QUARANTINE_PREFIX } from '../../lambdas/contract/archive-layout';
import { ADDED_FIELDS, QUARANTINE_FIELDS } from '../../lambdas/contract/audit-record';
import schema from '../../lambdas/contract/netskope-audit.schema.json';

/** One column of a table, read from the field of that name unless the field has capitals. */
export interface TableColumn {
  /** The name in the JSON line. */
  readonly field: string;
  /** A Hive type. */
  readonly type: string;
  readonly comment: string;
}

/** One table over one prefix of the archive bucket. */
export interface AuditTable {
  readonly name: string;
  readonly description: string;
  readonly prefix: string;
  readonly columns: readonly TableColumn[];
  readonly partitions: readonly (keyof typeof PARTITIONS)[];
}

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

const TYPE_OF_ADDED_FIELD = {
  string: 'string',
  timestamp: 'timestamp',
  'string[]': 'array<string>',
} as const;

/**
 * Days that are looked at. Netskope keeps events for 90 days and this collector exists since November 2026, so nothing
 * is older; the last day allows for a clock that is ahead. Each projected partition is an S3 LIST of a query that names
 * no days, which is why the range is not simply everything.
 */
const DAY_RANGE = '2026-01-01,NOW+1DAYS';

/**
 * Partition columns and how Athena computes their values ("Supported types for partition projection", Athena User Guide).
 *
 * `source` is `injected`: a query names its sources. The other way, `enum`, lists them in the table, and a source taken
 * out of the configuration would take its archived events out of every query; Athena also advises against more than a
 * few dozen values, and each query without a source would list 24 prefixes a day for every source there is.
 */
const PARTITIONS = {
  source: { type: 'string', projection: { type: 'injected' } },
  dt: {
    type: 'string',
    projection: {
      type: 'date',
      format: 'yyyy-MM-dd',
      range: DAY_RANGE,
      interval: '1',
      'interval.unit': 'DAYS',
    },
  },
  hour: { type: 'int', projection: { type: 'integer', range: '0,23', digits: '2' } },
} as const;

/** Accepted events, by event time. */
export const AUDIT_TABLE: AuditTable = {
  name: 'netskope_audit',
  description: 'Netskope admin audit events, partitioned by event time, UTC.',
  prefix: ARCHIVE_PREFIX,
  columns: [...eventColumns(), ...ADDED_FIELDS.map(addedColumn)],
  partitions: ['source', 'dt', 'hour'],
};

/** Events that could not be placed, by arrival time. */
export const QUARANTINE_TABLE: AuditTable = {
  name: 'netskope_audit_quarantine',
  description: 'What arrived and is no usable audit event, partitioned by arrival time, UTC.',
  prefix: QUARANTINE_PREFIX,
  columns: QUARANTINE_FIELDS.map(addedColumn),
  partitions: ['source', 'dt'],
};

/** Fields of an event, as Netskope names them: all that tells two events with one id apart in a query. */
export const EVENT_COLUMNS: readonly string[] = eventColumns().map(({ field }) => field.toLowerCase());

/** A table as AWS Glue's CreateTable takes it, for partition projection without a crawler. */
export function glueTable(table: AuditTable, bucketName: string): glue.CfnTable.TableInputProperty {
  const location = `s3://${bucketName}/${table.prefix}/`;
  return {
    name: table.name,
    description: table.description,
    tableType: 'EXTERNAL_TABLE',
    partitionKeys: table.partitions.map((name) => ({ name, type: PARTITIONS[name].type })),
    parameters: {
      EXTERNAL: 'TRUE',
      classification: 'json',
      'projection.enabled': 'true',
      ...projection(table),
      'storage.location.template': `${location}${table.partitions.map((name) => `${name}=\${${name}}/`).join('')}`,
    },
    storageDescriptor: {
      location,
      inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      columns: table.columns.map(({ field, type, comment }) => ({
        name: field.toLowerCase(),
        type,
        comment,
      })),
      serdeInfo: {
        // Not Athena's other one, org.apache.hive.hcatalog.data.JsonSerDe: it has no text for a nested value in a string column.
        serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
        parameters: serdeParameters(table),
      },
    },
  };
}

function projection(table: AuditTable): Record<string, string> {
  const settings = table.partitions.flatMap((name) =>
    Object.entries(PARTITIONS[name].projection).map(([key, value]) => [`projection.${name}.${key}`, value]),
  );
  return Object.fromEntries(settings) as Record<string, string>;
}

/**
 * Names are matched exactly: where case does not count, a new field that differs from an old one only in its case is an
 * error of every query that meets it. Exact names need a mapping for each that has capitals ("OpenX JSON SerDe", Athena
 * User Guide). A line the SerDe cannot parse becomes a row of nulls, which the saved query for duplicates reports.
 */
function serdeParameters(table: AuditTable): Record<string, string> {
  const capitals = table.columns.filter(({ field }) => field !== field.toLowerCase());
  return {
    'case.insensitive': 'FALSE',
    'ignore.malformed.json': 'TRUE',
    ...Object.fromEntries(capitals.map(({ field }) => [`mapping.${field.toLowerCase()}`, field])),
  };
}

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

function addedColumn({
  name,
  type,
  description,
}: (typeof ADDED_FIELDS)[number] | (typeof QUARANTINE_FIELDS)[number]): TableColumn {
  return { field: name, type: TYPE_OF_ADDED_FIELD[type], comment: description };
}
