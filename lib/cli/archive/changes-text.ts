import type { Change } from '../../../lambdas/shared/changes';
import { textOf } from './value-text';

/**
 * Changes on one line, such as `Logins - Block: action_name block → allow; Logins - Block: dlp_profile removed PCI`.
 * @param unnamed what a change is of that does not name its object
 */
export function changesText(changes: readonly Change[], unnamed: string): string {
  return changes
    .map((change) =>
      [change.object === '' ? unnamed : change.object, whatChanged(change)]
        .filter((part) => part !== '')
        .join(': '),
    )
    .join('; ');
}

function whatChanged(change: Change): string {
  const parts = [change.path, ...valuesOf(change)];
  return parts.filter((part) => part !== '').join(' ');
}

function valuesOf(change: Change): readonly string[] {
  if ('before' in change && 'after' in change) return [shown(change.before), '→', shown(change.after)];
  if ('after' in change) return ['added', shown(change.after)];
  return 'before' in change ? ['removed', shown(change.before)] : [];
}

function shown(value: unknown): string {
  return value === '' || value === null ? JSON.stringify(value) : textOf(value);
}
