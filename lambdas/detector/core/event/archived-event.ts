import { eventTimeS } from '../../../contract/feed/event-place';
import type { Change } from '../../../shared/changes';
import { changesIn } from '../../../shared/changes';
import { loginNameOf, sourceAddressesOf, userOf } from './actor';
import type { ApiCall } from './api-call';
import { apiCallOf } from './api-call';
import { isLogin } from './event-names';
import { occurrencesOf } from './occurrences';
import type { SupportingData } from './supporting-data';
import { supportingDataOf } from './supporting-data';
import { targetsOf } from './targets';

/** One archived audit event as rules read it. Fields whose type may vary are `unknown` until they are validated. */
export interface ArchivedEvent {
  /** `p_row_id`: the same for the same event, always. */
  readonly rowId: string;
  /** `p_source_id`: the configured source, which is one tenant. */
  readonly sourceId: string;
  /** When it happened, unix seconds, however Netskope spelled it. */
  readonly timeS: number;
  /** `audit_log_event`, such as `Login Successful`; empty if it is not a string. */
  readonly name: string;
  /** The user, as Netskope wrote it, of a login also among its values; undefined if Netskope does not name one. */
  readonly user: string | undefined;
  readonly isNetskopePersonnel: boolean;
  /** How many occurrences it stands for, from 1. */
  readonly occurrences: number;
  /** `supporting_data`, read once for all rules. */
  readonly supportingData: SupportingData;
  /** The call of the REST API that it records, if it does. */
  readonly apiCall: ApiCall | undefined;
  /** IP addresses that it came from, as far as `supporting_data` has them. */
  readonly sourceAddresses: readonly string[];
  /** What `details` say was changed; read when it is first asked for. */
  readonly changes: readonly Change[];
  /** The line of the archive; absent if it was read without its text. */
  readonly text?: string;
  /** The objects and accounts that it names, other than who acted; read when they are first asked for. */
  readonly targets: readonly string[];
  /** Every field of the record, as archived. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * Reads one parsed line of the archive.
 * @param anonymousUsers names in lower case that identify nobody in this tenant, in addition to the known ones
 * @param text the line itself, for alerts that show it
 * @returns undefined if the value is not a record of the collector: it has no row id, source or event time
 */
export function readArchivedEvent(
  value: unknown,
  anonymousUsers: ReadonlySet<string> = NO_NAMES,
  text?: string,
): ArchivedEvent | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const { p_row_id: rowId, p_source_id: sourceId, timestamp } = fields;
  const timeS = eventTimeS(timestamp);
  if (typeof rowId !== 'string' || typeof sourceId !== 'string' || timeS === undefined) return undefined;
  const name = typeof fields.audit_log_event === 'string' ? fields.audit_log_event : '';
  const supportingData = supportingDataOf(fields);
  const user = userOf(fields, anonymousUsers);
  let changes: readonly Change[] | undefined;
  let targets: readonly string[] | undefined;
  const event: ArchivedEvent = {
    rowId,
    sourceId,
    timeS,
    name,
    user: user ?? (isLogin({ name }) ? loginNameOf(fields, supportingData, anonymousUsers) : undefined),
    isNetskopePersonnel: isTrue(fields.is_netskope_personnel),
    occurrences: occurrencesOf(fields),
    supportingData,
    apiCall: apiCallOf({ name, supportingData }),
    sourceAddresses: sourceAddressesOf(supportingData),
    text,
    get changes() {
      return (changes ??= changesIn(fields.details));
    },
    get targets() {
      return (targets ??= targetsOf(event));
    },
    fields,
  };
  return event;
}

/** A flag may have become a string, as numbers did in samples passed on by Cloud Exchange. */
function isTrue(flag: unknown): boolean {
  return flag === true || (typeof flag === 'string' && flag.toLowerCase() === 'true');
}
