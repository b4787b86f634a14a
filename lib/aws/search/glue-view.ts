import type * as glue from 'aws-cdk-lib/aws-glue';

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
