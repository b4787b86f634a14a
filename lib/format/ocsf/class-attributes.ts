import type { ArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import type { Change } from '../../../lambdas/shared/changes';
import { OCSF_ENTITY_TYPES } from './ocsf-mapping';
import { actorOf, UNKNOWN_USER, userNamed } from './users';

/** Values of `http_method` in OCSF 1.5.0, as far as Netskope's API has them. PATCH is not among them. */
export const HTTP_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);
const TRACE_ID = /\btrid=([\w-]+)/;
const MAX_LEVELS = 16;

type Attributes = Readonly<Record<string, unknown>>;

/** Attributes of the class API Activity. It requires actor and source; Netskope records no address of a call. */
export function apiAttributesOf(event: ArchivedEvent): Readonly<Record<string, unknown>> {
  const { apiCall: call } = event;
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

/**
 * Attributes of the class Entity Management: the entity, with the changed values before in `entity.data` and after in
 * `entity_result.data`, by path. A path of another object than the entity begins with that object's name.
 */
export function entityAttributesOf(event: ArchivedEvent): Attributes {
  const { changes } = event;
  const name = nameOf(event);
  const entity = { name, ...typeOf(event.supportingData.type, name) };
  const after = contentOf(
    changes.filter((change) => 'after' in change),
    'after',
    name,
  );
  return {
    entity: {
      ...entity,
      data: contentOf(changes.filter((change) => 'before' in change).toReversed(), 'before', name),
    },
    entity_result: after === undefined ? undefined : { ...entity, data: after },
  };
}

/** The first value of `supporting_data`, or the first object that was changed. */
function nameOf({ supportingData, sourceAddresses, changes }: ArchivedEvent): string {
  const named = supportingData.values
    .filter((value) => typeof value === 'string')
    .find((value) => value !== '' && !sourceAddresses.includes(value.toLowerCase()));
  return named ?? changes.find(({ object }) => object !== '')?.object ?? 'Unknown';
}

/** With the object that OCSF asks for beside a known type. */
function typeOf(dataType: string, name: string): Attributes {
  if (dataType === '') return { type: 'Unknown', type_id: 0 };
  const known = OCSF_ENTITY_TYPES.find(({ dataTypes }) => dataTypes.includes(dataType));
  if (known === undefined) return { type: dataType, type_id: 99 };
  const type = { type: known.caption, type_id: known.id };
  switch (known.caption) {
    case 'Device':
      return { ...type, device: { hostname: name, type: 'Unknown', type_id: 0 } };
    case 'User':
      return { ...type, user: userNamed(name) };
    default:
      return { ...type, policy: { name } };
  }
}

/** Of values with the same path the last one counts. */
function contentOf(
  changes: readonly Change[],
  side: 'before' | 'after',
  entity: string,
): Attributes | undefined {
  const values = changes
    .filter((change) => change.path !== '' && isShallow(change[side]))
    .map(({ object, path, [side]: value }) => [
      object === '' || object === entity ? path : `${object}.${path}`,
      value,
    ]);
  return values.length === 0 ? undefined : (Object.fromEntries(values) as Attributes);
}

/** Whether a value can be written as JSON: a sender may nest values deeper than `JSON.stringify` can follow. */
export function isShallow(value: unknown, levels = MAX_LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((child) => isShallow(child, levels - 1));
}
