import { apiCallOf } from '../../../lambdas/detector/core/event/api-call';
import type { ArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { actorOf, UNKNOWN_USER } from './users';

/** Values of `http_method` in OCSF 1.5.0, as far as Netskope's API has them. PATCH is not among them. */
export const HTTP_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);

const TRACE_ID = /\btrid=([\w-]+)/;

/** Attributes of the class API Activity. It requires actor and source; Netskope records no address of a call. */
export function apiAttributesOf(event: ArchivedEvent): Readonly<Record<string, unknown>> {
  const call = apiCallOf(event);
  const traceId = traceIdOf(event);
  return {
    actor: actorOf(event) ?? { user: UNKNOWN_USER },
    src_endpoint: { name: 'Unknown' },
    api: {
      operation: call?.method ?? 'Unknown',
      request: traceId === undefined ? undefined : { uid: traceId },
      response: call === undefined ? undefined : { code: call.status },
    },
    http_request: httpRequestOf(call ?? {}),
  };
}

function httpRequestOf({ method, path }: { readonly method?: string; readonly path?: string }) {
  const httpMethod = method !== undefined && HTTP_METHODS.has(method) ? method : undefined;
  const url = path === undefined ? undefined : { path };
  return httpMethod === undefined && url === undefined ? undefined : { http_method: httpMethod, url };
}

/** Netskope's id of the request, such as `ccb898fgrhvdd0v0` in `trid=ccb898fgrhvdd0v0`. */
function traceIdOf({ supportingData }: ArchivedEvent): string | undefined {
  for (const value of supportingData.values) {
    const id = typeof value === 'string' ? TRACE_ID.exec(value)?.[1] : undefined;
    if (id !== undefined) return id;
  }
  return undefined;
}
