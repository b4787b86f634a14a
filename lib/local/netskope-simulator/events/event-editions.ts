/** The field that events of August 2026 got; an earlier edition of the same event lacks it. */
const RECORD_TYPE: Readonly<Record<string, unknown>> = { record_type: 'audit' };

const NAME = '"audit_log_event":"';

/**
 * A later edition of an event, as after Netskope added a field: the old fields byte for byte, and new ones behind them.
 * Serve it as `{ ...event, text: grownEdition(event.text), insertedAtS }`.
 * @param text JSON text of an event with one field at least
 * @param newFields name and value of each. @default - `record_type`
 * @throws RangeError if the event has one of the fields already
 */
export function grownEdition(text: string, newFields = RECORD_TYPE): string {
  const known = Object.keys(newFields).filter((name) => name in (JSON.parse(text) as object));
  if (known.length > 0)
    throw new RangeError(`The event has ${known.join(', ')} already; expected fields that are new`);
  return `${text.slice(0, text.lastIndexOf('}'))},${JSON.stringify(newFields).slice(1)}`;
}

/**
 * An edition that contradicts the event: the same `_id` and time, another `audit_log_event`, all else byte for byte.
 * @throws RangeError if the event has no `audit_log_event` that is a text
 */
export function conflictingEdition(text: string): string {
  if (!text.includes(NAME))
    throw new RangeError('The event has no audit_log_event that is a text; expected one to change');
  return text.replace(NAME, `${NAME}Corrected: `);
}
