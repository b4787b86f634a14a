import type * as glue from 'aws-cdk-lib/aws-glue';
import { EVENT_TIME_S } from '../../../lambdas/contract/feed/feed';
import { dayOf } from '../../../lambdas/contract/storage/archive-layout';

/** One column of a table, read from the field of that name unless the field has capitals. */
export interface TableColumn {
  /** The name in the JSON line. */
  readonly field: string;
  /** A Hive type. */
  readonly type: string;
  readonly comment: string;
}

/** One table over one prefix of the archive bucket. */
export interface FeedTable {
  readonly name: string;
  readonly description: string;
  /** Objects of a partition are read at any depth ("Specify a table location in Amazon S3", Athena User Guide). */
  readonly prefix: string;
  /** `lines` reads each line whole into the one column there is. @default `json` */
  readonly format?: 'json' | 'lines';
  readonly columns: readonly TableColumn[];
  readonly partitions: readonly (keyof typeof PARTITIONS)[];
}

/**
 * Days that queries cover. Netskope keeps events for 90 days and this collector has existed since November 2026; the
 * last day allows for a clock that is ahead. A query that names no days costs an S3 LIST for each projected partition, so
 * the range is limited.
 */
const DAY_RANGE = '2026-01-01,NOW+1DAYS';
/** Every day that an accepted event may have: its time may be wrong. By day alone, not by hour, it costs 36,525 LISTs. */
const EVERY_DAY = [EVENT_TIME_S.minimum, EVENT_TIME_S.maximum].map((timeS) => dayOf(timeS * 1000)).join();

/**
 * Partition columns and how Athena computes their values ("Supported types for partition projection", Athena User
 * Guide).
 *
 * `source` is `injected`: a query names its sources. The alternative, `enum`, lists them in the table: the archived
 * events of a source removed from the settings would be in no query. Athena also advises against more than a few dozen
 * values, and each query without a source would list 24 prefixes a day for every source there is.
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

const SERDE = {
  // org.apache.hive.hcatalog.data.JsonSerDe cannot read a nested value into a string column.
  json: 'org.openx.data.jsonserde.JsonSerDe',
  // Its delimiter is U+0001, which JSON escapes: the first column gets the whole line.
  lines: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
} as const;

/** A table as AWS Glue's CreateTable takes it, for partition projection without a crawler. */
export function glueTable(table: FeedTable, bucketName: string): glue.CfnTable.TableInputProperty {
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
        serializationLibrary: SERDE[table.format ?? 'json'],
        parameters: table.format === 'lines' ? {} : serdeParameters(table),
      },
    },
  };
}

function projection(table: FeedTable): Record<string, string> {
  const settings = table.partitions.flatMap((name) =>
    Object.entries(PARTITIONS[name].projection).map(([key, value]) => [`projection.${name}.${key}`, value]),
  );
  if (table.format === 'lines') settings.push(['projection.dt.range', EVERY_DAY]);
  return Object.fromEntries(settings) as Record<string, string>;
}

/**
 * Names are case-sensitive. Otherwise, a new field that differs from an old one only in its case would fail every query
 * that reads it. Exact names need a mapping for each that has capitals ("OpenX JSON SerDe", Athena User Guide). A line
 * the SerDe cannot parse becomes a row of nulls, which the saved query for duplicates reports.
 */
function serdeParameters(table: FeedTable): Record<string, string> {
  const capitals = table.columns.filter(({ field }) => field !== field.toLowerCase());
  return {
    'case.insensitive': 'FALSE',
    'ignore.malformed.json': 'TRUE',
    ...Object.fromEntries(capitals.map(({ field }) => [`mapping.${field.toLowerCase()}`, field])),
  };
}

/** A column of a view. */
export interface ViewColumn {
  readonly name: string;
  /** A type of Trino, whose SQL Athena speaks. */
  readonly type: string;
  /** The value, in the SQL of Trino. */
  readonly value: string;
  readonly comment: string;
}

/** A view over one table or view of the same database. */
export interface FeedView {
  readonly name: string;
  readonly description: string;
  readonly columns: readonly ViewColumn[];
  /** SELECT statement in the SQL of Trino, without a semicolon, with these columns in this order. */
  readonly sql: string;
}

/** Hive's name of a type: varchar, integer, bigint, timestamp, and arrays, maps and rows of these, at any depth. */
function hiveType(type: string): string {
  return type
    .replaceAll('varchar', 'string')
    .replaceAll('integer', 'int')
    .replaceAll('row(', 'struct(')
    .replaceAll(/"(\w+)" /g, '$1:')
    .replaceAll(', ', ',')
    .replaceAll('(', '<')
    .replaceAll(')', '>');
}

/**
 * A view as Athena itself writes it into the Glue catalog: the definition is JSON in Base64, and the columns stand there
 * once in Trino's types and once in Hive's.
 */
export function glueView(view: FeedView, databaseName: string): glue.CfnTable.TableInputProperty {
  const definition = JSON.stringify({
    originalSql: view.sql,
    catalog: 'awsdatacatalog',
    schema: databaseName,
    columns: view.columns.map(({ name, type }) => ({ name, type })),
  });
  return {
    name: view.name,
    description: view.description,
    tableType: 'VIRTUAL_VIEW',
    partitionKeys: [],
    parameters: { presto_view: 'true', comment: 'Presto View' },
    viewOriginalText: `/* Presto View: ${Buffer.from(definition).toString('base64')} */`,
    viewExpandedText: '/* Presto View */',
    storageDescriptor: {
      location: '',
      serdeInfo: {},
      columns: view.columns.map(({ name, type, comment }) => ({ name, type: hiveType(type), comment })),
    },
  };
}
