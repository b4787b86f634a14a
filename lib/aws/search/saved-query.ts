/** A typical question of an analyst, as an Athena query. */
export interface SavedQuery {
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  /** Athena SQL, engine version 3, which is Trino's. */
  readonly sql: string;
}

/** Limit on the sources that a query names: each one means 24 prefixes per day to list. */
const MAX_NAMED_SOURCES = 20;

/** Partitions to be read. Without them a query would read, and pay for, the whole archive. */
interface PartitionScope {
  readonly sourceIds: readonly string[];
  /** Days before today. */
  readonly days: number;
}

/** The FROM and WHERE clauses for a table and its partitions. */
export function from(table: { readonly name: string }, scope: PartitionScope): string {
  return `FROM ${table.name}\n${where(scope)}`;
}

export function where({ sourceIds, days }: PartitionScope): string {
  return `WHERE source IN (${named(sourceIds)})
  AND dt >= date_format(current_date - interval '${days}' day, '%Y-%m-%d')`;
}

/** The first twenty sources as a list of SQL strings. */
export function named(sourceIds: readonly string[]): string {
  return sourceIds
    .slice(0, MAX_NAMED_SOURCES)
    .map((id) => `'${id}'`)
    .join(', ');
}

/** Puts what an analyst must know above the statement, because Athena's editor shows only the statement. */
export function query({
  name,
  description,
  sql,
  sourceIds,
}: SavedQuery & { readonly sourceIds: readonly string[] }): SavedQuery {
  const unnamed = sourceIds.length - MAX_NAMED_SOURCES;
  const head = [description, 'Edit the sources and the days: they decide what is read and paid for.'];
  if (unnamed > 0) head.push(`${unnamed} more sources are collected; name the ones you ask about.`);
  return { name, description, sql: `${head.map((line) => `-- ${line}\n`).join('')}${sql}` };
}

/** Indents all lines but the first by two columns. */
export function indented(sql: string): string {
  return sql.replaceAll('\n', '\n  ');
}
