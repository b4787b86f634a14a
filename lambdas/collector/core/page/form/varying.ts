import type { FieldSchema, NestedIndicator } from '../../../../contract/feed/feed';
import { LeadTable } from './lead-table';

/** What is left out of the values of a field. */
export type Varying =
  | { readonly kind: 'id' | 'time' | 'number' }
  | { readonly kind: 'texts'; readonly names: LeadTable<NameInTexts> };

/** What a name means in an object some of whose texts are left out. */
export interface NameInTexts {
  /** Whether the text decides what others say. */
  readonly decides: boolean;
  /** Where the texts say something as a whole. */
  readonly positions: readonly NestedIndicator[];
}

/** @returns undefined if all that the field says belongs to a form */
export function varyingOf(name: string, field: FieldSchema | undefined): Varying | undefined {
  if (name === '_id') return { kind: 'id' };
  if (name === 'timestamp') return { kind: 'time' };
  if (field?.logType === 'int') return { kind: 'number' };
  // A change is stored with its values, whatever they say.
  if (field?.logType !== 'json' || field.holdsChanges === true) return undefined;
  return { kind: 'texts', names: new LeadTable(nameInTexts(field.nestedIndicators ?? [])) };
}

function nameInTexts(positions: readonly NestedIndicator[]): (name: string) => NameInTexts {
  return (name) => ({
    decides: positions.some(({ where }) => where?.key === name),
    positions: positions.filter(({ key }) => key === name),
  });
}

/**
 * Whether a text at this position says something, as far as the texts before it in its object tell.
 * @param decided JSON of texts in lower case, by their names
 */
export function maySay({ where }: NestedIndicator, decided?: ReadonlyMap<string, string>): boolean {
  const text = where && decided?.get(where.key);
  return where === undefined || text === undefined || where.isOneOf.some((one) => text === `"${one}"`);
}
