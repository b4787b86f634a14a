import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBInstance } from '@duckdb/node-api';
import type { LocalAws } from '../../../lib/local/aws/local-aws';

/** A Glue table of a template whose bucket has a literal name. */
export interface GlueTable {
  readonly Name: string;
  readonly PartitionKeys: readonly GlueColumn[];
  readonly Parameters: Readonly<Record<string, string>>;
  readonly StorageDescriptor: {
    readonly Columns: readonly GlueColumn[];
    readonly SerdeInfo: {
      readonly SerializationLibrary: string;
      readonly Parameters: Readonly<Record<string, string>>;
    };
  };
}

/** A view of a template. */
export interface GlueView {
  readonly Name: string;
  readonly ViewOriginalText: string;
}

interface GlueColumn {
  readonly Name: string;
  readonly Type: string;
}

/** Every value as text, as in Athena's own GetQueryResults; a list stays a list. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Functions of Athena (Trino) that DuckDB names or reads differently. Trino's json_extract_scalar is null for text that
 * is not JSON and for values that are not scalars ("JSON functions and operators", Trino documentation).
 */
const MACROS = [
  'date_format(moment, format) AS strftime(moment, format)',
  'array_join(list, separator) AS array_to_string(list, separator)',
  'sequence(first, last, step) AS generate_series(first, last, step)',
  'json_format(document) AS CAST(document AS VARCHAR)',
  'regexp_like(text, pattern) AS regexp_matches(text, pattern)',
  'json_parse(text) AS CAST(text AS JSON)',
  'json_part(document, path) AS CASE WHEN json_valid(document) THEN json_extract(document, path) END',
  `json_extract_scalar(document, path) AS CASE
     WHEN json_valid(document) AND json_type(document, path) NOT IN ('OBJECT', 'ARRAY', 'NULL')
     THEN json_extract_string(document, path) END`,
  'with_timezone(moment, zone) AS timezone(zone, moment)',
  'at_timezone(moment, zone) AS timezone(zone, moment)',
  'day_of_week(moment) AS isodow(moment)',
  'element_at(list, place) AS list[place]',
  'regexp_split(text, pattern) AS regexp_split_to_array(text, pattern)',
  // Trino's is null where nothing matches ("Regular expression functions", Trino documentation).
  `regexp_extract(text, pattern, part := 0) AS CASE
     WHEN regexp_matches(text, pattern) THEN system.main.regexp_extract(text, pattern, part) END`,
  // Sorted by key, as Trino sorts a map that is cast to JSON.
  `multimap_from_entries(entries) AS map_from_entries(list_transform(
     list_sort(list_distinct(list_transform(entries, entry -> entry[1]))),
     key -> ROW(key, list_transform(list_filter(entries, entry -> entry[1] = key), entry -> entry[2]))))`,
];

/**
 * Plays Athena's part of a search with DuckDB: the objects of a bucket, unchanged, under the columns, types and
 * partitions of a Glue table. It cannot show that Athena accepts the SQL, nor that it prunes partitions.
 */
