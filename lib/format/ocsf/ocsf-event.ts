import type { ArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { apiAttributesOf, entityAttributesOf, isShallow } from './class-attributes';
import type { Classification, Outcome, Severity } from './classification';
import { classificationOf, outcomeOf, ruleOf, severityOf } from './classification';
import { ACCOUNT_CHANGE, API_ACTIVITY, AUTHENTICATION, OCSF_VERSION } from './ocsf-classes';
import { PRODUCT } from './ocsf-mapping';
import { actorOf, authenticatedUserOf, changedUserOf } from './users';

const TO_THE_MILLISECOND = 'YYYY-MM-DD HH:MM:SS.mmm'.length;

/** Fields that attributes carry as they are. */
const MAPPED: ReadonlySet<string> = new Set([
  '_id',
  '_insertion_epoch_timestamp',
  'audit_log_event',
  'count',
  'severity_level',
  'timestamp',
  'user',
]);

/** An event of OCSF 1.5.0. Attributes of its class stand beside these. What is undefined is absent from JSON. */
interface OcsfEvent extends Classification, Severity, Outcome {
  /** Unix milliseconds. */
  readonly time: number;
  /** What was done, in Netskope's words. */
  readonly message: string | undefined;
  /** How many occurrences the event stands for. */
  readonly count: number | undefined;
  readonly metadata: OcsfMetadata;
  /** Netskope's fields that no attribute carries. */
  readonly unmapped: Readonly<Record<string, unknown>> | undefined;
  /** The event as Netskope sent it: the only place where integers above 2^53 are exact. */
  readonly raw_data: string;
  readonly [attribute: string]: unknown;
}

/**
 * The event in OCSF. What it does not say is left out, or `Unknown` where its class requires it (OCSF documentation,
 * "Understanding OCSF").
 * @param rawData the event's own text
 */
export function ocsfEventOf(event: ArchivedEvent, rawData: string): OcsfEvent {
  const call = ruleOf(event.name).ocsfClass === API_ACTIVITY ? event.apiCall : undefined;
  const classification = classificationOf(event.name, call?.method);
  return {
    ...classification,
    time: event.timeS * 1000,
    ...severityOf(event.fields.severity_level),
    ...outcomeOf(event, call),
    message: event.name === '' ? undefined : event.name,
    count: integerOf(event.fields.count),
    metadata: metadataOf(event),
    actor: actorOf(event),
    src_endpoint: event.sourceAddresses.length === 0 ? undefined : { ip: event.sourceAddresses[0] },
    ...attributesOfClass(classification.class_uid, event),
    unmapped: unmappedFieldsOf(event),
    raw_data: rawData,
  };
}

function attributesOfClass(classUid: number, event: ArchivedEvent): Readonly<Record<string, unknown>> {
  switch (classUid) {
    case API_ACTIVITY.uid:
      return apiAttributesOf(event);
    case ACCOUNT_CHANGE.uid:
      return { user: changedUserOf(event) };
    case AUTHENTICATION.uid:
      return { user: authenticatedUserOf(event), service: { name: PRODUCT.name } };
    default:
      return entityAttributesOf(event);
  }
}

/** Where an event comes from; times in unix milliseconds. */
interface OcsfMetadata {
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

function metadataOf({ fields, rowId, sourceId, timeS, name }: ArchivedEvent): OcsfMetadata {
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

/** @param time UTC in the form of the added fields, such as `2023-12-11 15:30:00.000000000` */
function epochMsOf(time: unknown): number | undefined {
  if (typeof time !== 'string') return undefined;
  const epochMs = Date.parse(`${time.slice(0, TO_THE_MILLISECOND).replace(' ', 'T')}Z`);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}

/**
 * Netskope's fields that no attribute carries, or none as a whole. Empty ones are left out, as is what is nested too
 * deep; `raw_data` has both.
 */
function unmappedFieldsOf(event: ArchivedEvent): Readonly<Record<string, unknown>> | undefined {
  const unmapped = Object.entries(event.fields).filter(
    ([name, value]) =>
      !name.startsWith('p_') &&
      !isCarried(event, name, value) &&
      value !== '' &&
      value !== null &&
      isShallow(value),
  );
  return unmapped.length === 0 ? undefined : Object.fromEntries(unmapped);
}

/** A field of another type than usual, such as a list of users, and a placeholder for the user are not carried. */
function isCarried({ user }: ArchivedEvent, name: string, value: unknown): boolean {
  if (name === 'user') return typeof value === 'string' && value.trim() === user;
  return MAPPED.has(name) && typeof value !== 'object';
}

/**
 * A field's value as an integer; samples passed on by Cloud Exchange carry numbers as text.
 * @returns undefined if it is none, is negative, or is not exact
 */
function integerOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
