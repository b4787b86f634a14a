import type { Feed } from '../../../lambdas/contract/feed/feed';
import { feedTables } from '../../aws/search/feed-tables';
import type { FeedTable } from '../../aws/search/glue-catalog';
import { indented } from '../../aws/search/saved-query';

/** Types of partitions, which DuckDB reads from the folders. */
const PARTITIONS = { source: 'VARCHAR', dt: 'DATE', hour: 'INTEGER' } as const;

const PLAIN_TYPES: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  int: 'INTEGER',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
};

/** DuckDB's name of a Hive type. @throws Error for a type that no table of the archive has */
export function duckDbType(type: string): string {
  const [, outer, inner = ''] = /^(array|struct)<(.*)>$/.exec(type) ?? [];
  if (outer === 'array') return `${duckDbType(inner)}[]`;
  if (outer === 'struct') {
    const fields = inner.split(/,(?=\w+:)/).map((field) => /^(\w+):(.*)$/.exec(field) ?? []);
    return `STRUCT(${fields.map(([, name, fieldType = '']) => `"${name}" ${duckDbType(fieldType)}`).join(', ')})`;
  }
  const plain = PLAIN_TYPES[type];
  if (plain === undefined) throw new Error(`no type of DuckDB for ${type}`);
  return plain;
}

/**
 * The tables of a feed for DuckDB. Macros, because a view over no object cannot be made, and there may be no alert yet; each
 * with a parameter, because DuckDB (1.5) looks for the objects of others when they are made.
 * All columns are named: a sampled type fails at the first event that has another one.
 * @returns SQL
 */
export function duckDbTables(feed: Feed): string {
  const { events, fields, lines, quarantine, alerts } = feedTables(feed);
  const jsonFields = Object.entries(feed.schema.properties).flatMap(([name, { logType }]) =>
    logType === 'json' ? [name] : [],
  );
  return [
    macro(
      events.name,
      `${events.description} A line that cannot be read is a row of nulls.`,
      `SELECT * EXCLUDE (newest_edition)
FROM (
  SELECT *, max(coalesce(p_edition, 1)) OVER (PARTITION BY source, dt, p_row_id) AS newest_edition
  FROM ${indented(objects(fields, jsonFields))}
)
WHERE coalesce(p_edition, 1) = newest_edition`,
    ),
    macro(
      lines.name,
      'Every line, whole: for fields that have no column.',
      `SELECT json AS raw, object, source, dt, hour
FROM ${call('read_json_objects', fields)}`,
    ),
    macro(quarantine.name, quarantine.description, `SELECT *\nFROM ${objects(quarantine)}`),
    macro(alerts.name, alerts.description, `SELECT *\nFROM ${objects(alerts)}`),
  ].join('\n');
}

function macro(name: string, description: string, sql: string): string {
  return `-- ${description}\nCREATE OR REPLACE MACRO ${name}(archive := getvariable('archive')) AS TABLE\n${sql};\n`;
}

function objects(table: FeedTable, jsonFields: readonly string[] = []): string {
  const columns = table.columns.map(
    ({ field, type }) => `'${field}': '${jsonFields.includes(field) ? 'JSON' : duckDbType(type)}'`,
  );
  return call('read_json', table, [`columns = {\n    ${columns.join(',\n    ')}\n  }`]);
}

function call(reader: string, { prefix, partitions }: FeedTable, further: readonly string[] = []): string {
  const types = partitions.map((name) => `'${name}': ${PARTITIONS[name]}`).join(', ');
  const options = [
    `archive || '/${prefix}${'/*'.repeat(partitions.length)}/*.ndjson.gz'`,
    "format = 'newline_delimited', ignore_errors = true, filename = 'object'",
    `hive_partitioning = true, hive_types = {${types}}`,
    ...further,
  ];
  return `${reader}(\n  ${options.join(',\n  ')})`;
}
