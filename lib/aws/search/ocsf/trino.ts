/** An expression in the SQL of Trino, and its type. */
export interface TypedSql {
  readonly type: string;
  readonly sql: string;
}

export function text(sql: string): TypedSql {
  return { type: 'varchar', sql };
}

export function integer(sql: string): TypedSql {
  return { type: 'integer', sql };
}

export function bigint(sql: string): TypedSql {
  return { type: 'bigint', sql: `CAST(${sql} AS bigint)` };
}

/** A row with named fields. Names are quoted, because some, such as `user`, are words of SQL. */
export function row(fields: Readonly<Record<string, TypedSql>>): TypedSql {
  const types = Object.entries(fields).map(([name, { type }]) => `"${name}" ${type}`);
  const type = `row(${types.join(', ')})`;
  const values = Object.values(fields).map(({ sql }) => sql);
  return { type, sql: `CAST(ROW(${values.join(', ')}) AS ${type})` };
}

/** The value where the condition holds, and null elsewhere. */
export function where(condition: string, { type, sql }: TypedSql): TypedSql {
  return { type, sql: `CASE WHEN ${condition} THEN ${sql} END` };
}

/** The value of the first condition that holds. @param otherwise @default - null */
export function firstOf(
  cases: readonly (readonly [condition: string, value: string])[],
  otherwise?: string,
): string {
  const branches = cases.map(([condition, value]) => `WHEN ${condition} THEN ${value}`);
  return `CASE ${branches.join(' ')}${otherwise === undefined ? '' : ` ELSE ${otherwise}`} END`;
}

export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

export function isOneOf(sql: string, values: readonly string[]): string {
  return `${sql} IN (${values.map(literal).join(', ')})`;
}

/** @param pattern a regular expression in what Java and JavaScript share */
export function matches(sql: string, pattern: string): string {
  return `regexp_like(${sql}, ${literal(pattern)})`;
}

/** Without the white space around it. JavaScript trims no-break spaces, too, which Trino's trim may not. */
export function trimmed(sql: string): string {
  const space = '[\\t-\\r\\p{Z}]*';
  return `regexp_extract(${sql}, ${literal(`(?s)^${space}(.*?)${space}$`)}, 1)`;
}

/** Whether a JSON value is a text: JSON alone tells `7` from `"7"`. */
export function isText(json: string): string {
  return `starts_with(json_format(${json}), '"')`;
}

/** A field of the line as JSON; null if it is absent. */
export function fieldOf(line: string, field: string): string {
  return `json_extract(${line}, '$.${field}')`;
}
