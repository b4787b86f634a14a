import {
  admins,
  apiCalls,
  clientUsers,
  hostNames,
  policyNames,
  serviceAccounts,
  settingNames,
  supportStaff,
} from './audit-event-actors';
import { type AuditEventKind, auditEventKinds } from './audit-event-names';

/** An audit event before it becomes text; an undefined field is absent from the text, the others keep their order. */
export interface AuditEventDraft {
  _id?: string;
  _insertion_epoch_timestamp?: number;
  audit_log_event: string;
  ccl?: string;
  count: number;
  is_netskope_personnel?: boolean;
  organization_unit: string;
  severity_level: number | string;
  supporting_data?: { data_type: string | null; data_values: unknown };
  timestamp: number;
  type: 'admin_audit_logs';
  ur_normalized: string;
  user: string;
  userPrincipalName?: string;
  sAMAccountName?: string;
  details?: unknown;
}

/** Position of an event in the stream. */
export interface DraftPosition {
  /** Makes the `_id` unique among the events of one stream. */
  readonly number: number;
  /** Unix seconds. */
  readonly insertedAtS: number;
}

/** An ordinary event: a kind in its usual proportion, by a user for whom it is typical. */
export function draftAuditEvent(position: DraftPosition, random: () => number): AuditEventDraft {
  const kind = pick(kindsByWeight, random);
  const { user, address, fromNetskope } = actorOf(kind, random);
  const timestamp = position.insertedAtS - Math.floor(random() * ORDINARY_LAG_S);
  const fields = {
    timestamp,
    audit_log_event: kind.name,
    severity_level: kind.severity,
    user,
    ur_normalized: user.toLowerCase(),
    supporting_data: supportingDataOf(kind, { user, address }, random),
  };
  const _id = hexWord(random()) + hexWord(random()) + mixedHexWord(position.number);
  return random() < 0.7
    ? sinceTwentyThree({ ...fields, _id }, position.insertedAtS, fromNetskope)
    : beforeTwentyThree({ ...fields, _id });
}

/** One of the items, all equally likely. @throws RangeError if there is none. */
export function pick<Item>(items: readonly Item[], random: () => number): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined)
    throw new RangeError(`Nothing to pick among ${items.length} items; expected at least one`);
  return item;
}

// Insertion follows the event within seconds in samples of 2023; the 300 s of earlier ones are an anomaly of their own.
const ORDINARY_LAG_S = 5;

const kindsByWeight = auditEventKinds.flatMap((kind) => Array.from({ length: kind.weight }, () => kind));

type SharedFields = Pick<
  AuditEventDraft,
  '_id' | 'timestamp' | 'audit_log_event' | 'severity_level' | 'user' | 'ur_normalized' | 'supporting_data'
>;

/** Fields and their order as in samples of 2023, published with Panther's detections. */
function sinceTwentyThree(fields: SharedFields, insertedAtS: number, fromNetskope: boolean): AuditEventDraft {
  return {
    _id: fields._id,
    _insertion_epoch_timestamp: insertedAtS,
    audit_log_event: fields.audit_log_event,
    count: 1,
    is_netskope_personnel: fromNetskope,
    organization_unit: '',
    severity_level: fields.severity_level,
    supporting_data: fields.supporting_data,
    timestamp: fields.timestamp,
    type: 'admin_audit_logs',
    ur_normalized: fields.ur_normalized,
    user: fields.user,
  };
}

/** Fields and their order as in samples of 2022, published with Sekoia's parser. */
function beforeTwentyThree(fields: SharedFields): AuditEventDraft {
  return {
    timestamp: fields.timestamp,
    type: 'admin_audit_logs',
    user: fields.user,
    severity_level: fields.severity_level,
    audit_log_event: fields.audit_log_event,
    supporting_data: fields.supporting_data,
    organization_unit: '',
    ur_normalized: fields.ur_normalized,
    ccl: 'unknown',
    count: 1,
    _id: fields._id,
    userPrincipalName: '',
    sAMAccountName: '',
  };
}

function actorOf({ name, supportingData }: AuditEventKind, random: () => number) {
  if (name.endsWith('by Netskope Support')) {
    return { user: supportStaff.user, address: pick(supportStaff.addresses, random), fromNetskope: true };
  }
  if (supportingData === 'api-call')
    return { user: pick(serviceAccounts, random), address: '', fromNetskope: false };
  if (supportingData === 'hostname')
    return { user: pick(clientUsers, random), address: '', fromNetskope: false };
  const admin = pick(admins, random);
  return { user: admin.user, address: pick(admin.addresses, random), fromNetskope: false };
}

function supportingDataOf(
  { supportingData }: AuditEventKind,
  { user, address }: { readonly user: string; readonly address: string },
  random: () => number,
): AuditEventDraft['supporting_data'] {
  switch (supportingData) {
    case 'login':
      return { data_type: 'user', data_values: [address, user] };
    case 'logout':
      return { data_type: 'reason', data_values: ['Logged out due to inactivity'] };
    case 'admin':
      return { data_type: 'admin', data_values: [pick(admins, random).user] };
    case 'policy':
      return { data_type: 'policy', data_values: [pick(policyNames, random)] };
    case 'setting':
      return { data_type: 'admin', data_values: [pick(settingNames, random)] };
    case 'hostname':
      return { data_type: 'hostname', data_values: [pick(hostNames, random)] };
    case 'api-call':
      return { data_type: 'incidents', data_values: apiCallValues(random) };
    case 'cleared':
      return { data_type: null, data_values: [''] };
    case 'none':
      return undefined;
  }
}

function apiCallValues(random: () => number): readonly (string | number)[] {
  const { method, path } = pick(apiCalls, random);
  return [random() < 0.97 ? 200 : 403, method, path, `trid=${hexWord(random())}${hexWord(random())}`];
}

// A lookup table: toString(16) and padStart took a fifth of the time of a million events.
const hexByHalfWord = Array.from({ length: 2 ** 16 }, (_, halfWord) =>
  halfWord.toString(16).padStart(4, '0'),
);

/** Eight hexadecimal digits of a number from 0 (included) to 1 (excluded). */
function hexWord(fraction: number): string {
  const word = Math.floor(fraction * 2 ** 32);
  return `${hexByHalfWord[word >>> 16]}${hexByHalfWord[word & 0xffff]}`;
}

/** Eight hexadecimal digits, different for each number: an odd factor permutes the 32-bit words (Knuth). */
function mixedHexWord(number: number): string {
  return hexWord((Math.imul(number, 2_654_435_761) >>> 0) / 2 ** 32);
}
