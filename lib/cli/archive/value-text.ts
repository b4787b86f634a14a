import { isShallow } from '../../format/ocsf/class-attributes';

/** A value of any type as text: a text as it is, nothing as an empty one, anything else in JSON unless it is too deep. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return isShallow(value) ? JSON.stringify(value) : '…';
}
