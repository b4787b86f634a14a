import { remembered } from './remembered';
import type { SupportingData } from './supporting-data';

/** An event, as far as it may record a call. */
interface RecordedEvent {
  readonly name: string;
  readonly supportingData: SupportingData;
}

/** An audited call of Netskope's REST API. */
export interface ApiCall {
  /** HTTP status of the answer. */
  readonly status: number;
  /** HTTP method, in capitals. */
  readonly method?: string;
  /** Without its query, which may hold sensitive values. */
  readonly path?: string;
}

/** An event whose call was read. */
interface ReadEvent {
  readonly name: string;
  /** Undefined if it records none. */
  readonly apiCall: ApiCall | undefined;
}

const METHOD = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/i;
/** The words of "Rest API V2 Call". They are looked for one by one: with `.*` between them the time would be quadratic. */
const API = /\bapi\b/i;
const CALL = /\bcall\b/i;
const WRITES: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
/** Parts of a path that tell one object from another: numbers, and long words with digits, such as UUIDs. */
const ID = /^(?:\d+|(?=\D*\d)[\w.@%-]{16,}|.*@.*)$/;

/**
 * The API call that an event records. Netskope lists status, method, path and trace id, in this order (samples of
 * Panther and Sekoia); the status is a number or a string, and the list may be one string.
 * @returns undefined if the event records no API call, or none with a status
 */
export function apiCallOf(event: RecordedEvent): ApiCall | undefined {
  const { values } = event.supportingData;
  // Most events begin with no status, and need no closer look.
  const status = httpStatus(firstWord(values));
  if (status === undefined) return undefined;
  const texts = values.flatMap(words).filter((value) => typeof value === 'string');
  const method = texts.find((text) => METHOD.test(text))?.toUpperCase();
  const path = texts.find((text) => text.startsWith('/'))?.replace(/[?#].*/s, '');
  if (method === undefined && path === undefined && !(API.test(event.name) && CALL.test(event.name)))
    return undefined;
  return { status, method, path };
}

/** The call that an event records if it succeeded and may have changed something: many reads are `POST`, too. */
export function apiWriteOf({ apiCall }: Pick<ReadEvent, 'apiCall'>): ApiCall | undefined {
  return apiCall !== undefined && isSuccess(apiCall) && WRITES.has(apiCall.method ?? '')
    ? apiCall
    : undefined;
}

export function isSuccess({ status }: ApiCall): boolean {
  return status < 400;
}

/** The path without what tells one object from another, such as `/api/v2/policy/urllist/*`, in lower case. */
export const kindOfPath = remembered((path) => {
  const parts = path.toLowerCase().split('/');
  return parts.map((part) => (ID.test(part) ? '*' : part)).join('/');
});

/** For example `Rest API V2 Call 403 GET /api/v2/scim/Users`; the name of an event that records no call. */
export function apiCallInWords({ name, apiCall }: ReadEvent): string {
  const { status, method, path } = apiCall ?? {};
  return [name, status, method, path].filter((part) => part !== undefined).join(' ');
}

/** One string may hold several of the values. */
function words(value: unknown): readonly unknown[] {
  return typeof value === 'string' ? value.split(/[\s,]/).filter((word) => word !== '') : [value];
}

function firstWord(values: readonly unknown[]): unknown {
  for (const value of values) {
    const found = words(value);
    if (found.length > 0) return found[0];
  }
  return undefined;
}

function httpStatus(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599
    ? status
    : undefined;
}
