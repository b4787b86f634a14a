import type { SimulatedEvent } from '../event-log';
import { changesByKind, type ChangesOfKind, type ValueChange } from './audit-event-changes';
import {
  type DetailedEvent,
  detailsAbout,
  detailsOf,
  type DetailsShape,
  ordinaryDetails,
} from './audit-event-details';
import { type AuditEventDraft, inLayout, type Layout, layoutAt } from './audit-event-layouts';
import { type AuditEventKind, auditEventKinds, madeUpKinds } from './audit-event-names';
import { admins, subjectOf, type SupportingDataDraft } from './audit-event-supporting-data';
import { hexWord, mixedHexWord, mulberry32, pick } from './random';

/** Position of an event in the stream. */
export interface DraftPosition {
  /** Makes the `_id` unique among the events of one stream. */
  readonly number: number;
  /** Unix seconds. */
  readonly insertedAtS: number;
}

/** What an event must be, in place of chance. */
export interface WantedEvent {
  /** The `audit_log_event`. */
  readonly kindName: string;
  /** Only for a kind that has details. */
  readonly detailsShape?: DetailsShape;
}

// Domains and addresses are reserved for documentation (RFC 2606, RFC 5737), so none is real.

/** Callers of the API instead of the console. */
const serviceAccounts: readonly string[] = ['service-account', 'svc-siem-export', 'svc-ticketing'];

/** Netskope's own staff, who work in the tenant on request. */
export const supportStaff = { user: 'support@netskope.example', addresses: ['192.0.2.44'] } as const;

/** Users of the client, without an email address. */
const clientUsers: readonly string[] = ['student13', 'jdoe', 'WS-KIOSK-07'];

const templateNames: readonly string[] = ['Read-only browsing', 'No copy and paste'];

/**
 * An ordinary event: a kind in its usual proportion, by a user for whom it is typical.
 * @throws RangeError if no kind has the wanted name, or its events have no details
 */
export function draftAuditEvent(
  position: DraftPosition,
  random: () => number,
  wanted?: WantedEvent,
): AuditEventDraft {
  const kind = wanted === undefined ? pick(kindsByWeight, random) : kindNamed(wanted.kindName);
  const { user, address, fromNetskope } = actorOf(kind, random);
  const timestamp = position.insertedAtS - Math.floor(random() * ORDINARY_LAG_S);
  const { data, objectName } = subjectOf(kind.supportingData, { user, address }, random);
  const idFractions = [random(), random()] as const;
  const layout = layoutAt(position.insertedAtS, random);
  const object = objectName ?? templateNames[position.number % templateNames.length] ?? '';
  const detailed = { kindName: kind.name, objectName: object, user };
  const fields = {
    timestamp,
    audit_log_event: kind.name,
    severity_level: kind.severity,
    user,
    ur_normalized: user.toLowerCase(),
    supporting_data: data,
    _id: hexWord(idFractions[0]) + hexWord(idFractions[1]) + mixedHexWord(position.number),
    // Details draw numbers of their own, so that another shape of them leaves the rest of the stream as it is.
    details: detailsIn(layout, detailed, { seed: idFractions[1] * 2 ** 32, shape: wanted?.detailsShape }),
  };
  return inLayout(layout, fields, { insertedAtS: position.insertedAtS, fromNetskope });
}

function detailsIn(
  layout: Layout,
  event: DetailedEvent,
  { seed, shape }: { readonly seed: number; readonly shape?: DetailsShape },
): unknown {
  if (shape !== undefined) return detailsOf(event, shape, mulberry32(seed));
  return layout === 'until-2022' ? undefined : ordinaryDetails(event, seed);
}

// Insertion follows the event within seconds in samples of 2023; the 300 s of earlier ones are an anomaly of their own.
const ORDINARY_LAG_S = 5;

const kindsByWeight = auditEventKinds.flatMap((kind) => Array.from({ length: kind.weight }, () => kind));

const kindsByName = new Map([...auditEventKinds, ...madeUpKinds].map((kind) => [kind.name, kind]));

/** @throws RangeError if no kind has the name */
export function kindNamed(name: string): AuditEventKind {
  const kind = kindsByName.get(name);
  if (kind === undefined)
    throw new RangeError(`No kind of audit event is named "${name}"; expected one of the list`);
  return kind;
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

/** What somebody did, before it becomes an event. */
export interface Act {
  /** Unix seconds. */
  readonly atS: number;
  /** The `audit_log_event`. */
  readonly kindName: string;
  readonly user: string;
  readonly data?: SupportingDataDraft;
  /** What it changed in an object; only for a kind whose events have details. */
  readonly change?: { readonly objectName: string; readonly changes: readonly ValueChange[] };
  readonly fromNetskope?: true;
}

/** The events of acts, in the order of insertion, some seconds after each. The same seed and acts give the same events. */
export function eventsOf(acts: readonly Act[], seed: number): SimulatedEvent[] {
  const random = mulberry32(seed);
  const inOrder = [...acts].sort((one, other) => one.atS - other.atS);
  return inOrder
    .map((act, number) => eventOf(act, number, random))
    .sort((one, other) => one.insertedAtS - other.insertedAtS);
}

function eventOf(act: Act, number: number, random: () => number): SimulatedEvent {
  const { atS, kindName, user, data, change, fromNetskope = false } = act;
  const id = hexWord(random()) + hexWord(random()) + mixedHexWord(number);
  const insertedAtS = atS + Math.floor(random() * 5);
  // Samples with details of such acts are all of the newest layout.
  const layout = change === undefined ? layoutAt(insertedAtS, random) : 'since-2026';
  const fields = {
    timestamp: atS,
    audit_log_event: kindName,
    severity_level: kindNamed(kindName).severity,
    user,
    ur_normalized: user.toLowerCase(),
    supporting_data: data,
    _id: id,
    details: change && detailsAbout({ ...changesOf(kindName), ...change, user }, 'json-text', random),
  };
  const text = JSON.stringify(inLayout(layout, fields, { insertedAtS, fromNetskope }));
  return { text, id, timestampS: atS, insertedAtS };
}

/** @throws RangeError if events of the kind have no details */
function changesOf(kindName: string): ChangesOfKind {
  const changes = changesByKind.get(kindName);
  if (changes === undefined)
    throw new RangeError(`Events of the kind "${kindName}" have no details; expected one that has`);
  return changes;
}
