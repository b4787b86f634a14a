import { openJsonText } from '../../../shared/json-text';

/** An event's `supporting_data`, in one form for all shapes that were seen. */
export interface SupportingData {
  /** The `data_type` in lower case; empty if there is none. */
  readonly type: string;
  readonly values: readonly unknown[];
}

/**
 * Reads `supporting_data` in every shape that was seen: an object with a list, with a plain string or with a string
 * that holds a list; the whole object as a string; a list or a plain string in its place; absent. Shapes: fixtures of
 * Sekoia, Panther, Cortex and Elastic.
 */
export function supportingDataOf(fields: Readonly<Record<string, unknown>>): SupportingData {
  const given = fields.supporting_data;
  const opened = typeof given === 'string' ? (openJsonText(given) ?? given) : given;
  if (typeof opened !== 'object' || opened === null || Array.isArray(opened))
    return { type: '', values: listOf(opened) };
  const { data_type, data_values } = opened as { data_type?: unknown; data_values?: unknown };
  return {
    type: typeof data_type === 'string' ? data_type.trim().toLowerCase() : '',
    values: listOf(data_values),
  };
}

function listOf(value: unknown): readonly unknown[] {
  const opened = typeof value === 'string' ? (openJsonText(value) ?? value) : value;
  if (Array.isArray(opened)) return opened;
  return opened === undefined || opened === null || opened === '' ? [] : [opened];
}