export class AthenaOnDuckDb {
  private readonly folder = mkdtempSync(join(tmpdir(), 'athena-'));

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private readonly nowMs: number,
  ) {}

  /** @param nowMs the present of the queries */
  static async start(nowMs: number): Promise<AthenaOnDuckDb> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    for (const macro of MACROS) await connection.run(`CREATE MACRO ${macro}`);
    return new AthenaOnDuckDb(instance, connection, nowMs);
  }

  stop(): void {
    this.connection.closeSync();
    this.instance.closeSync();
    rmSync(this.folder, { recursive: true });
  }

  /** Creates a table of the objects below the table's location, replacing an earlier one. */
  async load(table: GlueTable, { objects }: LocalAws): Promise<void> {
    const { bucket, partitionsOf } = locations(table);
    const found: string[][] = [];
    for (const key of objects.keys(bucket)) {
      const partitions = partitionsOf(key);
      if (partitions === undefined) continue;
      const file = join(this.folder, key);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, wellFormed((await objects.read(bucket, key)).body));
      found.push([file, `s3://${bucket}/${key}`, ...partitions]);
    }
    const { Columns } = table.StorageDescriptor;
    if (found.length === 0) return this.createEmpty(table);
    const partitions = table.PartitionKeys.map(({ Name }) => Name);
    await this.connection.run(
      `CREATE OR REPLACE TABLE ${table.Name} AS
       SELECT ${Columns.map((column) => read(column, table)).join(', ')}, "$path",
              ${table.PartitionKeys.map(({ Name, Type }) => `CAST(${Name} AS ${Type}) AS ${Name}`).join(', ')}
       FROM (SELECT filename, ${document(table)} AS document FROM ${textLines(found.map(([file = '']) => file))})
       JOIN (VALUES ${found.map((values) => `(${values.map(quoted).join(', ')})`).join(', ')})
         AS objects (filename, "$path", ${partitions.join(', ')}) USING (filename)`,
    );
  }

  private async createEmpty({ Name: table, StorageDescriptor, PartitionKeys }: GlueTable): Promise<void> {
    const columns = [...StorageDescriptor.Columns, { Name: '$path', Type: 'string' }, ...PartitionKeys];
    const types = columns.map(({ Name, Type }) => `"${Name}" ${duckDbType(Type)}`).join(', ');
    await this.connection.run(`CREATE OR REPLACE TABLE ${table} (${types})`);
  }

  /** Creates a view over tables that are loaded. */
  async createView({ Name, ViewOriginalText }: GlueView): Promise<void> {
    const [, definition = ''] = /^\/\* Presto View: (\S+) \*\/$/.exec(ViewOriginalText) ?? [];
    const { originalSql } = JSON.parse(Buffer.from(definition, 'base64').toString()) as {
      originalSql: string;
    };
    await this.connection.run(`CREATE OR REPLACE VIEW ${Name} AS ${inDuckDb(originalSql)}`);
  }

  /** Runs one statement in Athena's SQL. */
  async query(sql: string): Promise<Row[]> {
    const now = new Date(this.nowMs).toISOString();
    const dated = inDuckDb(sql)
      .replaceAll('current_date', `DATE '${now.slice(0, 10)}'`)
      .replaceAll('current_timestamp', `TIMESTAMP '${now.slice(0, 10)} ${now.slice(11, 19)}'`);
    return (await this.connection.runAndReadAll(dated)).getRowObjectsJson();
  }
}

/**
 * What `storage.location.template` says about keys: the bucket, and the partition values of a key, in order. Athena
 * reads all data below a folder, at any depth ("Specify a table location in Amazon S3", Athena User Guide).
 */
