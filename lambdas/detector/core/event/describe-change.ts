import type { Change } from '../../../shared/changes';

/** Keys that only structure a path: the last ones say what was changed. */
const SHOWN_KEYS = 2;

/** A change in one line, for example `"DLP cards": action_name block -> allow`. */
export function describeChange(change: Change): string {
  const { object, path } = change;
  const key = path.split('.').slice(-SHOWN_KEYS).join('.');
  const [before, after] = [valueText(change.before), valueText(change.after)];
  const what =
    !('before' in change) && !('after' in change)
      ? ''
      : !('before' in change)
        ? `${key} added ${after}`
        : !('after' in change)
          ? `${key} removed ${before}`
          : `${key} ${before} -> ${after}`;
  return [object === '' ? '' : JSON.stringify(object), what.trim()].filter((part) => part !== '').join(': ');
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
