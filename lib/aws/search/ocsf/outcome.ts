import { STATUSES } from '../../../format/ocsf/classification';
import { API_ACTIVITY } from '../../../format/ocsf/ocsf-classes';
import { FIRST_FAILED_STATUS, OCSF_FAILURE, OCSF_SEVERITIES } from '../../../format/ocsf/ocsf-mapping';
import { isOfClass } from './classification';
import { fieldOf, firstOf, integer, isOneOf, literal, matches, text, trimmed } from './trino';

/** `severity_level` as text; null if it is neither number nor text. */
export const LEVEL = `nullif(${firstOf([
  [matches(`json_format(${fieldOf('raw', 'severity_level')})`, '^["0-9-]'), trimmed('severity_level')],
])}, '')`;

/** How grave the event is, by `level`, and how it ended. */
export const OUTCOME = {
  severity_id: integer(severity({ unknown: '0', other: '99' }, ({ id }) => String(id))),
  severity: text(severity({ unknown: "'Unknown'", other: 'level' }, ({ caption }) => literal(caption))),
  status_id: integer(status(({ status_id }) => String(status_id))),
  status: text(status(({ status: caption }) => literal(caption))),
  status_code: text('CAST(call_status AS varchar)'),
  status_detail: text(firstOf([["data_type = 'reason'", "nullif(array_join(texts, ', '), '')"]])),
};

function severity(
  { unknown, other }: { readonly unknown: string; readonly other: string },
  attributeOf: (known: (typeof OCSF_SEVERITIES)[number]) => string,
): string {
  return firstOf(
    [
      ['level IS NULL', unknown],
      ...OCSF_SEVERITIES.map((known) => [isOneOf('lower(level)', known.levels), attributeOf(known)] as const),
    ],
    other,
  );
}

function status(attributeOf: (status: (typeof STATUSES)[keyof typeof STATUSES]) => string): string {
  return firstOf(
    [
      [`call_status < ${String(FIRST_FAILED_STATUS)}`, attributeOf(STATUSES.success)],
      ['call_status IS NOT NULL', attributeOf(STATUSES.failure)],
      [`event_name = '' OR ${isOfClass(API_ACTIVITY)}`, attributeOf(STATUSES.unknown)],
      [matches('event_name', `(?i)${OCSF_FAILURE}`), attributeOf(STATUSES.failure)],
    ],
    attributeOf(STATUSES.success),
  );
}
