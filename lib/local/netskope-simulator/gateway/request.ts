import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** One request as it arrived. */
export interface SimulatorRequest {
  /** 1 for the first request of this simulator, then 2, 3, … */
  readonly number: number;
  readonly method: string;
  readonly path: string;
  /** The endpoint at this method and path; absent if there is none. */
  readonly endpoint?: EndpointName;
  /** All query parameters as sent. */
  readonly parameters: URLSearchParams;
  /** The query parameter as sent; empty if there was none. */
  readonly operation: string;
  /** The query parameter as sent; empty if there was none. */
  readonly index: string;
  readonly token?: string;
  readonly headers: IncomingHttpHeaders;
  /** The HTTP status answered; absent until then, and forever after a reset or a stall. */
  readonly status?: number;
}

/** The tokens that the tenant knows. Any other token is answered with 401. */
export interface TenantTokens {
  readonly valid: readonly string[];
  /** Clients of Netskope report both statuses for an expired token. */
  readonly expired?: readonly { readonly token: string; readonly status: 401 | 403 }[];
  /** Known, but without the scope of any audit endpoint. */
  readonly unscoped?: readonly string[];
  /** Known, with the scope of the iterator and no other. */
  readonly iteratorOnly?: readonly string[];
}

/** The endpoints of the tenant: the iterator, and the one for queries by time range. */
export type EndpointName = 'iterator' | 'query';

/** Paths of the tenant's endpoints. */
export interface SimulatorPaths {
  readonly iterator: string;
  /** The endpoint for queries by time range. */
  readonly query: string;
}

/** A request whose status is noted when it is answered. */
export type RequestRecord = SimulatorRequest & { status?: number };

/** Reads a request; `number` counts the requests of a simulator. */
export function readRequest(
  message: IncomingMessage,
  number: number,
  { origin, paths }: { readonly origin: string; readonly paths: SimulatorPaths },
): RequestRecord {
  const { pathname, searchParams } = new URL(message.url ?? '/', origin);
  const method = message.method ?? '';
  return {
    number,
    method,
    path: pathname,
    endpoint: endpointAt(method, pathname, paths),
    parameters: searchParams,
    operation: searchParams.get('operation') ?? '',
    index: searchParams.get('index') ?? '',
    token: message.headers['netskope-api-token']?.toString(),
    headers: message.headers,
  };
}

/** The endpoint that a request is for; undefined if there is none. */
function endpointAt(
  method: string,
  path: string,
  { iterator, query }: SimulatorPaths,
): EndpointName | undefined {
  if (method !== 'GET') return undefined;
  if (path === iterator) return 'iterator';
  return path === query ? 'query' : undefined;
}
