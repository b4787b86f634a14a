import type { Feed } from '../../../lambdas/contract/feed/feed';
import { feedTables } from '../../aws/search/feed-tables';

/** Lucene takes 32,766 bytes in a term (OpenSearch documentation, "Keyword field type"); a character has up to four. */
const KEYWORD = { type: 'keyword', ignore_above: 8_191 } as const;

/** Kept as it came and not searched: events disagree about its type, which refuses them otherwise. */
const AS_IT_CAME = { type: 'object', enabled: false } as const;

const FIELD_TYPES: Readonly<Record<string, object>> = {
  string: KEYWORD,
  'array<string>': KEYWORD,
  int: { type: 'integer' },
  timestamp: { type: 'date_nanos', format: 'yyyy-MM-dd HH:mm:ss.SSSSSSSSS' },
};

/** Of a change in `p_changes`. */
const CHANGE = { object: KEYWORD, path: KEYWORD, before: KEYWORD, after: KEYWORD } as const;

/** An index template of OpenSearch, with a type for each known field of an archived event; others are kept, not searched. */
export function openSearchTemplate(feed: Feed): object {
  const properties = feedTables(feed).fields.columns.map(({ field, type }) => {
    const isJson = feed.schema.properties[field]?.logType === 'json';
    return [field, isJson ? AS_IT_CAME : (FIELD_TYPES[type] ?? { properties: CHANGE })];
  });
  return {
    index_patterns: [`${feed.name.replaceAll('_', '-')}-*`],
    template: { mappings: { dynamic: false, properties: Object.fromEntries(properties) as object } },
  };
}
