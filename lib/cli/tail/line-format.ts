import { visibleText } from '../../format/visible-text';
import type { ShownEvent } from '../archive/shown-event';
import type { Cell, Column } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';
import type { EventFormat } from './show-tail';

/** Columns that most values fit into; longer ones push the rest to the right. */
const USER_WIDTH = 28;
const ACTION_WIDTH = 28;

/** Policy changes name every object and value they touched. */
const MAX_SUBJECT_LENGTH = 120;

const CSV_COLUMNS: readonly Column[] = [
  { title: 'time, UTC' },
  { title: 'user' },
  { title: 'what' },
  { title: 'on what' },
  { title: 'from where' },
  { title: 'edition' },
  { title: 'p_row_id' },
];

/** A line for a person, a row of CSV; as JSON the record as it is archived. */
export const LINE_FORMAT: EventFormat = {
  begin(terminal) {
    terminal.csv(CSV_COLUMNS, []);
  },
  print(event, terminal) {
    terminal.printWrapped(eventLine(event, terminal));
    terminal.csv(CSV_COLUMNS, [csvRow(event)]);
    terminal.jsonText(event.line);
  },
};

function csvRow({ time, user, action, subject, ipAddresses, edition, rowId }: ShownEvent): Cell[] {
  return [time, user, action, subject, ipAddresses.join('; '), edition, rowId];
}

/** One event as a line: when, who, what, on what, from where, and which edition if it came before. */
export function eventLine(event: ShownEvent, { colors }: Pick<Terminal, 'colors'>): string {
  const action = visibleText(event.action);
  const parts = [
    colors.dim(`${event.time} UTC`),
    visibleText(event.user).padEnd(USER_WIDTH),
    colors.bold(action) + ' '.repeat(Math.max(0, ACTION_WIDTH - action.length)),
    shortened(visibleText(event.subject)),
    event.ipAddresses.length === 0 ? '' : `from ${visibleText(event.ipAddresses.join(', '))}`,
    event.edition === 1 ? '' : colors.dim(`(edition ${event.edition})`),
  ];
  return parts
    .filter((part) => part !== '')
    .join('  ')
    .trimEnd();
}

function shortened(text: string): string {
  return text.length > MAX_SUBJECT_LENGTH ? `${text.slice(0, MAX_SUBJECT_LENGTH)}…` : text;
}
