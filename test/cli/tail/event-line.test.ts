import pc from 'picocolors';
import { readArchivedEvent } from '../../../lib/cli/archive/archived-event';
import { eventLine } from '../../../lib/cli/tail/show-tail';

const PLAIN = { colors: pc.createColors(false) };

/** The line of an archived event with this `supporting_data`. */
function lineOf(supportingData: unknown): string {
  const record = {
    user: 'a@example.org',
    audit_log_event: 'Edited policy',
    supporting_data: supportingData,
    p_event_time: '2026-11-18 11:00:00.000000000',
  };
  return eventLine(readArchivedEvent(JSON.stringify(record)), PLAIN);
}

const BEGINNING = '2026-11-18 11:00:00 UTC  a@example.org                 Edited policy';

test('the subject of an event is shown in every form that Netskope gives it', () => {
  expect(lineOf({ data_type: 'policy', data_values: ['Block uploads', false] })).toBe(
    `${BEGINNING}                 policy: Block uploads, false`,
  );
  expect(lineOf({ data_type: 'hostname', data_values: 'HOST123' })).toBe(
    `${BEGINNING}                 hostname: HOST123`,
  );
  expect(lineOf("{'data_type': 'user'}")).toBe(`${BEGINNING}                 {'data_type': 'user'}`);
});

test('a line without a subject and an address ends after the action', () => {
  expect(lineOf({ data_type: null, data_values: [''] })).toBe(BEGINNING);
  expect(lineOf(undefined)).toBe(BEGINNING);
});

test('a long list of touched objects is cut', () => {
  expect(lineOf({ data_type: 'policy', data_values: ['x'.repeat(500)] })).toBe(
    `${BEGINNING}                 policy: ${'x'.repeat(112)}…`,
  );
});
