import type { Feed } from '../../../lambdas/contract/feed/feed';
import type { StoredChange } from '../../../lambdas/contract/storage/event-record';
import { ADDED_FIELDS } from '../../../lambdas/contract/storage/event-record';
import type { FeedTable, FeedView, ViewColumn } from './glue-catalog';

/** The event's own text in `raw`, without its closing brace: the last mark is the collector's. */
export const OPEN_EVENT_TEXT = `regexp_extract(raw, '(?s)^(.*),"${ADDED_FIELDS[0].name}":"', 1)`;

/** The parts of a change, in the order of the rows of `p_changes`. */
const CHANGE_PARTS = ['object', 'path', 'before', 'after'] as const satisfies (keyof StoredChange)[];
const CHANGES = `array(row(${CHANGE_PARTS.map((name) => `"${name}" varchar`).join(', ')}))`;

/** A text or number as it stands in the line; any other value as JSON, and null as nothing. */
function textAt(field: string): string {
  const path = `'$.${field}'`;
  return `coalesce(json_extract_scalar(raw, ${path}), nullif(json_format(json_extract(raw, ${path})), 'null'))`;
}

const READ_AS: Readonly<
  Record<
    (typeof ADDED_FIELDS)[number]['type'],
    { readonly type: string; readonly value: (field: string) => string }
  >
> = {
  string: { type: 'varchar', value: (field) => `json_extract_scalar(raw, '$.${field}')` },
  int: { type: 'integer', value: (field) => `TRY_CAST(json_extract_scalar(raw, '$.${field}') AS integer)` },
  timestamp: {
    type: 'timestamp',
    value: (field) => `TRY_CAST(substr(json_extract_scalar(raw, '$.${field}'), 1, 19) AS timestamp)`,
  },
  'string[]': {
    type: 'array(varchar)',
    value: (field) => `CAST(json_extract(raw, '$.${field}') AS array(varchar))`,
  },
  'change[]': { type: CHANGES, value: (field) => `CAST(json_extract(raw, '$.${field}') AS ${CHANGES})` },
};

/**
 * The archive as analysts read it: one row for each event, by its newest edition, with a column for each known field and
 * the whole line for all others.
 */
export function eventsView(feed: Feed, lines: FeedTable): FeedView {
  const columns = columnsOf(feed);
  const selected = columns.map(({ name, value }) => `${value} AS "${name}"`).join(',\n           ');
  return {
    name: `${feed.name}_events`,
    description: `${feed.title}, each once, by its newest edition. Name the sources and the days.`,
    columns,
    // What is filtered by must partition the window: otherwise Athena would read every day before it filters.
    sql: `SELECT ${columns.map(({ name }) => `"${name}"`).join(', ')}
FROM (
  SELECT *, max(coalesce(p_edition, 1)) OVER (PARTITION BY source, dt, p_row_id) AS newest_edition
  FROM (
    SELECT ${selected}
    FROM ${lines.name}
  )
)
WHERE coalesce(p_edition, 1) = newest_edition`,
  };
}

function columnsOf({ schema }: Feed): readonly ViewColumn[] {
  const own = Object.entries(schema.properties).map(([field, { description }]) => ({
    name: field.toLowerCase(),
    type: 'varchar',
    value: textAt(field),
    comment: description,
  }));
  const added = ADDED_FIELDS.map(({ name, type, description }) => ({
    name,
    type: READ_AS[type].type,
    value: READ_AS[type].value(name),
    comment: description,
  }));
  return [
    ...own,
    ...added,
    { name: 'raw', type: 'varchar', value: 'raw', comment: 'The whole line, for json_extract.' },
    { name: 'object', type: 'varchar', value: '"$path"', comment: 'The object that holds the line.' },
    {
      name: 'source',
      type: 'varchar',
      value: 'source',
      comment: 'Source id. Every query names its sources.',
    },
    { name: 'dt', type: 'varchar', value: 'dt', comment: 'Day of the event time, UTC: 2026-11-28.' },
    {
      name: 'hour',
      type: 'integer',
      value: `TRY_CAST(substr(json_extract_scalar(raw, '$.p_event_time'), 12, 2) AS integer)`,
      comment: 'Hour of the event time, UTC.',
    },
  ];
}
