import type { ShownEvent } from '../archive/shown-event';

/** Which events are wanted, by parts of what their lines show, ignoring case; what is left out excludes none. */
export interface EventFilter {
  /** A part of the user's name. */
  readonly user?: string;
  /** A part of what was done. */
  readonly event?: string;
  /** Texts that neither user nor event, object or address contains. */
  readonly exclude?: readonly string[];
}

export function isWanted(found: ShownEvent, { user = '', event = '', exclude = [] }: EventFilter): boolean {
  const shown = [found.user, found.action, found.subject, ...found.ipAddresses];
  return (
    contains(found.user, user) &&
    contains(found.action, event) &&
    !exclude.some((text) => shown.some((part) => contains(part, text)))
  );
}

/** Whether there is anything that it excludes. */
export function isFiltering({ user, event, exclude = [] }: EventFilter): boolean {
  return user !== undefined || event !== undefined || exclude.length > 0;
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
