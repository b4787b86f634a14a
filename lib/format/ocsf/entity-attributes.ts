import type { ArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import type { Change } from '../../../lambdas/shared/changes';
import { OCSF_ENTITY_TYPES } from './ocsf-mapping';
import { isShallow } from './shallow';
import { userNamed } from './users';

type Attributes = Readonly<Record<string, unknown>>;

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
