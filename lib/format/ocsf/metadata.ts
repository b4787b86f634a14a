import type { ArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { integerOf } from './integer-of';
import { OCSF_VERSION } from './ocsf-classes';

export const PRODUCT = { name: 'Netskope', vendor_name: 'Netskope' } as const;

/** Where an event comes from; times in unix milliseconds. */
export interface OcsfMetadata {
  readonly version: string;
  readonly product: typeof PRODUCT;
  /** `p_row_id`: the same for the same event, always, and different in every source. */
  readonly uid: string;
  /** The source, which is one tenant. */
  readonly tenant_uid: string;
  readonly event_code: string | undefined;
  readonly log_name: string | undefined;
  readonly log_provider: string;
  /** `timestamp` as Netskope wrote it. */
  readonly original_time: string;
  /** When Netskope stored the event. */
  readonly logged_time: number | undefined;
  /** When the collector validated the event. */
  readonly processed_time: number | undefined;
}

export function metadataOf({ fields, rowId, sourceId, timeS, name }: ArchivedEvent): OcsfMetadata {
  const loggedS = integerOf(fields._insertion_epoch_timestamp);
  return {
    version: OCSF_VERSION,
    product: PRODUCT,
    uid: rowId,
    tenant_uid: sourceId,
    event_code: name === '' ? undefined : name,
    log_name: typeof fields.p_log_type === 'string' ? fields.p_log_type : undefined,
    log_provider: PRODUCT.vendor_name,
    original_time: String(timeS),
    logged_time: loggedS === undefined ? undefined : loggedS * 1000,
    processed_time: epochMsOf(fields.p_parse_time),
  };
}

const TO_THE_MILLISECOND = 'YYYY-MM-DD HH:MM:SS.mmm'.length;

/** @param time UTC in the form of the added fields, such as `2023-12-11 15:30:00.000000000` */
function epochMsOf(time: unknown): number | undefined {
  if (typeof time !== 'string') return undefined;
  const epochMs = Date.parse(`${time.slice(0, TO_THE_MILLISECOND).replace(' ', 'T')}Z`);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
