import type { ArchivedEvent } from '../../../lambdas/detector/core/event/archived-event';
import { isShallow } from './shallow';

/** Fields that attributes carry as they are. */
const MAPPED: ReadonlySet<string> = new Set([
  '_id',
  '_insertion_epoch_timestamp',
  'audit_log_event',
  'count',
  'severity_level',
  'timestamp',
  'user',
]);

/**
 * Netskope's fields that no attribute carries, or none as a whole. Empty ones are left out, as is what is nested too
 * deep; `raw_data` has both.
 */
export function unmappedFieldsOf(event: ArchivedEvent): Readonly<Record<string, unknown>> | undefined {
  const unmapped = Object.entries(event.fields).filter(
    ([name, value]) =>
      !name.startsWith('p_') &&
      !isCarried(event, name, value) &&
      value !== '' &&
      value !== null &&
      isShallow(value),
  );
  return unmapped.length === 0 ? undefined : Object.fromEntries(unmapped);
}

/** A field of another type than usual, such as a list of users, and a placeholder for the user are not carried. */
function isCarried({ user }: ArchivedEvent, name: string, value: unknown): boolean {
  if (name === 'user') return typeof value === 'string' && value.trim() === user;
  return MAPPED.has(name) && typeof value !== 'object';
}
