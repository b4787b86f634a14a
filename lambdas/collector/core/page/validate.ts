import type { ErrorObject } from 'ajv';
import { eventId, eventTimeS } from '../../../contract/feed/event-place';
import type { Feed, FeedSchema } from '../../../contract/feed/feed';
import { ADDED_FIELDS } from '../../../contract/storage/event-record';
import { shown, typeName } from './shown';

/** An event that is not JSON or not UTF-8. It stands in for the parsed value. */
export class Unreadable {
  /** @param isBinary whether the bytes are not UTF-8 and so cannot be stored as text */
  constructor(
    readonly reason: string,
    readonly isBinary = false,
  ) {}
}

/** An event that can be placed in the archive. Drift may have changed the type of its other fields. */
export interface PlacedEvent {
  /** As text, however Netskope spelled it. */
  readonly _id: string;
  /** Whole unix seconds, however Netskope spelled it. */
  readonly timestamp: number;
  readonly [field: string]: unknown;
}

/** The result of validating an event. Drift is a list of `<field> <type seen>`; an event with drift is archived. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly event: PlacedEvent; readonly drift: readonly string[] }
  | { readonly kind: 'rejected'; readonly reasons: readonly string[] };

const NO_DRIFT: readonly string[] = [];
const RESERVED_NAMES: readonly string[] = ADDED_FIELDS.map((field) => field.name);

/**
 * Validates one parsed event against the feed's schema. It rejects only events that cannot be placed: not an object, no
 * usable `_id` or event time, a required field missing (unless a known deviation), or a reserved name. Any other
 * deviation is accepted unchanged and named as drift, also a time or `_id` in another spelling that can be read:
 * Netskope's producers disagree about types, and a changed feed must not stop collection.
 */
export function validate({ schema, validate: matchesSchema }: Feed, value: unknown): Verdict {
  if (value instanceof Unreadable) return { kind: 'rejected', reasons: [value.reason] };
  if (matchesSchema(value)) return withoutReservedNames(value as PlacedEvent, NO_DRIFT);
  const errors = matchesSchema.errors ?? [];
  const place = placeOf(value);
  const reasons = errors
    .filter((error) => !isDrift(schema, error, place))
    .map((error) => describe(error, value));
  if (reasons.length > 0) return { kind: 'rejected', reasons };
  return withoutReservedNames(
    { ...(value as PlacedEvent), ...place },
    errors.map((error) => nameDrift(error, value)),
  );
}

/** The id and time of an event that spells them otherwise than documented, as far as they can be read. */
function placeOf(value: unknown): Partial<PlacedEvent> {
  const { _id, timestamp } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const id = eventId(_id);
  const timeS = eventTimeS(timestamp);
  return {
    ...(id === undefined ? {} : { _id: id }),
    ...(timeS === undefined ? {} : { timestamp: timeS }),
  };
}

/** An event with a reserved name would give its record two fields with one name. */
function withoutReservedNames(event: PlacedEvent, drift: readonly string[]): Verdict {
  for (const name of RESERVED_NAMES) {
    if (name in event) {
      return {
        kind: 'rejected',
        reasons: [`the event has a field ${name}, a name reserved for the collector`],
      };
    }
  }
  return { kind: 'accepted', event, drift };
}

function isDrift({ properties }: FeedSchema, error: ErrorObject, place: Partial<PlacedEvent>): boolean {
  if (error.keyword === 'required') {
    const field = properties[missingField(error)];
    return field?.deviations?.some((deviation) => deviation.seen === 'missing') ?? false;
  }
  const name = error.instancePath.split('/')[1];
  return name !== undefined && (properties[name]?.onDeviation !== 'quarantine' || name in place);
}

function missingField(error: ErrorObject): string {
  return (error.params as { missingProperty: string }).missingProperty;
}

/** For example `severity_level string` or `supporting_data missing`. */
function nameDrift(error: ErrorObject, event: unknown): string {
  if (error.keyword === 'required') return `${missingField(error)} missing`;
  return `${fieldPath(error)} ${typeName(valueAt(event, error.instancePath))}`;
}

/** For example `timestamp must be integer, received string "yesterday"`. */
function describe(error: ErrorObject, event: unknown): string {
  const rule = error.message ?? error.keyword;
  if (error.instancePath === '')
    return `the event ${rule}${error.keyword === 'type' ? `, received ${typeName(event)}` : ''}`;
  const value = valueAt(event, error.instancePath);
  const received = typeof value === 'object' ? shown(value) : `${typeName(value)} ${shown(value)}`;
  return `${fieldPath(error)} ${rule}, received ${received}`;
}

function fieldPath(error: ErrorObject): string {
  return error.instancePath.slice(1).replaceAll('/', '.');
}

function valueAt(event: unknown, instancePath: string): unknown {
  return instancePath
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], event);
}