export function locations(table: GlueTable): {
  readonly bucket: string;
  readonly partitionsOf: (key: string) => readonly string[] | undefined;
} {
  const template = table.Parameters['storage.location.template'] ?? '';
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(template) ?? [];
  const names = [...path.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
  const declared = table.PartitionKeys.map(({ Name }) => Name);
  if (names.join() !== declared.join())
    throw new Error(`${template} has the partitions ${names.join()}; expected ${declared.join()}`);
  const pattern = new RegExp(`^${path.replaceAll(/\$\{\w+\}/g, '([^/]+)')}.+$`);
  return { bucket, partitionsOf: (key) => pattern.exec(key)?.slice(1) };
}

/** TextInputFormat: one row per line, whatever it contains. U+0001 cannot occur unescaped in JSON. */
function textLines(files: readonly string[]): string {
  return (
    `read_csv([${files.map(quoted).join(', ')}], columns = {line: 'VARCHAR'}, delim = '\u0001', quote = '', ` +
    `escape = '', header = false, auto_detect = false, compression = 'gzip', filename = true)`
  );
}

/**
 * What no macro can replace: types, which are written in small letters, a lambda expression's function, and a list of
 * structs that becomes columns.
 */
function inDuckDb(sql: string): string {
  return sql
    .replaceAll(/\btransform\(/g, 'list_transform(')
    .replaceAll(/\bjson_extract\(/g, 'json_part(')
    .replaceAll(
      /\bCAST\((json_part\([^()]*\)) AS array\(row\(([^()]*)\)\)\)/g,
      (_cast, json: string, fields: string) =>
        `from_json(${json}, '[{${fields.replaceAll(/("\w+") (\w+)/g, '$1:"$2"')}}]')`,
    )
    .replaceAll(/\barray\((varchar|json)\)/g, '$1[]')
    .replaceAll(/\brow\(/g, 'STRUCT(')
    .replaceAll(
      /\bLEFT JOIN UNNEST\((\w+)\) AS (\w+) \([\w, ]+\) ON TRUE/g,
      'LEFT JOIN LATERAL (SELECT unnest($1, max_depth := 2)) AS $2 ON TRUE',
    );
}

/** Java, in which both the SerDe and Trino are written, reads half a surrogate pair as a character; DuckDB does not. */
function wellFormed(body: Buffer): Buffer {
  const text = gunzipSync(body).toString();
  return gzipSync(
    text.replaceAll(
      /(\\\\)|\\ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|\\ud[89a-f][\da-f]{2}/gi,
      (escape, backslash?: string) => (backslash === undefined && escape.length === 6 ? '\\ufffd' : escape),
    ),
  );
}

const WHOLE_LINES = 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe';

/** How the SerDe reads a line: whole, or, if it is not JSON, null or an error. */
function document({ StorageDescriptor }: GlueTable): string {
  if (StorageDescriptor.SerdeInfo.SerializationLibrary === WHOLE_LINES) return 'line';
  const parsed = 'CAST(line AS JSON)';
  const ignores = StorageDescriptor.SerdeInfo.Parameters['ignore.malformed.json'] === 'TRUE';
  return ignores ? `CASE WHEN json_valid(line) THEN ${parsed} END` : parsed;
}

/** How the SerDe reads a field: the one mapped to the column, else the one with exactly the column's name. */
function read({ Name, Type }: GlueColumn, { StorageDescriptor }: GlueTable): string {
  const { SerializationLibrary, Parameters } = StorageDescriptor.SerdeInfo;
  if (SerializationLibrary === WHOLE_LINES) return `document AS "${Name}"`;
  if (Parameters['case.insensitive'] !== 'FALSE') throw new Error('names are only read exactly here');
  const place = `'$."${Parameters[`mapping.${Name}`] ?? Name}"'`;
  const text = `json_extract_string(document, ${place})`;
  switch (Type) {
    case 'string':
      return `${text} AS "${Name}"`;
    case 'int':
    case 'bigint':
    case 'timestamp':
      return `CAST(${text} AS ${Type}) AS "${Name}"`;
    default:
      return `from_json(json_extract(document, ${place}), '${JSON.stringify(shapeOf(Type))}') AS "${Name}"`;
  }
}

/** DuckDB's name of a Hive type. @throws Error for a type that no table here has */
function duckDbType(type: string): string {
  const { element, fields } = partsOf(type);
  if (element !== undefined) return `${duckDbType(element)}[]`;
  if (fields === undefined) return type;
  return `STRUCT(${fields.map(([name, fieldType]) => `"${name}" ${duckDbType(fieldType)}`).join(', ')})`;
}

/** A Hive type as DuckDB's `from_json` takes it, which reads an absent field as null. @throws Error as above */
function shapeOf(type: string): unknown {
  const { element, fields } = partsOf(type);
  if (element !== undefined) return [shapeOf(element)];
  return fields === undefined
    ? type
    : Object.fromEntries(fields.map(([name, fieldType]) => [name, shapeOf(fieldType)]));
}

interface TypeParts {
  /** Of an array. */
  readonly element?: string;
  /** Names and types, of a struct. */
  readonly fields?: readonly (readonly [name: string, type: string])[];
}

function partsOf(type: string): TypeParts {
  const [, outer, inner = ''] = /^(array|struct)<(.*)>$/.exec(type) ?? [];
  if (outer === 'array') return { element: inner };
  if (outer === 'struct') {
    const fields = inner.split(/,(?=\w+:)/).map((field) => /^(\w+):(.*)$/.exec(field) ?? []);
    return { fields: fields.map(([, name = '', fieldType = '']) => [name, fieldType]) };
  }
  if (['string', 'int', 'bigint', 'boolean', 'timestamp'].includes(type)) return {};
  throw new Error(`the type ${type} is not read here`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
