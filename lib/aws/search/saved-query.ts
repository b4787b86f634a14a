import type { FeedTable } from './glue-table';

/** A question an analyst asks in the first night, as Athena keeps it. */
export interface SavedQuery {
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  /** Athena SQL, engine version 3, which is Trino's. */
  readonly sql: string;
}

/** Sources that a query names by itself: each one is 24 prefixes a day to be listed. */
const MAX_NAMED_SOURCES = 20;

/** Partitions to be read. Without them a query would read, and pay for, the whole archive. */
export interface PartitionScope {
  readonly sourceIds: readonly string[];
  /** Days before today. */
  readonly days: number;
}

/** A table, and the partitions of it that are read. */
export function from(table: FeedTable, scope: PartitionScope): string {
  return `FROM ${table.name}\n${where(scope)}`;
}

export function where({ sourceIds, days }: PartitionScope): string {
  return `WHERE source IN (${named(sourceIds)})
  AND dt >= date_format(current_date - interval '${days}' day, '%Y-%m-%d')`;
}

/** The sources as a list of SQL texts; of many, the first twenty. */
export function named(sourceIds: readonly string[]): string {
  return sourceIds
    .slice(0, MAX_NAMED_SOURCES)
    .map((id) => `'${id}'`)
    .join(', ');
}

/** Puts what an analyst must know above the statement, for Athena's editor shows nothing but the statement. */
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

/** Further lines of a part that stands two columns in. */
export function indented(sql: string): string {
  return sql.replaceAll('\n', '\n  ');
}
