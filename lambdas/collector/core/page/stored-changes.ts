import type { FeedSchema } from '../../../contract/feed/feed';
import type { StoredChange } from '../../../contract/storage/event-record';
import { changesIn } from '../../../shared/changes';
import type { PlacedEvent } from './validate';

/** More changes do not help a search; the event's own text has them all. */
const MAX_CHANGES = 1_000;
/** Length of a value; a longer one ends in an ellipsis, and the event's own text has all of it. */
const MAX_VALUE_LENGTH = 1_000;

/** Finds what an accepted event changed, in the form in which its record lists it. */
export class ChangeFinder {
  private readonly fields: readonly string[];

  constructor({ properties }: FeedSchema) {
    this.fields = Object.keys(properties).filter((name) => properties[name]?.holdsChanges === true);
  }

  find(event: PlacedEvent): readonly StoredChange[] {
    return this.fields
      .flatMap((name) => (event[name] === undefined ? [] : changesIn(event[name])))
      .slice(0, MAX_CHANGES)
      .map(({ object, path, ...values }) => ({
        object,
        path,
        before: 'before' in values ? textOf(values.before) : null,
        after: 'after' in values ? textOf(values.after) : null,
      }));
  }
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : jsonOf(value);
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if ((error as Error).name === 'RangeError') return '…'; // nested too deeply to be written
    throw error;
  }
}
