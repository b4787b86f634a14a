import { sourceAddressesOf, userOf } from './actor';
import type { SupportingData } from './supporting-data';
import { supportingDataOf } from './supporting-data';

/** One archived audit event as rules read it. Fields that Netskope may vary in type stay unknown until a reader judges them. */
export interface ArchivedEvent {
  /** `p_row_id`: the same for the same event, always. */
  readonly rowId: string;
  /** `p_source_id`: the configured source, which is one tenant. */
  readonly sourceId: string;
  /** When it happened, unix seconds. */
  readonly timeS: number;
  /** `audit_log_event`, such as `Login Successful`; empty where it is no text. */
  readonly name: string;
  /** Who did it, as Netskope wrote it; undefined where Netskope does not tell. */
  readonly user: string | undefined;
  readonly isNetskopePersonnel: boolean;
  /** What `supporting_data` says, read once for all rules. */
  readonly supportingData: SupportingData;
  /** Where it came from, as far as `supporting_data` tells. */
  readonly sourceAddresses: readonly string[];
  /** Every field of the record, as archived. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * Reads one parsed line of the archive.
 * @param anonymousUsers names in lower case that stand for nobody in this tenant, besides those known to
 * @returns undefined where the value is no record of the collector: it has no row id, source or event time
 */
export function readArchivedEvent(
  value: unknown,
  anonymousUsers: ReadonlySet<string> = NO_NAMES,
): ArchivedEvent | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const { p_row_id: rowId, p_source_id: sourceId, timestamp: timeS, audit_log_event: name } = fields;
  if (typeof rowId !== 'string' || typeof sourceId !== 'string') return undefined;
  if (!isEventTime(timeS)) return undefined;
  const supportingData = supportingDataOf(fields);
  return {
    rowId,
    sourceId,
    timeS,
    name: typeof name === 'string' ? name : '',
    user: userOf(fields, anonymousUsers),
    isNetskopePersonnel: isTrue(fields.is_netskope_personnel),
    supportingData,
    sourceAddresses: sourceAddressesOf(supportingData),
    fields,
  };
}

/** The last second of the year 9999: a later time has no date to be written as. */
const LAST_SECOND = 253_402_300_799;

function isEventTime(timeS: unknown): timeS is number {
  return typeof timeS === 'number' && Number.isInteger(timeS) && timeS >= 0 && timeS <= LAST_SECOND;
}

/** A flag may have become text on its way, as numbers did in samples passed on by Cloud Exchange. */
function isTrue(flag: unknown): boolean {
  return flag === true || (typeof flag === 'string' && flag.toLowerCase() === 'true');
}
