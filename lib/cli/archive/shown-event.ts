import type { Change } from '../../../lambdas/shared/changes';
import { changesIn } from '../../../lambdas/shared/changes';
import { isShallow } from '../../format/ocsf/class-attributes';
import { notFromCollector } from './archive-objects';

/** The parts of an archived event that are shown to the operator. */
export interface ShownEvent {
  /** The same for all editions of an event. */
  readonly rowId: string;
  /** 1, or more if the event came before with fewer fields. */
  readonly edition: number;
  /** UTC to the second: `2026-11-22 10:08:11`. */
  readonly time: string;
  readonly user: string;
  /** What was done. */
  readonly action: string;
  /**
   * What it was done to: its changes, or the values of `supporting_data` that are neither the user nor an address.
   */
  readonly subject: string;
  readonly ipAddresses: readonly string[];
}

/** Characters of a broken line that the message quotes. */
const MAX_QUOTED_LENGTH = 80;

const TIME_LENGTH = 'YYYY-MM-DD HH:MM:SS'.length;

/**
 * Parses a line of the archive.
 * @throws OperatorError if the line is not a JSON object
 */
export function readShownEvent(line: string): ShownEvent {
  const record = parsed(line);
  const user = textOf(record.user);
  const ipAddresses = Array.isArray(record.p_any_ip_addresses) ? record.p_any_ip_addresses.map(textOf) : [];
  const object = subjectOf(record.supporting_data, [user, ...ipAddresses]);
  const changes = changesIn(record.details);
  return {
    rowId: textOf(record.p_row_id),
    edition: typeof record.p_edition === 'number' ? record.p_edition : 1,
    time: textOf(record.p_event_time).slice(0, TIME_LENGTH),
    user,
    action: textOf(record.audit_log_event),
    subject: changes.length === 0 ? object : changesText(changes, object),
    ipAddresses,
  };
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Reported below, like every line that is not an object.
  }
  throw notFromCollector(`The line ${JSON.stringify(line.slice(0, MAX_QUOTED_LENGTH))}`, 'is no JSON object');
}

/** For example `policy: Block uploads`. The field's type varies, so any value is turned into text. */
function subjectOf(supportingData: unknown, shownElsewhere: readonly string[]): string {
  if (typeof supportingData !== 'object' || supportingData === null) return textOf(supportingData);
  const { data_type: kind, data_values: values } = supportingData as Readonly<Record<string, unknown>>;
  const texts = (Array.isArray(values) ? values : [values]).map(textOf);
  const shown = texts.filter((text) => text !== '' && !shownElsewhere.includes(text)).join(', ');
  return shown === '' || textOf(kind) === '' ? shown : `${textOf(kind)}: ${shown}`;
}

/**
 * Changes on one line, such as `Logins - Block: action_name block → allow; Logins - Block: dlp_profile removed PCI`.
 * @param unnamed what a change is of that does not name its object
 */
function changesText(changes: readonly Change[], unnamed: string): string {
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

/** A value of any type as text: a text as it is, nothing as an empty one, anything else in JSON unless it is too deep. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return isShallow(value) ? JSON.stringify(value) : '…';
}
