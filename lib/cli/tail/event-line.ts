import type { ArchivedEvent } from '../archived-event';
import type { Terminal } from '../terminal';
import { visibleText } from '../../format/visible-text';

/** Columns that most values fit into; longer ones push the rest to the right. */
const USER_WIDTH = 28;
const ACTION_WIDTH = 28;

/** Policy changes name every object they touched. */
const MAX_SUBJECT_LENGTH = 120;

/** One event as a line: when, who, what, on what, from where. */
export function eventLine(event: ArchivedEvent, { colors }: Pick<Terminal, 'colors'>): string {
  const action = visibleText(event.action);
  const parts = [
    colors.dim(`${event.time} UTC`),
    visibleText(event.user).padEnd(USER_WIDTH),
    colors.bold(action) + ' '.repeat(Math.max(0, ACTION_WIDTH - action.length)),
    shortened(visibleText(event.subject)),
    event.ipAddresses.length === 0 ? '' : `from ${visibleText(event.ipAddresses.join(', '))}`,
  ];
  return parts
    .filter((part) => part !== '')
    .join('  ')
    .trimEnd();
}

function shortened(text: string): string {
  return text.length > MAX_SUBJECT_LENGTH ? `${text.slice(0, MAX_SUBJECT_LENGTH)}…` : text;
}
