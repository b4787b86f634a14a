import { OCSF_VERSION } from '../../../format/ocsf/ocsf-classes';
import { PRODUCT } from '../../../format/ocsf/ocsf-mapping';
import { bigint, fieldOf, firstOf, literal, matches, row, text } from './trino';

const TO_THE_MILLISECOND = 'YYYY-MM-DD HH:MM:SS.mmm'.length;

/** The event time in unix milliseconds, also where Netskope spells `timestamp` otherwise. */
export const EVENT_TIME_MS = sinceEpoch('millisecond', 'p_event_time');

/** The view keeps whole seconds of `p_parse_time`; the line has its milliseconds. */
const PROCESSED_TIME_MS = sinceEpoch(
  'millisecond',
  `TRY_CAST(substr(json_extract_scalar(raw, '$.p_parse_time'), 1, ${String(TO_THE_MILLISECOND)}) AS timestamp)`,
);

export const METADATA = row({
  version: text(literal(OCSF_VERSION)),
  product: row({ name: text(literal(PRODUCT.name)), vendor_name: text(literal(PRODUCT.vendor_name)) }),
  uid: text('p_row_id'),
  tenant_uid: text('p_source_id'),
  event_code: text("nullif(event_name, '')"),
  log_name: text('p_log_type'),
  log_provider: text(literal(PRODUCT.vendor_name)),
  original_time: text(`CAST(${sinceEpoch('second', 'p_event_time')} AS varchar)`),
  logged_time: bigint(`${integerIn('_insertion_epoch_timestamp')} * 1000`),
  processed_time: bigint(PROCESSED_TIME_MS),
});

/** A field that is an exact integer from 0 on, as a number or in digits; null if it is anything else. */
export function integerIn(field: string): string {
  const json = `json_format(${fieldOf('raw', field)})`;
  const number = `TRY_CAST("${field}" AS double)`;
  const isExact = `${number} BETWEEN 0 AND ${String(Number.MAX_SAFE_INTEGER)} AND ${number} = floor(${number})`;
  return firstOf([[`${matches(json, '^(?:"[0-9]+"$|[0-9-])')} AND ${isExact}`, `CAST(${number} AS bigint)`]]);
}

function sinceEpoch(unit: 'second' | 'millisecond', timestamp: string): string {
  return `date_diff('${unit}', TIMESTAMP '1970-01-01 00:00:00', ${timestamp})`;
}
